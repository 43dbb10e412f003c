package kit

import (
	"fmt"
	"testing"

	"image-sharing/tests/kit/api"
)

// Response is a response with the checks of a test. Each check ends the test if
// it fails, and returns the response for the next one.
type Response struct {
	api.Response
	T testing.TB
}

// What names the request.
func (r Response) What() string { return r.Request.Method + " " + r.Request.Path }

// Is checks the status.
func (r Response) Is(status int) Response {
	r.T.Helper()
	if r.Status != status {
		r.T.Fatalf("%s got %d, not %d: %s", r.What(), r.Status, status, r.Raw)
	}
	return r
}

// Refused checks that the response is a problem with the status and the code.
func (r Response) Refused(status int, code string) Response {
	r.T.Helper()
	if r.Status != status || r.Code() != code {
		r.T.Fatalf("%s got %d %s, not %d %s: %s", r.What(), r.Status, r.Code(), status, code, r.Raw)
	}
	return r
}

// Has checks a field of the response.
func (r Response) Has(field string, value any) Response {
	r.T.Helper()
	if got := fmt.Sprint(r.Body[field]); got != fmt.Sprint(value) {
		r.T.Fatalf("%s got %s %s, not %v: %s", r.What(), field, got, value, r.Raw)
	}
	return r
}
