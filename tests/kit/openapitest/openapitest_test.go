package openapitest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"image-sharing/shared/sharing"
	"image-sharing/shared/wire"
	"image-sharing/tests/kit/api"
)

// recorder is a test that notes its errors instead of failing.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	errors []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// canned responds to every request alike.
type canned struct {
	status int
	header http.Header
	body   string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	return &http.Response{StatusCode: c.status, Header: c.header, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}, nil
}

func responding(status int, body string, headers ...string) canned {
	c := canned{status, http.Header{"Content-Type": {"application/json"}}, body}
	for i := 0; i < len(headers); i += 2 {
		c.header.Set(headers[i], headers[i+1])
	}
	return c
}

const problemType = "application/problem+json"

func refusal(status int, title, code, extension string, headers ...string) canned {
	body := fmt.Sprintf(`{"type":"http://h/openapi.yaml#/components/schemas/%[1]s","title":%q,"status":%d,"detail":"Do it.","code":"%[1]s","requestId":"r"%[4]s}`,
		code, title, status, extension)
	return responding(status, body, append(headers, "Content-Type", problemType)...)
}

func send(t *testing.T, v *Validator, next http.RoundTripper, method, path, body string) string {
	t.Helper()
	client := api.Client{URL: "http://api.test", HTTP: &http.Client{Transport: v.Transport(next)}}
	response, _ := client.Do(t.Context(), api.Request{Token: "token", Method: method, Path: path, Body: body}) // some bodies are no JSON on purpose
	return response.Raw
}

const (
	project      = `{"projectId":"p","accountId":"a","name":"n","state":"Active","createdAt":"2026-11-01T00:00:00.000000Z","updatedAt":"2026-11-01T00:00:00.000001Z"}`
	registration = `{"accountId":"a","name":"n"}`
)

// shared is an image as the service shows it to a recipient, with more fields.
func shared(more string) string {
	img := sharing.Image{ID: "i", Owner: "p", AccountID: "a", ImageSpec: sharing.ImageSpec{
		Name: "n", Region: "r", State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 1},
	}}
	text, err := wire.Marshal(sharing.Received{Image: img, Status: sharing.Accepted}.View())
	if err != nil {
		panic(err)
	}
	return strings.TrimSuffix(string(text), "}") + more + "}"
}

func TestTrafficAsDocumentedPasses(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		response           canned
	}{
		{"GET", "/v1/projects/p", "", responding(200, project)},
		{"PUT", "/v1/projects/p", registration, responding(201, project)},
		{"GET", "/v1/projects/p/shared-images/i?region=r", "", responding(200, shared(""))},
		{"GET", "/v1/projects/p/images?limit=100&nextToken=abc", "", responding(200, `{"images":[]}`)},
		{"DELETE", "/v1/projects/p/images/i", "", canned{status: 204}},
		{"GET", "/openapi.yaml", "", responding(200, "openapi: 3.1.0", "Content-Type", "application/yaml", "Cache-Control", "public, max-age=300", "ETag", `W/"0123456789abcdef0123456789abcdef"`)},
		// A refused request may be anything.
		{"PUT", "/v1/projects/-", "{", refusal(400, "Invalid request", "InvalidRequest", `,"errors":[{"field":"body","message":"must be one JSON object"}]`)},
		{"GET", "/v1/projects/a%2Fb", "", refusal(400, "Invalid request", "InvalidRequest", `,"errors":[{"field":"projectId","message":"must be an id"}]`)},
		{"GET", "/v1/projects/p", "", refusal(404, "Project not found", "ProjectNotFound", `,"projectIds":["p"]`)},
		{"GET", "/v1/projects/p", "", refusal(503, "Busy", "Busy", "", "Retry-After", "1")},
		{"PUT", "/v1/projects/p", "", refusal(503, "Outcome unknown", "OutcomeUnknown", "")},
		{"GET", "/v1/projects/p", "", responding(401, `{"message":"Unauthorized"}`, "WWW-Authenticate", "Bearer")},
		// There is no operation for these.
		{"GET", "/healthz", "", responding(200, "ok")},
		{"POST", "/local/token", "", responding(418, "<html>", "Content-Type", "text/html")},
		{"GET", "/nowhere", "", refusal(404, "Route not found", "RouteNotFound", "")},
		{"PATCH", "/v1/projects/p", "", refusal(405, "Method not allowed", "MethodNotAllowed", "", "Allow", "GET, PUT")},
		{"HEAD", "/v1/projects/p", "", responding(405, "", "Content-Type", problemType)},
	} {
		r := &recorder{TB: t}
		if got := send(t, New(r), c.response, c.method, c.path, c.body); got != c.response.body {
			t.Errorf("%s %s: the client got %q, not %q", c.method, c.path, got, c.response.body)
		}
		for _, e := range r.errors {
			t.Errorf("%s %s: %s", c.method, c.path, e)
		}
	}
}

