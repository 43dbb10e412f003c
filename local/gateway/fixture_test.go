package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/issuer"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit/api"
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

// fixture is a running gateway. Its functions note the events they get and
// respond with what the test wants.
type fixture struct {
	t       *testing.T
	client  api.Client
	issuer  *issuer.Issuer
	handler http.Handler

	mu      sync.Mutex
	log     bytes.Buffer
	calls   []call
	respond func(context.Context, request) (response, error)
}

type call struct {
	function string
	event    request
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, respond: func(context.Context, request) (response, error) { return response{StatusCode: 204}, nil }}
	server := httptest.NewUnstartedServer(nil)
	f.client = api.Client{URL: "http://" + server.Listener.Addr().String(), HTTP: &http.Client{Transport: http.DefaultTransport}}
	f.issuer = newIssuer(t, f.client.URL)
	log := slog.New(slog.NewJSONHandler(logOf{f}, nil))
	c := Config{Functions: make(map[string]apigateway.Handler), Verifier: NewLocalVerifier(f.issuer), Issuer: f.issuer, Log: log}
	for _, function := range append(httpapi.Functions(), httpapi.Console) {
		c.Functions[function.Name] = func(ctx context.Context, e request) (response, error) {
			f.mu.Lock()
			f.calls = append(f.calls, call{function.Name, e})
			f.mu.Unlock()
			return f.respond(ctx, e)
		}
	}
	f.handler = New(c)
	server.Config = NewServer(f.handler, log)
	server.Start()
	t.Cleanup(server.Close)
	return f
}

type logOf struct{ *fixture }

func (l logOf) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(p)
}

// lines are those of the log.
func (f *fixture) lines() []api.Object {
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []api.Object
	for line := range strings.Lines(f.log.String()) {
		var l api.Object
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			f.t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

// called returns the calls since it was called before.
func (f *fixture) called() []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// event is that of the only call.
func (f *fixture) event() request {
	f.t.Helper()
	calls := f.called()
	if len(calls) != 1 {
		f.t.Fatalf("%d calls", len(calls))
	}
	return calls[0].event
}

func (f *fixture) token() string { return draft{}.signed(f.t, f.issuer) }

// send sends a request; header has names and values in turn.
func (f *fixture) send(method, path, body string, header ...string) api.Response {
	f.t.Helper()
	response, err := f.client.Do(f.t.Context(), api.Request{Method: method, Path: path, Header: api.Headers(header...), Body: body})
	if err != nil {
		f.t.Fatal(err)
	}
	return response
}

// as sends a request with a good token.
func (f *fixture) as(method, path, body string, header ...string) api.Response {
	f.t.Helper()
	return f.send(method, path, body, append(header, "Authorization", "Bearer "+f.token())...)
}

// sendRaw sends bytes that no HTTP client would.
func (f *fixture) sendRaw(text string) api.Response {
	f.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(f.client.URL, "http://"))
	if err != nil {
		f.t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, text); err != nil {
		f.t.Fatal(err)
	}
	got, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	response, err := api.Read(api.Request{}, got)
	if err != nil {
		f.t.Fatal(err)
	}
	return response
}

// refused fails the test unless the response is that problem of the gateway.
func (f *fixture) refused(r api.Response, status int, code string) {
	f.t.Helper()
	if r.Status != status || r.Code() != code || r.Body["status"] != float64(status) {
		f.t.Fatalf("response %d %s, not %d %s", r.Status, r.Raw, status, code)
	}
	if r.Header.Get("Content-Type") != "application/problem+json" || r.Body["type"] != f.client.URL+"/openapi.yaml#/components/schemas/"+code {
		f.t.Errorf("problem %s", r.Raw)
	}
	if id := r.Header.Get("Apigw-Requestid"); id == "" || r.Body["requestId"] != id {
		f.t.Errorf("request id %q, problem %s", id, r.Raw)
	}
}

var nopLog = slog.New(slog.DiscardHandler)

// statusOf is of the response to a GET.
func statusOf(h http.Handler, path string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code
}
