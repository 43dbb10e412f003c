// Package apigateway turns API Gateway HTTP API events (payload format 2.0)
// into requests for package httpapi, by aws-lambda-go-api-proxy. It is the only
// place that knows that library, and guards it against events it mishandles:
//
//   - rawPath arrives decoded, and the library takes it for encoded: a bare
//     '%' would fail, a '#' drop the query, a '?' inject one. The path is
//     encoded again here, from the route's parameters where there are any, so
//     that a decoded '/' in one stays inside it.
//   - a control character in the query or a host that is none fail the
//     invocation; they are encoded and replaced.
//   - a named stage is the first part of rawPath; it is taken off.
//   - header values are split at commas; they are put back as they came.
//   - a body that is not the base64 it claims to be fails the invocation; it
//     is handed on as it is, for the handler to refuse.
package apigateway

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"image-sharing/shared/deadline"
	"image-sharing/shared/httpapi"
)

// Handler responds to HTTP API events. As JSON it is what lambda.Start takes.
type Handler func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// NewHandler returns the handler of events that calls h, one of httpapi's. h
// must respond to every request and must not panic. The deadline of its
// requests is deadline.Early's.
func NewHandler(h http.Handler) Handler {
	adapter := httpadapter.NewV2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header = make(http.Header)
		for name, value := range r.Context().Value(headersKey{}).(map[string]string) {
			r.Header.Set(name, value)
		}
		h.ServeHTTP(w, httpapi.WithGateway(r, gatewayOf(r)))
	}))
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		ctx, cancel := deadline.Early(ctx)
		defer cancel()
		ctx = context.WithValue(ctx, headersKey{}, e.Headers)
		return adapter.ProxyWithContext(ctx, guarded(e))
	}
}

type headersKey struct{}

func guarded(e events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	e.RawPath = encodedPath(e)
	// The query is kept raw for the handler to judge; a '#' would end it, and a
	// control character fail the invocation.
	e.RawQueryString = escapedQuery(e.RawQueryString)
	e.RequestContext.DomainName = Domain(e.RequestContext.DomainName)
	e.RequestContext.HTTP.Method = Method(e.RequestContext.HTTP.Method)
	if e.IsBase64Encoded {
		if body, err := base64.StdEncoding.DecodeString(e.Body); err == nil {
			e.Body = string(body)
		}
		e.IsBase64Encoded = false
	}
	e.Headers = nil // put back by NewHandler, unsplit
	e.QueryStringParameters = nil
	return e
}

// escapedQuery encodes '#' and control characters.
func escapedQuery(query string) string {
	isOdd := func(c rune) bool { return c == '#' || c < ' ' || c == 0x7f }
	if !strings.ContainsFunc(query, isOdd) {
		return query
	}
	var escaped strings.Builder
	for i := range len(query) { // bytes, because it need not be UTF-8
		if c := query[i : i+1]; isOdd(rune(c[0])) {
			escaped.WriteString(url.QueryEscape(c))
		} else {
			escaped.WriteString(c)
		}
	}
	return escaped.String()
}

// Method returns the method if it is one of RFC 9110 or RFC 5789, and INVALID
// otherwise: a client may send anything as its method, its token too, and
// methods are logged.
func Method(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "INVALID"
}

// Domain returns the host that a client named if it can be part of a URL, and
// localhost otherwise: a client may name any.
func Domain(host string) string {
	_, err := url.Parse("https://" + host) // knows which IPv6 addresses there are
	if err != nil || !isDomain(host) {
		return "localhost"
	}
	return host
}

// isDomain reports whether a host is of letters, digits, dots and hyphens, or an IPv6
// address in brackets, either with a port of up to five digits or none.
func isDomain(host string) bool {
	const digits, hex, letters = "0123456789", "0123456789ABCDEFabcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	name, port, hasPort := host, "", false
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		name, port, hasPort = host[:i], host[i+1:], true
	}
	characters := letters + digits + ".-"
	if address, ok := strings.CutPrefix(name, "["); ok {
		if name, ok = strings.CutSuffix(address, "]"); !ok {
			return false
		}
		characters = hex + ":."
	}
	return consistsOf(name, characters) && (!hasPort || len(port) <= 5 && consistsOf(port, digits))
}

func consistsOf(s, characters string) bool {
	return s != "" && strings.Trim(s, characters) == ""
}

// encodedPath is the request's path, percent-encoded, without the stage.
func encodedPath(e events.APIGatewayV2HTTPRequest) string {
	_, route, ok := strings.Cut(e.RouteKey, " ")
	if ok && len(e.PathParameters) > 0 && !strings.Contains(route, "+}") {
		segments := strings.Split(strings.TrimPrefix(route, "/"), "/")
		for i, s := range segments {
			if name, ok := strings.CutPrefix(s, "{"); ok {
				s = e.PathParameters[strings.TrimSuffix(name, "}")]
			}
			segments[i] = escapeSegment(s)
		}
		return "/" + strings.Join(segments, "/")
	}
	path := e.RawPath
	if path == "" {
		path = e.RequestContext.HTTP.Path
	}
	if rest, ok := strings.CutPrefix(path, stagePrefix(e.RequestContext)); ok && (rest == "" || rest[0] == '/') {
		path = rest // and not the beginning of a longer name
	}
	return (&url.URL{Path: "/" + strings.TrimPrefix(path, "/")}).EscapedPath()
}

// escapeSegment also encodes '.' in "." and "..", which would otherwise be
// taken for steps in the path.
func escapeSegment(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}

func stagePrefix(c events.APIGatewayV2HTTPRequestContext) string {
	if c.Stage == "" || c.Stage == "$default" {
		return ""
	}
	return "/" + c.Stage
}

// gatewayOf returns what the event says of a request that the library made of
// it.
func gatewayOf(r *http.Request) httpapi.Gateway {
	c, _ := core.GetAPIGatewayV2ContextFromContext(r.Context())
	base := url.URL{Scheme: scheme(r), Host: c.DomainName, Path: stagePrefix(c)}
	g := httpapi.Gateway{RequestID: c.RequestID, BaseURL: base.String()}
	if c.Authorizer != nil && c.Authorizer.JWT != nil {
		g.Claims = c.Authorizer.JWT.Claims
	}
	return g
}

func scheme(r *http.Request) string {
	if r.Header.Get("X-Forwarded-Proto") == "http" {
		return "http"
	}
	return "https"
}
