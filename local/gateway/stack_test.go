package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"image-sharing/console"
	"image-sharing/local/issuer"
	"image-sharing/local/sqlite"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/service"
	"image-sharing/tests/kit/api"
)

// stack is the service with an attacker and its victim in it.
type stack struct {
	t       testing.TB
	store   *sqlite.Store
	handler http.Handler
	log     *lockedBuffer
	issuer  *issuer.Issuer
	client  api.Client

	attacker, victim, platform string // tokens
	before                     string // the victim's image and its shares
	requests                   int
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was logged since it was called before.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.b.String()
	l.b.Reset()
	return text
}

func newStack(t testing.TB) *stack {
	t.Helper()
	store, err := sqlite.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	s := &stack{t: t, store: store, log: &lockedBuffer{}}
	s.client = api.Client{URL: "http://localhost", HTTP: &http.Client{Transport: s}}
	s.issuer = newIssuer(t, s.client.URL)
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	functions := make(map[string]apigateway.Handler)
	for _, f := range httpapi.Functions() {
		functions[f.Name] = apigateway.NewHandler(httpapi.NewHandler(f, service.New(store, service.Config{ShareLimit: 50}), httpapi.AnyClient(), log))
	}
	page, err := httpapi.NewConsole(console.Files(), httpapi.ConsoleConfig{ClientID: issuer.Client}, log)
	if err != nil {
		t.Fatal(err)
	}
	functions[httpapi.Console.Name] = apigateway.NewHandler(page)
	s.handler = New(Config{Functions: functions, Verifier: NewLocalVerifier(s.issuer), Issuer: s.issuer, Log: log})
	s.attacker = s.token("attacker", api.TenantScope, "attacker")
	s.victim = s.token(victimMark, api.TenantScope, "victim")
	s.platform = s.token("platform", api.PlatformScope)
	s.populate()
	s.before = s.victims()
	s.log.take()
	return s
}

