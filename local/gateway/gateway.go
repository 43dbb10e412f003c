// Package gateway is the local stand-in for an API Gateway HTTP API with a JWT
// authorizer: it routes, verifies tokens, and hands each request to the same
// handler that Lambda would call, as the same event. Where it differs from API
// Gateway: its own refusals are the problems of the contract (but net/http answers what it cannot read as a request), a body over
// httpapi.MaxBodyBytes never reaches a function, and a path is percent-decoded
// once (API Gateway was seen to decode twice, and to refuse a "%25").
package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/diskstore"
	"image-sharing/local/lambdaruntime"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// Config says what is behind the gateway.
type Config struct {
	// Functions has the handler of each of httpapi.Functions and of httpapi.Console, by
	// name.
	Functions map[string]apigateway.Handler
	Verifier  *Verifier
	// Issuer serves /local/ and /.well-known/; nil leaves them without routes.
	Issuer http.Handler
	// Events shows the event bus of this machine at GET /local/events; nil leaves
	// it without a route.
	Events http.Handler
	// Disks are brought in and out at /local/disks/; nil leaves them without routes.
	Disks *diskstore.Store
	// PlatformClients may see the events and the disks.
	PlatformClients httpapi.PlatformClients
	Log             *slog.Logger
}

// integrationTime is how long a function has, a little less than the 30
// seconds that API Gateway waits at most.
const integrationTime = 29 * time.Second

type gateway struct{ Config }

// New returns the gateway of httpapi.Functions and httpapi.Console, with GET /healthz
// beside them.
func New(c Config) http.Handler {
	g := gateway{c}
	health := httpapi.Route{Method: http.MethodGet, Path: "/healthz"}
	routes := []httpapi.Route{health}
	handlers := map[string]http.Handler{health.Key(): g.serve(answerHealth)}
	for _, f := range append(httpapi.Functions(), httpapi.Console) {
		for _, route := range f.Routes {
			routes = append(routes, route)
			handlers[route.Key()] = g.serve(g.integration(route, f.Name))
		}
	}
	if c.Events != nil {
		routes = append(routes, eventsRoute)
		handlers[eventsRoute.Key()] = g.serve(g.showEvents)
	}
	if c.Disks != nil {
		routes = append(routes, putDiskRoute, getDiskRoute)
		handlers[putDiskRoute.Key()], handlers[getDiskRoute.Key()] = g.serve(g.putDisk), g.serve(g.getDisk)
	}
	mux := httpapi.Mux(routes,
		func(route httpapi.Route) http.Handler { return handlers[route.Key()] },
		func(err error) http.Handler {
			return g.serve(func(http.ResponseWriter, *http.Request, string) error { return err })
		})
	if c.Issuer == nil {
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/local/") && !g.isPlatforms(r.URL.Path) || strings.HasPrefix(r.URL.Path, "/.well-known/") {
			c.Issuer.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// handlerFunc responds to the request with that id, or returns why not before it
// has written anything.
type handlerFunc func(w http.ResponseWriter, r *http.Request, requestID string) error

// serve gives the request its id and refuses it with the error of f. Only then
// it logs: a function logs the requests that reach it.
func (g gateway) serve(f handlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		requestID := rand.Text()
		w.Header().Set("Apigw-Requestid", requestID)
		err := f(w, r, requestID)
		if err == nil {
			return
		}
		status := httpapi.WriteProblem(w, err, requestID, "http://"+apigateway.Domain(r.Host))
		g.logRefusal(r, requestID, status, err, time.Since(start))
	})
}

// integration refuses with 401 before 413, as the contract has it, and calls
// the function.
func (g gateway) integration(route httpapi.Route, function string) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, requestID string) error {
		var claims map[string]string
		if !route.Public() {
			var err error
			if claims, err = g.Verifier.Verify(r); err != nil {
				return httpapi.Unauthenticated(err)
			}
		}
		body, err := readBody(w, r)
		if err != nil {
			return err
		}
		response, err := g.invoke(r.Context(), function, newEvent(r, route, requestID, claims, body))
		if err != nil {
			return err
		}
		return writeResponse(w, response)
	}
}

func answerHealth(w http.ResponseWriter, _ *http.Request, _ string) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, `{"status":"ok"}`) // the client may be gone
	return nil
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, httpapi.MaxBodyBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, httpapi.RequestTooLarge()
	}
	if err != nil {
		return nil, sharing.Invalid(sharing.Violation{Field: "body", Message: "could not be read"})
	}
	return body, nil
}

// invoke calls the function as Lambda does: by name, with a deadline, and to its end
// even if the client goes away.
func (g gateway) invoke(ctx context.Context, function string, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), integrationTime)
	defer cancel()
	response, err := callFunction(lambdaruntime.Context(ctx, function), g.Functions[function], e)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return overTheWire(response)
}

// logRefusal logs no path and nothing of the token: either may hold secrets.
func (g gateway) logRefusal(r *http.Request, requestID string, status int, err error, took time.Duration) {
	level, outcome, cause := slog.LevelInfo, sharing.CodeInternal, err
	if refusal := (*sharing.Error)(nil); errors.As(err, &refusal) {
		outcome, cause = refusal.Code, refusal.Cause
	}
	attrs := []slog.Attr{
		slog.String("requestId", requestID),
		slog.String("method", apigateway.Method(r.Method)),
		slog.Int("status", status),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
		slog.String("outcome", string(outcome)),
	}
	if cause != nil {
		attrs = append(attrs, slog.String("cause", cause.Error()))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	g.Log.LogAttrs(r.Context(), level, "request refused by the gateway", attrs...)
}
