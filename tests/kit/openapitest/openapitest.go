// Package openapitest holds real traffic against the OpenAPI document: an HTTP
// client with its transport fails the test when a response, or a request that
// the API accepted, is not what the document says.
package openapitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Validator watches the traffic of a test. It is safe for concurrent use.
type Validator struct {
	t testing.TB
	c *contract
}

// New returns a validator that reports every mismatch with t.Errorf. It ends
// the test when the document itself is not valid.
func New(t testing.TB) *Validator {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatalf("the OpenAPI document is not valid: %v", err)
	}
	return &Validator{t, c}
}

// Transport returns a transport that sends by next and checks what comes
// back. To an operation of the document, each response has to be one of those it
// lists, and each request with a 2xx response has to be valid; a refused request
// may be anything. Elsewhere, problems have to match the schema of their code,
// and all else passes unseen.
func (v *Validator) Transport(next http.RoundTripper) http.RoundTripper {
	return transport{v, next}
}

// provoked has the codes that any validator has seen.
var provoked sync.Map

// Missing returns the codes of the document that no response has had so far.
func Missing() ([]string, error) {
	c, err := loaded()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(codesOf(c.components), func(code string) bool {
		_, seen := provoked.Load(code)
		return seen
	}), nil
}

type transport struct {
	v    *Validator
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The client gets the response as it
// came, read to its end.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := readAll(r.Body)
	if err != nil {
		return nil, err
	}
	response, err := t.next.RoundTrip(withBody(r, sent))
	if err != nil {
		return nil, err
	}
	received, err := readAll(response.Body)
	if err != nil {
		return nil, err
	}
	t.v.check(exchange{withBody(r, sent), response, received})
	response.Body = io.NopCloser(bytes.NewReader(received))
	return response, nil
}

func readAll(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

func withBody(r *http.Request, body []byte) *http.Request {
	r = r.Clone(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r
}

// exchange is a request and its response. The request's body is still to be
// read, the response's is received.
type exchange struct {
	request  *http.Request
	response *http.Response
	received []byte
}

func (e exchange) succeeded() bool { return e.response.StatusCode/100 == 2 }

// problem returns the problem that is the response. It returns false for any
// other response, and for one without a body.
func (e exchange) problem() (p problem, ok bool, err error) {
	isProblem := strings.HasPrefix(e.response.Header.Get("Content-Type"), "application/problem+json")
	if !isProblem || e.request.Method == http.MethodHead {
		return problem{}, false, nil
	}
	return p, true, json.Unmarshal(e.received, &p)
}

type problem struct {
	Code   string `json:"code"`
	Status int    `json:"status"`
}

func (v *Validator) check(e exchange) {
	v.t.Helper()
	mismatches := v.c.check(e)
	if len(mismatches) > 0 {
		v.t.Errorf("%s %s got %d, which is not as the OpenAPI document says:\n\t%s\nthe body is %s",
			e.request.Method, e.request.URL.RequestURI(), e.response.StatusCode, strings.Join(mismatches, "\n\t"), e.received)
		return
	}
	if p, ok, _ := e.problem(); ok {
		provoked.Store(p.Code, true)
	}
}