func (s *stack) token(subject, scope string, projects ...string) string {
	s.t.Helper()
	token, err := s.client.Token(s.t.Context(), subject, scope, projects...)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// populate gives the attacker an own and a received image, and the victim one
// that it shares with a friend only.
func (s *stack) populate() {
	for _, p := range []string{"attacker", "victim", "friend"} {
		s.must(s.platform, "PUT", api.ProjectPath(p), api.ProjectBody("acct", p))
	}
	image := func(owner, id, mark string) {
		s.must(s.platform, "PUT", api.ImagePath(owner, id), api.ImageBody(api.Object{"name": mark, "description": mark, "osName": mark}))
	}
	image("attacker", "own", "own")
	image("friend", "received", "received")
	image("victim", "secret", victimMark)
	s.must(s.token("friend", api.TenantScope, "friend"), "POST", api.SharesPath("friend", "received"), api.ShareBody("attacker"))
	s.must(s.victim, "POST", api.SharesPath("victim", "secret"), api.ShareBody("friend"))
}

func (s *stack) victims() string {
	s.t.Helper()
	img, shares, err := s.store.Shares(s.t.Context(), "victim", "secret")
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := json.Marshal([]any{img, shares}) // what pointers lead to, too
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s *stack) must(token, method, path string, body any) {
	s.t.Helper()
	response, err := s.client.Do(s.t.Context(), api.Request{Token: token, Method: method, Path: path, Body: body})
	if err != nil || response.Status >= 300 {
		s.t.Fatalf("%s %s got %d: %s, %v", method, path, response.Status, response.Raw, err)
	}
}

// RoundTrip hands the requests of the client to the handler.
func (s *stack) RoundTrip(r *http.Request) (*http.Response, error) { return s.serve(r).Result(), nil }

func (s *stack) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// stacks makes a stack, and makes it anew before what the inputs have left in
// it fills the memory.
type stacks struct{ now *stack }

const mostRequests = 20000

func (s *stacks) next(t testing.TB) *stack {
	if s.now != nil && s.now.requests > mostRequests {
		if err := s.now.store.Close(); err != nil {
			t.Fatal(err)
		}
		s.now = nil
	}
	if s.now == nil {
		s.now = newStack(t)
	}
	s.now.t = t
	s.now.requests++
	s.now.log.take()
	return s.now
}

// attack sends a request of the attacker and holds the response, the log and the
// victim's view to what they must be.
func (s *stack) attack(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.serve(r)
	signIn := strings.HasPrefix(r.URL.Path, "/local/sign-") || r.URL.Path == "/local/sample" // for people, or by RFC 6749
	switch location := w.Header().Get("Location"); {
	case w.Code >= 300 && w.Code < 400:
		if !strings.HasPrefix(location, "/console/") && !strings.HasPrefix(location, s.client.URL+"/console/signed-in?") && !strings.HasPrefix(location, "/local/sign-in?") {
			s.t.Errorf("%s %q leads to %q", r.Method, r.URL, location)
		}
	case w.Code < 200 || w.Code >= 400 && !signIn:
		s.checkProblem(r, w)
	}
	s.checkLog(r, s.log.take())
	if strings.Contains(fmt.Sprint(w.Header(), w.Body), victimMark) {
		s.t.Errorf("%s %q shows the victim's data: %v %s", r.Method, r.URL, w.Header(), w.Body)
	}
	if after := s.victims(); after != s.before {
		s.t.Errorf("%s %q changed the victim's\n%s\nto\n%s", r.Method, r.URL, s.before, after)
	}
	return w
}

// isKnown reports whether a code is one of the contract that a caller alone can
// provoke: the OpenAPI document has a schema for each.
func isKnown(code string, status int) bool {
	return status >= 400 && status < 500 && status != http.StatusTooManyRequests &&
		bytes.Contains(httpapi.OpenAPI, []byte("\n    "+code+":\n"))
}

func (s *stack) checkProblem(r *http.Request, w *httptest.ResponseRecorder) {
	s.t.Helper()
	var p struct {
		Type, Title, Detail, Code, RequestID string
		Status                               int
	}
	d := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	if err := d.Decode(&p); err != nil {
		s.t.Fatalf("%s %q got %d with no problem: %v in %q", r.Method, r.URL, w.Code, err, w.Body)
	}
	address, err := url.Parse(p.Type)
	wellFormed := err == nil && address.IsAbs() && address.Path == "/openapi.yaml" && address.Fragment == "/components/schemas/"+p.Code &&
		p.Title != "" && p.Detail != "" && p.RequestID != "" && p.Status == w.Code && isKnown(p.Code, w.Code) &&
		w.Header().Get("Content-Type") == "application/problem+json" && w.Header().Get("Cache-Control") == "no-store"
	if !wellFormed {
		s.t.Errorf("%s %q got %d with %v and the malformed problem %s", r.Method, r.URL, w.Code, w.Header(), w.Body)
	}
}

// whoCalled is what a line says of the caller, by a token that was verified.
var whoCalled = regexp.MustCompile(`"(subject|client)":"(\\.|[^"\\])*"`)

func (s *stack) checkLog(r *http.Request, text string) {
	s.t.Helper()
	secrets := []string{victimMark, callerMark, "panic: "}
	for part := range strings.SplitSeq(r.Header.Get("Authorization"), ".") {
		if len(part) > 20 {
			secrets = append(secrets, part)
		}
	}
	rest := whoCalled.ReplaceAllString(text, "")
	for _, secret := range secrets {
		if strings.Contains(rest, secret) {
			s.t.Errorf("%s %q: the log has %q:\n%s", r.Method, r.URL, secret, text)
		}
	}
	if lines := strings.Count(text, "\n"); lines > 1 {
		s.t.Errorf("%s %q: %d lines are logged for one request:\n%s", r.Method, r.URL, lines, text)
	}
}
