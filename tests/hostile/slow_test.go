package hostile

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/gateway"
	"image-sharing/local/issuer"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// slowRequests are the ways of a client to send and never to be done.
func slowRequests(x wireService) map[string]string {
	return map[string]string{
		"nothing":         "",
		"half a line":     "GET /v1/pro",
		"half the header": "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: 1\r\n",
		"half a body":     x.request(x.shareLine(), "", "Content-Length: 1000") + "{",
		"half a chunk":    x.request(x.shareLine(), "", "Transfer-Encoding: chunked") + "ff\r\n{",
		"no body at all":  x.request(x.shareLine(), "", "Expect: 100-continue", "Content-Length: 1000"),
	}
}

// While many clients hang, the others are served.
func TestSlowClientsDoNotStopTheOthers(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	for range 50 {
		for _, text := range slowRequests(x) {
			if _, err := io.WriteString(dial(t, x.URL), text); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 20 {
		x.Send(x.token, "GET", api.ImagePath(x.owner, x.image), nil).Is(200)
		x.Send(x.token, "POST", api.SharesPath(x.owner, x.image), api.ShareBody(x.target)).Is(200)
	}
}

// The gateway's server cuts off clients that are too slow. For this test it is
// less patient; how patient it is otherwise is checked before.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	x := impatientService(t, func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		calls.Add(1)
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusNoContent}, nil
	})
	for name, text := range slowRequests(x) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, x.URL)
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
			// The read ends when the server closes; if it never did, the
			// connection's deadline would end it.
			rest, err := io.ReadAll(c.in)
			if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
				t.Errorf("the server still waits, after %q", rest)
			}
		})
	}
	t.Cleanup(func() {
		if n := calls.Load(); n != 0 {
			t.Errorf("the functions were called %d times", n)
		}
	})
}

// impatientService is a gateway of its own, in front of a function that is
// never to be called.
func impatientService(t *testing.T, function apigateway.Handler) wireService {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	i, err := issuer.New(issuer.Config{URL: url, Audience: "image-sharing"})
	if err != nil {
		t.Fatal(err)
	}
	functions := make(map[string]apigateway.Handler)
	for _, f := range httpapi.Functions() {
		functions[f.Name] = function
	}
	server := gateway.NewServer(gateway.New(gateway.Config{
		Functions: functions, Verifier: gateway.NewLocalVerifier(i), Issuer: i, Log: kit.Log(),
	}), kit.Log())
	for name, limit := range map[string]time.Duration{
		"ReadHeaderTimeout": server.ReadHeaderTimeout, "ReadTimeout": server.ReadTimeout,
		"WriteTimeout": server.WriteTimeout, "IdleTimeout": server.IdleTimeout,
	} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("%s is %v", name, limit)
		}
	}
	server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout = 200*time.Millisecond, 400*time.Millisecond, 200*time.Millisecond
	go func() { _ = server.Serve(listener) }() // until it is closed
	t.Cleanup(func() { server.Close() })
	return wireService{Environment: kit.At(t, url), owner: "owner", target: "target", image: "img", token: tokenOf(t, i)}
}

// tokenOf asks the issuer past the server, whose patience a busy machine may try.
func tokenOf(t *testing.T, i *issuer.Issuer) string {
	t.Helper()
	w := httptest.NewRecorder()
	i.ServeHTTP(w, httptest.NewRequest("POST", "http://localhost/local/token", strings.NewReader(`{"sub":"tester","projects":["owner"]}`)))
	response, err := api.Read(api.Request{}, w.Result())
	if err != nil {
		t.Fatal(err)
	}
	return response.Text("access_token")
}

// A client that does not read its responses holds up nobody but itself.
func TestClientsThatDoNotReadDoNotStopTheOthers(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	for range 20 {
		c := dial(t, x.URL)
		go func() {
			for range 1000 { // of about 80 KB, more than the buffers hold
				if _, err := io.WriteString(c, x.request("GET /openapi.yaml", "")); err != nil {
					return
				}
			}
		}()
	}
	for range 20 {
		x.Send(x.token, "GET", api.ImagePath(x.owner, x.image), nil).Is(200)
	}
}
