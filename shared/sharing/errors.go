package sharing

import (
	"fmt"
	"strings"
)

// Code is the stable name of a refusal, for programs. The HTTP layer has one
// table from Code to status.
type Code string

// The codes of the contract, in the order of docs/design.md.
const (
	CodeInvalidRequest                  Code = "InvalidRequest"
	CodeInvalidNextToken                Code = "InvalidNextToken"
	CodeUnauthenticated                 Code = "Unauthenticated"
	CodeProjectAccessDenied             Code = "ProjectAccessDenied"
	CodePlatformOnly                    Code = "PlatformOnly"
	CodeMissingScope                    Code = "MissingScope"
	CodeImageNotFound                   Code = "ImageNotFound"
	CodeShareNotFound                   Code = "ShareNotFound"
	CodeRouteNotFound                   Code = "RouteNotFound"
	CodeMethodNotAllowed                Code = "MethodNotAllowed"
	CodeShareLimitExceeded              Code = "ShareLimitExceeded"
	CodeImageNotAvailable               Code = "ImageNotAvailable"
	CodeShareNotAccepted                Code = "ShareNotAccepted"
	CodeImageSuspended                  Code = "ImageSuspended"
	CodeImageConflict                   Code = "ImageConflict"
	CodeIdempotencyConflict             Code = "IdempotencyConflict"
	CodeProjectNotEmpty                 Code = "ProjectNotEmpty"
	CodeProjectClosed                   Code = "ProjectClosed"
	CodeRequestTooLarge                 Code = "RequestTooLarge"
	CodeSecurityReminderNotAcknowledged Code = "SecurityReminderNotAcknowledged"
	CodeCrossRegionNotSupported         Code = "CrossRegionNotSupported"
	CodeRegionNotSupported              Code = "RegionNotSupported"
	CodeImageNotShareable               Code = "ImageNotShareable"
	CodeCannotShareWithOwner            Code = "CannotShareWithOwner"
	CodeProjectNotFound                 Code = "ProjectNotFound"
	CodeRecipientRefuses                Code = "RecipientRefuses"
	CodeThrottled                       Code = "Throttled"
	CodeBusy                            Code = "Busy"
	CodeOutcomeUnknown                  Code = "OutcomeUnknown"
	CodeInternal                        Code = "Internal"
)

// Error is a refusal: a code for programs, one sentence for people and the
// extension fields the contract names for that code. Cause is for the log
// only and is never shown to a caller.
type Error struct {
	Code      Code
	Detail    string
	Extension map[string]any
	Cause     error
}

// Error returns code, detail and cause, for logs and tests.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Detail)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is compare refusals by code alone:
// errors.Is(err, &Error{Code: CodeBusy}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// maxViolations keeps the response to a hostile request small.
const maxViolations = 20

// Invalid returns InvalidRequest with one entry for each violation, 20 at most.
func Invalid(violations ...Violation) *Error {
	violations = violations[:min(len(violations), maxViolations)]
	detail := "The request is not valid."
	if len(violations) > 0 {
		detail = fmt.Sprintf("The request is not valid: %s %s.", violations[0].Field, violations[0].Message)
	}
	return &Error{Code: CodeInvalidRequest, Detail: detail, Extension: map[string]any{"errors": violations}}
}

// ImageNotFound refuses a missing image, another project's and
// one that is not shared with the caller. It names the image of the request, and
// says nothing that could distinguish the three.
func ImageNotFound(id ImageID) *Error {
	return &Error{Code: CodeImageNotFound, Detail: fmt.Sprintf("There is no image %s here for this project: check the id.", id)}
}

// ShareNotFound refuses the cancelling of a share that does not stand.
func ShareNotFound(id ImageID, target ProjectID) *Error {
	return &Error{Code: CodeShareNotFound, Detail: fmt.Sprintf("The image %s is not shared with the project %s, so there is nothing to cancel.", id, target)}
}

// ProjectNotFound names the projects that are not registered.
func ProjectNotFound(ids ...ProjectID) *Error {
	detail := "Check the project ids: the ones listed do not exist. Nothing was changed."
	if len(ids) == 1 {
		detail = fmt.Sprintf("There is no project %s: check the id. Nothing was changed.", ids[0])
	}
	return &Error{
		Code:      CodeProjectNotFound,
		Detail:    detail,
		Extension: map[string]any{"projectIds": ids},
	}
}

func projectNotEmpty() *Error {
	return &Error{Code: CodeProjectNotEmpty, Detail: "The project still owns images: delete them first."}
}

func projectClosed() *Error {
	return &Error{Code: CodeProjectClosed, Detail: "The project is closed for good: use another one."}
}

// crossRegion says how to get an image into another region: its owner copies it, a
// recipient can only copy what it has saved.
func crossRegion(imageRegion, region string, own bool) *Error {
	way := "save it there, and copy what you have saved to %s with POST …/copy."
	if own {
		way = "copy it to %s first, with POST …/copy, and use the copy there."
	}
	return &Error{
		Code:      CodeCrossRegionNotSupported,
		Detail:    fmt.Sprintf("An image is shared, used and saved only in its own region, %s: "+way, imageRegion, region),
		Extension: map[string]any{"imageRegion": imageRegion, "region": region},
	}
}

