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

// asked is a request as the gateway hands it over.
type asked struct {
	method, path, query string
	projects, scope     string
	noToken             bool
	subject             string // "" for tester
	body                string
	header              map[string]string
}

func (a asked) request() *http.Request {
	r := &http.Request{
		Method: a.method, URL: &url.URL{Path: a.path, RawQuery: a.query}, Host: "api.test",
		Header: make(http.Header), Body: io.NopCloser(strings.NewReader(a.body)),
	}
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	g := Gateway{RequestID: "req-1", BaseURL: "https://api.test"}
	if !a.noToken {
		g.Claims = map[string]string{"sub": cmp.Or(a.subject, "tester"), "projects": a.projects, "scope": a.scope}
	}
	return WithGateway(r, g)
}

type answered struct {
	status int
	header map[string]string
	body   string
	code   string
	log    string
}

// ask asks a function that has no engine: to reach it would be a panic, and
// the answer Internal.
func ask(t *testing.T, f Function, a asked) answered {
	t.Helper()
	var lines bytes.Buffer
	h := NewHandler(f, service.New(nil, 50), slog.New(slog.NewJSONHandler(&lines, nil)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, a.request())
	header := make(map[string]string)
	for name, values := range w.Header() {
		header[name] = strings.Join(values, "|")
	}
	response := w.Body.String()
	var problem struct {
		Code string `json:"code"`
	}
	if len(response) > 0 && header["Content-Type"] != "application/yaml" {
		if err := json.Unmarshal([]byte(response), &problem); err != nil {
			t.Fatalf("%v in %s", err, response)
		}
	}
	return answered{w.Code, header, response, problem.Code, lines.String()}
}

func (a answered) refused(t *testing.T, status int, code string) {
	t.Helper()
	if a.status != status || a.code != code {
		t.Errorf("answered %d %s, not %d %s: %s", a.status, a.code, status, code, a.body)
	}
}

func TestRefusalsComeInTheOrderOfTheContract(t *testing.T) {
	const scope = "images:share"
	r := asked{method: "POST", path: "/v1/projects/-/images/i/shares", query: "x=1", projects: "mine", noToken: true,
		body: strings.Repeat("x", MaxBodyBytes+1)}
	ask(t, Share, r).refused(t, 401, "Unauthenticated")
	r.noToken = false
	ask(t, Share, r).refused(t, 413, "RequestTooLarge")
	r.body = strings.Repeat("x", MaxBodyBytes)
	ask(t, Share, r).refused(t, 400, "InvalidRequest")
	r.path, r.query = "/v1/projects/other/images/i/shares", ""
	ask(t, Share, r).refused(t, 403, "ProjectAccessDenied")
	r.path = "/v1/projects/mine/images/i/shares"
	ask(t, Share, r).refused(t, 403, "MissingScope")
	r.scope = scope
	ask(t, Share, r).refused(t, 400, "InvalidRequest")
	r.body = `{"projectIds":[],"acknowledgeSecurityReminder":false}`
	ask(t, Share, r).refused(t, 400, "InvalidRequest")
	r.body = `{"projectIds":["p"],"acknowledgeSecurityReminder":false}`
	ask(t, Share, r).refused(t, 422, "SecurityReminderNotAcknowledged")
	r.body = `{"projectIds":["p"],"acknowledgeSecurityReminder":true}`
	ask(t, Share, r).refused(t, 500, "Internal") // there is no engine
}

// A share records who acknowledged the reminder (R7).
func TestATokenHasToSayWhoCalls(t *testing.T) {
	r := asked{method: "POST", path: "/v1/projects/mine/images/i/shares", projects: "mine", scope: scopeShare}
	for _, subject := range []string{" ", "\t", "\u00a0\u3000", "a\nb", "a\x00", "\x7f", "a\u0085b"} {
		r.subject = subject
		a := ask(t, Share, r)
		a.refused(t, 401, "Unauthenticated")
		if cause := logLine(t, a.log)["cause"]; cause != errNoSubject.Error() {
			t.Errorf("%q: the cause is %v", subject, cause)
		}
	}
	for _, subject := range []string{"42", "Ä b", "auth0|a", "[a b]", strings.Repeat("x", 1000)} {
		r.subject = subject
		ask(t, Share, r).refused(t, 400, "InvalidRequest") // there is no body
	}
}

func TestBodiesAreCheckedBeforeTheEngine(t *testing.T) {
	const valid = `{"name":"n","region":"r","kind":"Custom","hostType":"UHost","state":"Available","systemDisk":{"sizeGiB":1}`
	for name, c := range map[string]struct {
		f    Function
		r    asked
		want string
	}{
		"project":     {Catalog, asked{method: "PUT", path: "/v1/projects/p", scope: scopeCatalog, body: `{"accountId":"-","name":""}`}, `"field":"accountId"`},
		"null":        {Catalog, asked{method: "PUT", path: "/v1/projects/p", scope: scopeCatalog, body: "null"}, `"field":"name"`},
		"image":       {Catalog, asked{method: "PUT", path: "/v1/projects/p/images/i", scope: scopeCatalog, body: "{}"}, `"field":"hostType"`},
		"data disk":   {Catalog, asked{method: "PUT", path: "/v1/projects/p/images/i", scope: scopeCatalog, body: valid + `,"dataDisks":[null]}`}, `"field":"dataDisks[0].sizeGiB"`},
		"control":     {Catalog, asked{method: "PUT", path: "/v1/projects/p/images/i", scope: scopeCatalog, body: valid + `,"osName":"a\nb"}`}, `"field":"osName"`},
		"save":        {Save, asked{method: "POST", path: "/v1/projects/p/shared-images/i/save", scope: scopeSave, projects: "p", body: "{}"}, `"field":"name"`},
		"save region": {Save, asked{method: "POST", path: "/v1/projects/p/shared-images/i/save", scope: scopeSave, projects: "p", body: `{"name":"n","region":""}`}, `"field":"region"`},
		"key": {Save, asked{method: "POST", path: "/v1/projects/p/shared-images/i/save", scope: scopeSave, projects: "p", body: `{"name":"n"}`,
			header: map[string]string{"idempotency-key": ""}}, `"field":"Idempotency-Key"`},
		"token": {List, asked{method: "GET", path: "/v1/projects/p/images", query: "nextToken=x", scope: scopeRead, projects: "p"}, `"code":"InvalidNextToken"`},
	} {
		t.Run(name, func(t *testing.T) {
			if a := ask(t, c.f, c.r); a.status != 400 || !strings.Contains(a.body, c.want) {
				t.Errorf("answered %d %s, not 400 with %s", a.status, a.body, c.want)
			}
		})
	}
}

func TestIDsThatAreNoneAreRefusedWhateverTheyHold(t *testing.T) {
	for _, id := range []string{"-a", ".", "..", "a b", "a/b", "a//b", "a?b", "a#b", "a%b", "\xff", "a\n", "ä", strings.Repeat("a", 65)} {
		r := asked{method: "GET", path: "/v1/projects/p/images/" + id, scope: scopeRead, projects: "p"}.request()
		r.URL.RawPath = "/v1/projects/p/images/" + strings.ReplaceAll(url.PathEscape(id), ".", "%2E")
		w := httptest.NewRecorder()
		NewHandler(List, service.New(nil, 50), slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
		if w.Code != 400 || !strings.Contains(w.Body.String(), `"field":"imageId"`) {
			t.Errorf("%q: answered %d %s", id, w.Code, w.Body)
		}
	}
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	for _, path := range []string{"/", "/nowhere", "/healthz", "/v1/projects/p/", "//v1/projects/p", "/v1/projects//images", "/v1/./projects", "/v1/x/../projects/p"} {
		ask(t, List, asked{method: "GET", path: path, noToken: true}).refused(t, 404, "RouteNotFound")
	}
	// HEAD is no GET: the gateway has no such route either.
	for _, method := range []string{"POST", "HEAD", "OPTIONS", "PURGE"} {
		h := NewHandler(List, service.New(nil, 50), slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/v1/projects/p", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "GET" {
			t.Errorf("%s answered %d with Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	a := ask(t, Catalog, asked{method: "GET", path: "/v1/projects/p/images/i"})
	a.refused(t, 405, "MethodNotAllowed")
	if a.header["Allow"] != "DELETE, PUT" {
		t.Errorf("Allow is %q", a.header["Allow"])
	}
}

func TestOpenAPINeedsNoToken(t *testing.T) {
	a := ask(t, List, asked{method: "GET", path: "/openapi.yaml", noToken: true})
	if a.status != 200 || a.header["Content-Type"] != "application/yaml" || a.body != string(OpenAPI) {
		t.Errorf("answered %d, %s, %d bytes", a.status, a.header["Content-Type"], len(a.body))
	}
}

func TestAPanicIsAProblemAndALogLine(t *testing.T) {
	f := Function{Name: "test", Routes: []Route{{Method: "GET", Path: "/panic", Scope: scopeRead, anyProject: true,
		handle: func(*service.Service, *request) (reply, error) { panic("disk of 10.0.0.7 is full") }}}}
	a := ask(t, f, asked{method: "GET", path: "/panic", scope: scopeRead})
	const want = `{"code":"Internal","detail":"Something failed on our side: try again, and report the requestId if it stays.",` +
		`"requestId":"req-1","status":500,"title":"Internal error","type":"https://api.test/openapi.yaml#/components/schemas/Internal"}` + "\n"
	if a.status != 500 || a.body != want {
		t.Errorf("answered %d %s", a.status, a.body)
	}
	line := logLine(t, a.log)
	if cause, _ := line["cause"].(string); line["level"] != "ERROR" || line["outcome"] != "Internal" || !strings.Contains(cause, "10.0.0.7") || !strings.Contains(cause, "goroutine") {
		t.Errorf("logged %s", a.log)
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
	a := ask(t, Share, asked{
		method: "POST", path: "/v1/projects/mine/images/img/shares", projects: "mine", scope: scopeShare,
		header: map[string]string{"authorization": "Bearer secret-token", "cookie": "secret-cookie"},
		body:   `{"projectIds":["p"],"acknowledgeSecurityReminder":"secret-body"}`,
	})
	a.refused(t, 400, "InvalidRequest")
	line := logLine(t, a.log)
	for field, want := range map[string]any{
		"msg": "request", "level": "INFO", "requestId": "req-1", "route": "POST /v1/projects/{projectId}/images/{imageId}/shares",
		"status": 400.0, "outcome": "InvalidRequest", "project": "mine", "image": "img",
	} {
		if line[field] != want {
			t.Errorf("%s is %v, not %v: %s", field, line[field], want, a.log)
		}
	}
	if _, ok := line["durationMs"].(float64); !ok || strings.Contains(a.log, "secret") {
		t.Errorf("logged %s", a.log)
	}

	// Nothing that the caller made up goes to the log, other than valid ids.
	a = ask(t, Share, asked{method: "POST", path: "/v1/projects/-secret/images/img/shares", query: "secret=1", scope: scopeShare})
	a.refused(t, 400, "InvalidRequest")
	if line := logLine(t, a.log); strings.Contains(a.log, "secret") || line["project"] != nil || line["image"] != "img" {
		t.Errorf("logged %s", a.log)
	}
}

func TestAnswersAreNotCachedNorSniffed(t *testing.T) {
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
