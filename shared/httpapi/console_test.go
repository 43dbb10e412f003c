package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	aPage   = "<!doctype html><title>the page</title>"
	aScript = "console.log('a script that is long enough to be compressed, compressed, compressed')"
)

var someFiles = fstest.MapFS{
	"index.html":             {Data: []byte(aPage)},
	"favicon.svg":            {Data: []byte("<svg/>")},
	"assets/index-0a1b2c.js": {Data: []byte(aScript)},
}

var cloudConsole = ConsoleConfig{Issuer: "https://issuer.example/pool", ClientID: "page", Scope: "openid", Origins: []string{"https://login.example"}}

// consoleOf returns a console and its log.
func consoleOf(t *testing.T, c ConsoleConfig) (http.Handler, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	h, err := NewConsole(someFiles, c, slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return h, &log
}

// ask sends a request for a path; header has names and values in turn.
func ask(h http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "https://images.test"+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, WithGateway(r, Gateway{RequestID: "req-1", BaseURL: "https://images.test"}))
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTheConsoleIsFilesAndPlaces(t *testing.T) {
	h, _ := consoleOf(t, cloudConsole)
	for path, want := range map[string]struct {
		contentType, caching, body string
	}{
		"/console":                                         {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/":                                        {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/index.html":                              {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/projects":                                {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/projects/":                               {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/assets/images":                           {"text/html; charset=utf-8", "no-cache", aPage}, // of a project that is called assets
		"/console/assets/images/golden.v1.js":              {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/projects/a.b/images/golden.v1.js":        {"text/html; charset=utf-8", "no-cache", aPage}, // ids have dots
		"/console/signed-in?code=secret&state=s":           {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/projects/%3Cscript%3Ealert(1)%3C%2Fb%3E": {"text/html; charset=utf-8", "no-cache", aPage},
		"/console/favicon.svg":                             {"image/svg+xml", "no-cache", "<svg/>"},
		"/console/assets/index-0a1b2c.js":                  {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", aScript},
		"/console/assets/index-0a1b2c.js?x=1":              {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", aScript},
	} {
		r := ask(h, "GET", path)
		if got := bodyOf(t, r); r.StatusCode != 200 || got != want.body || r.Header.Get("Content-Type") != want.contentType || r.Header.Get("Cache-Control") != want.caching || r.Header.Get("ETag") == "" {
			t.Errorf("%s: %d %q %v", path, r.StatusCode, got, r.Header)
		}
		head := ask(h, "HEAD", path)
		if bodyOf(t, head) != "" || head.StatusCode != 200 || head.Header.Get("ETag") != r.Header.Get("ETag") {
			t.Errorf("HEAD %s: %d %v", path, head.StatusCode, head.Header)
		}
		again := ask(h, "GET", path, "If-None-Match", r.Header.Get("ETag"))
		if bodyOf(t, again) != "" || again.StatusCode != 304 || again.Header.Get("Cache-Control") != want.caching || again.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s again: %d %v", path, again.StatusCode, again.Header)
		}
	}
}

func TestWhatTheConsoleDoesNotHave(t *testing.T) {
	h, log := consoleOf(t, cloudConsole)
	for path, want := range map[string]int{
		"/console/assets/other.js":      404,
		"/console/assets/.js":           404,
		"/console/assets/":              200,
		"/console/assets":               200, // a place, of which the page says that there is none
		"/console/robots.txt":           404,
		"/console/.env":                 404,
		"/console/../console_test.go":   404,
		"/console/..%2f..%2fgo.mod":     404,
		"/console/%2e%2e/%2e%2e/go.mod": 404,
		"/console/a%2f..%2fb":           404,
		"/console//projects":            404,
		"/console/%2fetc%2fpasswd":      404,
		"/consoles":                     404,
		"/v1/projects":                  404,
	} {
		r := ask(h, "GET", path)
		body := bodyOf(t, r)
		if r.StatusCode != want {
			t.Errorf("%s: %d %s", path, r.StatusCode, body)
		}
		if want != 404 {
			continue
		}
		var p struct{ Code, Detail, RequestID string }
		if err := json.Unmarshal([]byte(body), &p); err != nil || p.Code != "RouteNotFound" || p.Detail == "" || p.RequestID != "req-1" ||
			r.Header.Get("Content-Type") != "application/problem+json" || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s %v", path, body, r.Header)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		r := ask(h, method, "/console/projects")
		if r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, r.StatusCode, r.Header)
		}
	}
	if strings.Contains(log.String(), "passwd") || strings.Contains(log.String(), "robots") {
		t.Errorf("the log has paths: %s", log)
	}
}

func TestTheRootLeadsToTheConsole(t *testing.T) {
	h, _ := consoleOf(t, cloudConsole)
	for _, path := range []string{"/", "/?next=https://evil.example"} {
		r := ask(h, "GET", path)
		if r.StatusCode != 308 || r.Header.Get("Location") != "/console/" || r.Header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

func TestTheConsoleIsCompressed(t *testing.T) {
	h, _ := consoleOf(t, cloudConsole)
	r := ask(h, "GET", "/console/assets/index-0a1b2c.js", "Accept-Encoding", "br, gzip")
	zipped, err := gzip.NewReader(r.Body)
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatal(err, r.Header)
	}
	if content, err := io.ReadAll(zipped); err != nil || string(content) != aScript {
		t.Errorf("%q, %v", content, err)
	}
}

func TestTheConsoleIsToldItsIssuer(t *testing.T) {
	for name, test := range map[string]struct {
		config ConsoleConfig
		want   string
	}{
		"a real one":     {cloudConsole, `{"authority":"https://issuer.example/pool","clientId":"page","scope":"openid","local":false}`},
		"not configured": {ConsoleConfig{Issuer: "https://issuer.example", Scope: "openid"}, `{"authority":"https://issuer.example","clientId":"","scope":"openid","local":false}`},
		"this machine's": {ConsoleConfig{ClientID: "console", Scope: "openid a"}, `{"authority":"https://images.test","clientId":"console","scope":"openid a","local":true}`},
	} {
		h, _ := consoleOf(t, test.config)
		r := ask(h, "GET", "/console/config.json")
		if got := strings.TrimSpace(bodyOf(t, r)); got != test.want || r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %v", name, got, r.Header)
		}
	}
}

// TestTheConsoleIsProtected on every response, whatever it is.
func TestTheConsoleIsProtected(t *testing.T) {
	h, _ := consoleOf(t, cloudConsole)
	for _, path := range []string{"/", "/console", "/console/projects", "/console/config.json", "/console/assets/index-0a1b2c.js", "/console/assets/none.js", "/console/signed-in"} {
		got := ask(h, "GET", path).Header
		want := map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; " +
				"connect-src 'self' https://issuer.example https://login.example; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
			"Cross-Origin-Opener-Policy":   "same-origin-allow-popups",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
			"Referrer-Policy":              "no-referrer",
			"Strict-Transport-Security":    "max-age=31536000",
			"X-Content-Type-Options":       "nosniff",
		}
		if path == "/console/signed-in" { // the page waits for this window
			want["Cross-Origin-Opener-Policy"] = ""
		}
		for name, value := range want {
			if got.Get(name) != value {
				t.Errorf("%s: %s is %q", path, name, got.Get(name))
			}
		}
	}
	local, _ := consoleOf(t, ConsoleConfig{ClientID: "console"})
	r := httptest.NewRequest("GET", "http://localhost/console", nil)
	w := httptest.NewRecorder()
	local.ServeHTTP(w, WithGateway(r, Gateway{BaseURL: "http://localhost"}))
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self';") || w.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("on one machine: %v", w.Header())
	}
}

func TestARequestOfTheConsoleIsOneLineWithoutItsQuery(t *testing.T) {
	h, log := consoleOf(t, cloudConsole)
	ask(h, "GET", "/console/signed-in?code=secret-code&state=secret-state", "Authorization", "Bearer secret-token")
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, log)
	}
	if line["route"] != "GET /console/{file...}" || line["status"] != 200.0 || line["outcome"] != "ok" || line["requestId"] != "req-1" || strings.Contains(log.String(), "secret") {
		t.Errorf("the line is %s", log)
	}
}

func TestAPageThatCannotBeServedIsRefused(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"without a page":      {"assets/a.js": {}},
		"with an odd file":    {"index.html": {}, "assets/a.exe": {}},
		"with one of no type": {"index.html": {}, "LICENSE": {}},
	} {
		if _, err := NewConsole(files, ConsoleConfig{}, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOriginsAreOrigins(t *testing.T) {
	got, err := ParseOrigins(" https://a.example, ,https://b.example:8443")
	if err != nil || len(got) != 2 || got[0] != "https://a.example" || got[1] != "https://b.example:8443" {
		t.Errorf("%q, %v", got, err)
	}
	for _, list := range []string{"a.example", "https://a.example/", "https://a.example; script-src *", "https://*.example", "https://a.example https://b.example", "javascript:alert(1)", "'unsafe-inline'"} {
		if got, err := ParseOrigins(list); err == nil {
			t.Errorf("%q is taken for %q", list, got)
		}
	}
	for address, want := range map[string]string{
		"https://issuer.example/pool/": "https://issuer.example", "https://u@issuer.example": "https://issuer.example", "": "", "data:,x": "", "https://a b": "",
		"http://127.0.0.1:9000": "http://127.0.0.1:9000",
	} {
		if got := originOf(address); got != want {
			t.Errorf("%q is of the origin %q", address, got)
		}
	}
}