func TestMismatchesAreReported(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, body string
		response           canned
		reason             string
	}{
		"leaked field":        {"GET", "/v1/projects/p/shared-images/i", "", responding(200, shared(`,"dataDisks":[]`)), "dataDisks"},
		"missing field":       {"GET", "/v1/projects/p", "", responding(200, `{"projectId":"p"}`), "accountId"},
		"malformed time":      {"GET", "/v1/projects/p", "", responding(200, strings.Replace(project, "11-01T", "11-41T", 1)), "date-time"},
		"malformed JSON":      {"GET", "/v1/projects/p", "", responding(200, "{"), "decoded"},
		"no body":             {"GET", "/v1/projects/p", "", responding(200, ""), "missing"},
		"null":                {"GET", "/v1/projects/p", "", responding(200, "null"), "missing"},
		"status":              {"GET", "/v1/projects/p", "", responding(202, project), "202"},
		"content type":        {"GET", "/v1/projects/p", "", responding(200, project, "Content-Type", "text/plain"), "text/plain"},
		"missing Location":    {"POST", "/v1/projects/p/shared-images/i/save", `{"name":"n"}`, responding(202, "{}"), "Location"},
		"missing Retry-After": {"GET", "/v1/projects/p", "", refusal(503, "Busy", "Busy", ""), "Retry-After"},
		"code of another operation": {"GET", "/v1/projects/p", "",
			refusal(404, "Image not found", "ImageNotFound", ""), "ProjectNotFound"},
		"leak in a problem": {"GET", "/v1/projects/p", "",
			refusal(500, "Internal error", "Internal", `,"cause":"secret"`), "cause"},
		"other status in the problem": {"PUT", "/v1/projects/p/images/i", "",
			canned{422, http.Header{"Content-Type": {problemType}}, refusal(404, "Project not found", "ProjectNotFound", `,"projectIds":["p"]`).body}, "says status 404"},
		"accepted field":     {"PUT", "/v1/projects/p", `{"accountId":"a","name":"n","more":1}`, responding(200, project), "'more'"},
		"accepted parameter": {"GET", "/v1/projects/p/images?limit=101", "", responding(200, `{"images":[]}`), "limit"},
		"accepted id":        {"GET", "/v1/projects/-", "", responding(200, project), "projectId"},
		"accepted no body":   {"PUT", "/v1/projects/p", "", responding(200, project), "body"},
		"no such code":       {"GET", "/nowhere", "", refusal(404, "Lost", "Lost", ""), `no code "Lost"`},
		"missing Allow":      {"PATCH", "/v1/projects/p", "", refusal(405, "Method not allowed", "MethodNotAllowed", ""), "Allow"},
		"problem of no operation": {"GET", "/nowhere", "",
			refusal(404, "Route not found", "RouteNotFound", `,"path":"/nowhere"`), "path"},
		"problem that is no JSON": {"GET", "/nowhere", "", responding(404, "", "Content-Type", problemType), "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			send(t, New(r), c.response, c.method, c.path, c.body)
			if len(r.errors) != 1 || !strings.Contains(r.errors[0], c.method+" "+c.path) || !strings.Contains(r.errors[0], c.reason) {
				t.Errorf("reported %q, not once with %q", r.errors, c.reason)
			}
		})
	}
}

func TestManyAtOnceAreSeen(t *testing.T) {
	const callers, each = 8, 50
	v := New(t)
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for range each {
				send(t, v, responding(200, project), "PUT", "/v1/projects/p", registration)
				send(t, v, refusal(404, "Project not found", "ProjectNotFound", `,"projectIds":["p"]`), "GET", "/v1/projects/p", "")
				send(t, v, refusal(404, "Route not found", "RouteNotFound", ""), "GET", "/nowhere", "")
			}
		})
	}
	group.Wait()
	missing, err := Missing()
	if err != nil || slices.Contains(missing, "ProjectNotFound") || slices.Contains(missing, "RouteNotFound") || !slices.Contains(missing, "Internal") {
		t.Errorf("the missing codes are %v, %v", missing, err)
	}
}
