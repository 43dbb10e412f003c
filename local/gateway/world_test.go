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
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

// world is a running gateway. Its functions note the events they get and
// answer with what the test wants.
type world struct {
	t       *testing.T
	url     string
	issuer  *issuer.Issuer
	handler http.Handler

	mu     sync.Mutex
	log    bytes.Buffer
	calls  []call
	answer func(context.Context, request) (response, error)
}

type call struct {
	function string
	event    request
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, answer: func(context.Context, request) (response, error) { return response{StatusCode: 204}, nil }}
	server := httptest.NewUnstartedServer(nil)
	w.url = "http://" + server.Listener.Addr().String()
	w.issuer = newIssuer(t, w.url)
	log := slog.New(slog.NewJSONHandler(logOf{w}, nil))
	c := Config{Functions: make(map[string]apigateway.Handler), Verifier: NewLocalVerifier(w.issuer), Issuer: w.issuer, Log: log}
	for _, f := range httpapi.Functions() {
		c.Functions[f.Name] = func(ctx context.Context, e request) (response, error) {
			w.mu.Lock()
			w.calls = append(w.calls, call{f.Name, e})
			w.mu.Unlock()
			return w.answer(ctx, e)
		}
	}
	w.handler = New(c)
	server.Config = NewServer(w.handler, log)
	server.Start()
	t.Cleanup(server.Close)
	return w
}

type logOf struct{ w *world }

func (l logOf) Write(p []byte) (int, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	return l.w.log.Write(p)
}

// lines are those of the log.
func (w *world) lines() []object {
	w.mu.Lock()
	defer w.mu.Unlock()
	var lines []object
	for line := range strings.Lines(w.log.String()) {
		var l object
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			w.t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

// called returns the calls since it was called before.
func (w *world) called() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

// event is that of the only call.
func (w *world) event() request {
	w.t.Helper()
	calls := w.called()
	if len(calls) != 1 {
		w.t.Fatalf("%d calls", len(calls))
	}
	return calls[0].event
}

func (w *world) token() string { return draft{}.signed(w.t, w.issuer) }

type object = map[string]any

type answer struct {
	*http.Response
	raw  string
	body object
}

// send sends a request; header has names and values in turn.
func (w *world) send(method, path, body string, header ...string) answer {
	w.t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Add(header[n], header[n+1])
	}
	return w.do(r)
}

func (w *world) do(r *http.Request) answer {
	w.t.Helper()
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(got)
}

func (w *world) read(got *http.Response) answer {
	w.t.Helper()
	defer got.Body.Close()
	raw, err := io.ReadAll(got.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	a := answer{Response: got, raw: string(raw)}
	if strings.Contains(got.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			w.t.Fatalf("%v in %s", err, raw)
		}
	}
	return a
}

// as sends a request with a good token.
func (w *world) as(method, path, body string, header ...string) answer {
	w.t.Helper()
	return w.send(method, path, body, append(header, "Authorization", "Bearer "+w.token())...)
}

// sendRaw sends bytes that no HTTP client would.
func (w *world) sendRaw(text string) answer {
	w.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, text); err != nil {
		w.t.Fatal(err)
	}
	got, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(got)
}

// refused fails the test unless the answer is that problem of the gateway.
func (w *world) refused(a answer, status int, code string) {
	w.t.Helper()
	if a.StatusCode != status || a.body["code"] != code || a.body["status"] != float64(status) {
		w.t.Fatalf("answer %d %s, not %d %s", a.StatusCode, a.raw, status, code)
	}
	if a.Header.Get("Content-Type") != "application/problem+json" || a.body["type"] != w.url+"/openapi.yaml#/components/schemas/"+code {
		w.t.Errorf("problem %s", a.raw)
	}
	if id := a.Header.Get("Apigw-Requestid"); id == "" || a.body["requestId"] != id {
		w.t.Errorf("request id %q, problem %s", id, a.raw)
	}
}

var nopLog = slog.New(slog.DiscardHandler)

// statusOf is what a handler answers to a GET.
func statusOf(h http.Handler, path string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code
}
