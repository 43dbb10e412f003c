package httpapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"image-sharing/shared/service"
)

// call is a request as the gateway hands it over.
type call struct {
	method, path, query string
	projects, scope     string
	noToken             bool
	subject             string // "" for tester
	body                string
	header              map[string]string
}

func (c call) request() *http.Request {
	r := &http.Request{
		Method: c.method, URL: &url.URL{Path: c.path, RawQuery: c.query}, Host: "api.test",
		Header: make(http.Header), Body: io.NopCloser(strings.NewReader(c.body)),
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	g := Gateway{RequestID: "req-1", BaseURL: "https://api.test"}
	if !c.noToken {
		g.Claims = map[string]string{"sub": cmp.Or(c.subject, "tester"), "projects": c.projects, "scope": c.scope}
	}
	return WithGateway(r, g)
}

type response struct {
	*httptest.ResponseRecorder
	code string
	log  string
}

// send calls a function that has no store: to reach it would be a panic, and the
// response Internal.
func send(t *testing.T, f Function, c call) response {
	t.Helper()
	var lines bytes.Buffer
	w := httptest.NewRecorder()
	NewHandler(f, service.New(nil, service.Config{ShareLimit: 50}), AnyClient(), slog.New(slog.NewJSONHandler(&lines, nil))).ServeHTTP(w, c.request())
	var problem struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &problem) // YAML has no code
	return response{w, problem.Code, lines.String()}
}

func (r response) refused(t *testing.T, status int, code string) {
	t.Helper()
	if r.Code != status || r.code != code {
		t.Errorf("got %d %s, not %d %s: %s", r.Code, r.code, status, code, r.Body)
	}
}

// A share records who acknowledged the reminder (R7).
func TestATokenHasToSayWhoCalls(t *testing.T) {
	c := call{method: "POST", path: "/v1/projects/mine/images/i/shares", projects: "mine", scope: scopeShare}
	for subject, want := range map[string]string{
		" ":                      "must have at least one visible character",
		"a\nb":                   "must not hold the control character U+000A",
		"a\u202eb":               "must not hold the format character U+202E",
		strings.Repeat("x", 256): "must be a string of 1 to 255 characters, not 256",
	} {
		c.subject = subject
		r := send(t, Share, c)
		r.refused(t, 401, "Unauthenticated")
		if line := logLine(t, r.log); !strings.Contains(r.Body.String(), want) || line["cause"] != "the sub "+want || line["subject"] != nil {
			t.Errorf("%q: %s, logged %s", subject, r.Body, r.log)
		}
	}
	for _, subject := range []string{"42", "Ä b", "auth0|a", "[a b]", strings.Repeat("x", 255)} {
		c.subject = subject
		send(t, Share, c).refused(t, 400, "InvalidRequest") // there is no body
	}
	c.noToken = true
	r := send(t, Share, c)
	r.refused(t, 401, "Unauthenticated")
	if cause := logLine(t, r.log)["cause"]; cause != errNoToken.Error() {
		t.Errorf("the cause is %v", cause)
	}
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	for _, path := range []string{"/", "/nowhere", "/healthz", "/v1/projects/p/", "//v1/projects/p", "/v1/projects//images", "/v1/./projects", "/v1/x/../projects/p"} {
		send(t, List, call{method: "GET", path: path, noToken: true}).refused(t, 404, "RouteNotFound")
	}
	// HEAD is no GET: the gateway has no such route either.
	for _, method := range []string{"POST", "HEAD", "OPTIONS", "PURGE"} {
		h := NewHandler(List, service.New(nil, service.Config{ShareLimit: 50}), AnyClient(), slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/v1/projects/p", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "GET" {
			t.Errorf("%s got %d with Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	r := send(t, Catalog, call{method: "GET", path: "/v1/projects/p/images/i"})
	r.refused(t, 405, "MethodNotAllowed")
	if r.Header().Get("Allow") != "DELETE, PATCH, PUT" {
		t.Errorf("Allow is %q", r.Header().Get("Allow"))
	}
}

func TestAPanicIsAProblemAndALogLine(t *testing.T) {
	f := Function{Name: "test", Routes: []Route{{Method: "GET", Path: "/panic", PlatformScope: scopeCatalogRead,
		handle: noBody(func(*service.Service, *request) (reply, error) { panic("disk of 10.0.0.7 is full") })}}}
	r := send(t, f, call{method: "GET", path: "/panic", scope: scopeCatalogRead})
	const want = `{"code":"Internal","detail":"Something failed on our side: try again, and report the requestId if it stays.",` +
		`"requestId":"req-1","status":500,"title":"Internal error","type":"https://api.test/openapi.yaml#/components/schemas/Internal"}` + "\n"
	if r.Code != 500 || r.Body.String() != want {
		t.Errorf("got %d %s", r.Code, r.Body)
	}
	line := logLine(t, r.log)
	if cause, _ := line["cause"].(string); line["level"] != "ERROR" || line["outcome"] != "Internal" || !strings.Contains(cause, "10.0.0.7") || !strings.Contains(cause, "goroutine") {
		t.Errorf("logged %s", r.log)
	}
}

func logLine(t *testing.T, log string) map[string]any {
	t.Helper()
	var line map[string]any
	if err := json.Unmarshal([]byte(log), &line); err != nil {
		t.Fatalf("not one line: %q: %v", log, err)
	}
	return line
}

func TestTheLogLineNamesTheRequestAndHoldsNoSecret(t *testing.T) {
	r := send(t, Share, call{
		method: "POST", path: "/v1/projects/mine/images/img/shares", projects: "mine", scope: scopeShare,
		header: map[string]string{"authorization": "Bearer secret-token", "cookie": "secret-cookie"},
		body:   `{"projectIds":["p"],"acknowledgeSecurityReminder":"secret-body"}`,
	})
	r.refused(t, 400, "InvalidRequest")
	line := logLine(t, r.log)
	for field, want := range map[string]any{
		"msg": "request", "level": "INFO", "requestId": "req-1", "route": "POST /v1/projects/{projectId}/images/{imageId}/shares",
		"status": 400.0, "outcome": "InvalidRequest", "project": "mine", "image": "img",
	} {
		if line[field] != want {
			t.Errorf("%s is %v, not %v: %s", field, line[field], want, r.log)
		}
	}
	if _, ok := line["durationMs"].(float64); !ok || strings.Contains(r.log, "secret") {
		t.Errorf("logged %s", r.log)
	}

	// Nothing that the caller made up goes to the log, other than valid ids.
	r = send(t, Share, call{method: "POST", path: "/v1/projects/-secret/images/img/shares", query: "secret=1", scope: scopeShare})
	r.refused(t, 400, "InvalidRequest")
	if line := logLine(t, r.log); strings.Contains(r.log, "secret") || line["project"] != nil || line["image"] != "img" {
		t.Errorf("logged %s", r.log)
	}
}

func TestResponsesAreNotCachedNorSniffed(t *testing.T) {
	w := httptest.NewRecorder()
	reply{status: http.StatusCreated, body: map[string]any{"b": 1, "a": []string(nil)}, location: "/v1/x"}.write(w)
	if w.Code != 201 || w.Body.String() != `{"a":[],"b":1}`+"\n" {
		t.Errorf("wrote %d %s", w.Code, w.Body)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Location": "/v1/x"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	w = httptest.NewRecorder()
	reply{status: http.StatusNoContent}.write(w)
	if w.Code != 204 || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("wrote %d %q %v", w.Code, w.Body, w.Header())
	}
}