// regionNotSupported names the region that has no disks, which is that of the copy or
// of the image itself; of the second no other region of the copy would help.
func regionNotSupported(region string, regions []string, imageRegion string) *Error {
	between := strings.Join(regions, ", ")
	detail := fmt.Sprintf("Disks cannot be copied to %s: choose a region of %s.", region, between)
	if region == imageRegion {
		detail = fmt.Sprintf("Disks cannot be copied from %s, where the image is, but only between %s: ask the platform to copy it.", region, between)
	}
	return &Error{
		Code:      CodeRegionNotSupported,
		Detail:    detail,
		Extension: map[string]any{"region": region, "regions": regions},
	}
}

func notShareable(reason string) *Error {
	detail := "Only custom images can be shared."
	if reason == string(LightweightUHost) {
		detail = "Images of Lightweight Application UHosts cannot be shared."
	}
	return &Error{Code: CodeImageNotShareable, Detail: detail, Extension: map[string]any{"reason": reason}}
}

func notAvailable(state State) *Error {
	detail := "The image is still being made: wait until it is Available, then try again."
	if state == Failed {
		detail = "The image has failed: use another one."
	}
	return &Error{
		Code:      CodeImageNotAvailable,
		Detail:    detail,
		Extension: map[string]any{"state": state},
	}
}

// shareNotAccepted has the share's status as shareStatus: the status of a problem is
// that of HTTP (RFC 9457, section 3.1.2).
func shareNotAccepted(status ShareStatus) *Error {
	detail := "The project has not accepted this image yet: look at it, and accept it with PUT …/status."
	if status == Declined {
		detail = "The project has declined this image: accept it with PUT …/status to use it."
	}
	return &Error{Code: CodeShareNotAccepted, Detail: detail, Extension: map[string]any{"shareStatus": status}}
}

func recipientRefuses(ids []ProjectID) *Error {
	return &Error{
		Code:      CodeRecipientRefuses,
		Detail:    "The projects listed do not take shares of this project: leave them out, or ask them to trust it. Nothing was shared.",
		Extension: map[string]any{"projectIds": ids},
	}
}

func suspended() *Error {
	return &Error{Code: CodeImageSuspended, Detail: "The platform has suspended this image, so it can be neither launched, saved, copied nor shared: its shares stay, and work again when the suspension ends."}
}

// limitExceeded advises what makes room: to cancel as many shares, if there are, or to
// ask for less.
func limitExceeded(limit, current, requested int) *Error {
	room := "cancel a share"
	switch over := current + requested - limit; {
	case over > current:
		room = "name fewer projects"
	case over > 1:
		room = fmt.Sprintf("cancel %d shares", over)
	}
	return &Error{
		Code: CodeShareLimitExceeded,
		Detail: fmt.Sprintf("The image is shared with %d projects and can be shared with %d at most, so %d more do not fit: %s, or copy the image with POST …/copy and share the copy. Nothing was shared.",
			current, limit, requested, room),
		Extension: map[string]any{"limit": limit, "current": current, "requested": requested},
	}
}

func imageConflict(detail string) *Error {
	return &Error{Code: CodeImageConflict, Detail: detail}
}

func fixedFields(fields []string) *Error {
	e := imageConflict(fmt.Sprintf("This would change what is fixed: %s. Region, kind and hostType never change; once an image has been Available, its disks, osType and architecture do not either, and it is never Creating again. Register another image instead.",
		strings.Join(fields, ", ")))
	e.Extension = map[string]any{"fields": fields}
	return e
}

func idempotencyConflict() *Error {
	return &Error{Code: CodeIdempotencyConflict, Detail: "This Idempotency-Key was used for a save or copy with other content: repeat that request unchanged, or take a new key."}
}

func reminderNotAcknowledged(acknowledged bool) *Error {
	detail := "Read the security reminder and send acknowledgeSecurityReminder: true."
	if acknowledged {
		detail = "The security reminder has changed: read the present one, and send its version as reminderVersion, or none."
	}
	return &Error{
		Code:      CodeSecurityReminderNotAcknowledged,
		Detail:    detail,
		Extension: map[string]any{"securityReminder": Reminder},
	}
}

func cannotShareWithOwner() *Error {
	return &Error{Code: CodeCannotShareWithOwner, Detail: "The image belongs to this project already: leave the owner out of projectIds."}
}

// Throttled says that the store takes no more requests at the moment. The
// cause is for the log.
func Throttled(cause error) *Error {
	return &Error{Code: CodeThrottled, Detail: "Too many requests at the moment: nothing was written, try again a little later.", Cause: cause}
}

// Busy says that others were in the way for longer than the request could
// wait, or that the store could not be reached. The cause is for the log.
func Busy(cause error) *Error {
	return &Error{Code: CodeBusy, Detail: "The service is busy: nothing was written, try again.", Cause: cause}
}

// OutcomeUnknown says that a write was begun and its end is not known. The
// cause is for the log.
func OutcomeUnknown(cause error) *Error {
	return &Error{
		Code:   CodeOutcomeUnknown,
		Detail: "The response was lost, so the change may or may not have been made: repeat the request, which does nothing twice. If a repeated DELETE finds nothing, it was done. A save or copy without an Idempotency-Key may make a second image: look at your images some minutes later, before you repeat it.",
		Cause:  cause,
	}
}
