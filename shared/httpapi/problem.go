package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"image-sharing/shared/sharing"
	"image-sharing/shared/wire"
)

// problems is the one table from code to HTTP status and title. What is not
// in it is Internal.
var problems = map[sharing.Code]struct {
	status int
	title  string
}{
	sharing.CodeInvalidRequest:                  {http.StatusBadRequest, "Invalid request"},
	sharing.CodeInvalidNextToken:                {http.StatusBadRequest, "Invalid nextToken"},
	sharing.CodeUnauthenticated:                 {http.StatusUnauthorized, "Unauthenticated"},
	sharing.CodeProjectAccessDenied:             {http.StatusForbidden, "Project access denied"},
	sharing.CodePlatformOnly:                    {http.StatusForbidden, "Platform only"},
	sharing.CodeMissingScope:                    {http.StatusForbidden, "Missing scope"},
	sharing.CodeImageNotFound:                   {http.StatusNotFound, "Image not found"},
	sharing.CodeShareNotFound:                   {http.StatusNotFound, "Share not found"},
	sharing.CodeRouteNotFound:                   {http.StatusNotFound, "Route not found"},
	sharing.CodeMethodNotAllowed:                {http.StatusMethodNotAllowed, "Method not allowed"},
	sharing.CodeShareLimitExceeded:              {http.StatusConflict, "Share limit exceeded"},
	sharing.CodeImageNotAvailable:               {http.StatusConflict, "Image not available"},
	sharing.CodeShareNotAccepted:                {http.StatusConflict, "Share not accepted"},
	sharing.CodeImageSuspended:                  {http.StatusConflict, "Image suspended"},
	sharing.CodeImageConflict:                   {http.StatusConflict, "Image conflict"},
	sharing.CodeIdempotencyConflict:             {http.StatusConflict, "Idempotency conflict"},
	sharing.CodeProjectNotEmpty:                 {http.StatusConflict, "Project not empty"},
	sharing.CodeProjectClosed:                   {http.StatusConflict, "Project closed"},
	sharing.CodeRequestTooLarge:                 {http.StatusRequestEntityTooLarge, "Request too large"},
	sharing.CodeSecurityReminderNotAcknowledged: {http.StatusUnprocessableEntity, "Security reminder not acknowledged"},
	sharing.CodeCrossRegionNotSupported:         {http.StatusUnprocessableEntity, "Cross-region sharing not supported"},
	sharing.CodeRegionNotSupported:              {http.StatusUnprocessableEntity, "Region not supported"},
	sharing.CodeImageNotShareable:               {http.StatusUnprocessableEntity, "Image not shareable"},
	sharing.CodeCannotShareWithOwner:            {http.StatusUnprocessableEntity, "Cannot share with owner"},
	sharing.CodeProjectNotFound:                 {http.StatusUnprocessableEntity, "Project not found"},
	sharing.CodeRecipientRefuses:                {http.StatusUnprocessableEntity, "Recipient refuses"},
	sharing.CodeThrottled:                       {http.StatusTooManyRequests, "Throttled"},
	sharing.CodeBusy:                            {http.StatusServiceUnavailable, "Busy"},
	sharing.CodeOutcomeUnknown:                  {http.StatusServiceUnavailable, "Outcome unknown"},
	sharing.CodeInternal:                        {http.StatusInternalServerError, "Internal error"},
}

// refusal returns the refusal in err; an err that is none is Internal, with
// err as the cause for the log.
func refusal(err error) *sharing.Error {
	var e *sharing.Error
	if errors.As(err, &e) {
		if _, known := problems[e.Code]; known {
			return e
		}
	}
	return &sharing.Error{Code: sharing.CodeInternal, Detail: "Something failed on our side: try again, and report the requestId if it stays.", Cause: err}
}

// missingResource makes a refusal a 404: what the request's own address names
// is not there, whatever the code's usual status.
type missingResource struct{ error }

func (m missingResource) Unwrap() error { return m.error }

// byAddress is for a request whose own address is that of a project.
func byAddress(err error) error {
	if errors.Is(err, &sharing.Error{Code: sharing.CodeProjectNotFound}) {
		return missingResource{err}
	}
	return err
}

// WriteProblem responds with err as application/problem+json (RFC 9457) and
// returns the status. baseURL is where this API is reached: the problem's type
// is the place in its OpenAPI document that explains the code.
func WriteProblem(w http.ResponseWriter, err error, requestID, baseURL string) int {
	e := refusal(err)
	p := problems[e.Code]
	if errors.As(err, new(missingResource)) {
		p.status = http.StatusNotFound
	}
	body := map[string]any{
		"type":      baseURL + "/openapi.yaml#/components/schemas/" + string(e.Code),
		"title":     p.title,
		"status":    p.status,
		"detail":    e.Detail,
		"code":      e.Code,
		"requestId": requestID,
	}
	for name, value := range e.Extension {
		body[name] = value
	}
	switch e.Code {
	case sharing.CodeThrottled, sharing.CodeBusy:
		w.Header().Set("Retry-After", "1")
	case sharing.CodeUnauthenticated:
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 6750, section 3
	}
	if err := writeJSON(w, p.status, "application/problem+json", body); err != nil {
		w.WriteHeader(http.StatusInternalServerError) // rather without a body than as a success
	}
	return p.status
}

// writeJSON writes nothing if the body cannot be written, and returns why.
func writeJSON(w http.ResponseWriter, status int, contentType string, body any) error {
	// In one piece, because what collects the response would grow with each.
	text, err := wire.Marshal(body)
	if err != nil {
		return fmt.Errorf("the response cannot be written: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store") // a share that ended must not live on in a cache
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// The line feed is for those who read it in a terminal. The client may be gone; there
	// is nobody left to read it.
	_, _ = w.Write(append(text, '\n'))
	return nil
}
