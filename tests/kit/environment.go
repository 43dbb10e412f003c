package kit

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// Environment is a running service as one test has it: with ids of its own, so
// that tests can share a service, and with every request and response held
// against the OpenAPI document.
type Environment struct {
	T      testing.TB
	Config runner.Config // zero if the service runs elsewhere
	api.Client

	prefix   string
	tokens   *tokens
	platform string // the token of Platform, "" for the usual one
}

// At returns the environment of a service that runs already.
func At(t testing.TB, url string) *Environment { return on(t, &running{url: url}) }

// running is a service, whichever tests use it.
type running struct {
	url    string
	config runner.Config
	tokens tokens
}

func on(t testing.TB, s *running) *Environment {
	validator := openapitest.New(t)
	return &Environment{
		T: t, Config: s.config, tokens: &s.tokens,
		Client: api.Client{URL: s.url, HTTP: &http.Client{Transport: validator.Transport(http.DefaultTransport)}},
		prefix: strings.ToLower(rand.Text()[:10]) + "-",
	}
}

// Unchecked returns the environment with a client for hundreds of requests at a
// time. It does not hold them against the OpenAPI document: that would take
// longer than the requests, and so keep them apart.
func (e *Environment) Unchecked() *Environment {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 256
	e.T.Cleanup(transport.CloseIdleConnections)
	unchecked := *e
	unchecked.HTTP = &http.Client{Transport: transport}
	return &unchecked
}

// ID returns an id of this test alone.
func (e *Environment) ID(name string) string { return e.prefix + name }

// Token returns a token of somebody called tester.
func (e *Environment) Token(scope string, projects ...string) string {
	e.T.Helper()
	return e.TokenOf("tester", scope, projects...)
}

// TokenOf returns a token of the service's local issuer.
func (e *Environment) TokenOf(subject, scope string, projects ...string) string {
	e.T.Helper()
	token, err := e.tokens.of(e.context(), e.Client, subject, scope, projects)
	if err != nil {
		e.T.Fatal(err)
	}
	return token
}

// Tenant returns a token of somebody who may do all that tenants may, for these
// projects.
func (e *Environment) Tenant(projects ...string) string {
	e.T.Helper()
	return e.Token(api.TenantScope, projects...)
}

// Platform returns a token of the platform.
func (e *Environment) Platform() string {
	e.T.Helper()
	if e.platform != "" {
		return e.platform
	}
	return e.Token(api.PlatformScope)
}

// ByPlatform is the environment with another token of the platform.
func (e *Environment) ByPlatform(token string) *Environment {
	by := *e
	by.platform = token
	return &by
}

// Send sends a request; headers are names and values in turn. It fails the test
// when no response comes.
func (e *Environment) Send(token, method, path string, body any, headers ...string) Response {
	e.T.Helper()
	return e.Must(api.Request{Token: token, Method: method, Path: path, Header: api.Headers(headers...), Body: body})
}

// Must sends a request, and fails the test when no response comes.
func (e *Environment) Must(request api.Request) Response {
	e.T.Helper()
	response, err := e.Do(e.context(), request)
	if err != nil {
		e.T.Errorf("%s %s: %v", request.Method, request.Path, err)
	}
	return Response{response, e.T}
}

// context goes on in the test's clean-up.
func (e *Environment) context() context.Context { return context.WithoutCancel(e.T.Context()) }
