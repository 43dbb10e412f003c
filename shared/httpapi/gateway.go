package httpapi

import (
	"context"
	"net/http"
)

// Gateway is what the gateway says of a request beside the HTTP itself.
type Gateway struct {
	RequestID string
	// Claims are those of the verified token, as strings; nil when the route
	// asks for no token.
	Claims map[string]string
	// BaseURL is where this API is reached, without a slash at the end.
	BaseURL string
}

type gatewayKey struct{}

// WithGateway returns the request with what the gateway says of it. A request
// without that has no token.
func WithGateway(r *http.Request, g Gateway) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), gatewayKey{}, g))
}

// GatewayOf returns what WithGateway gave, nothing when it was not called.
func GatewayOf(r *http.Request) Gateway {
	g, _ := r.Context().Value(gatewayKey{}).(Gateway)
	return g
}
