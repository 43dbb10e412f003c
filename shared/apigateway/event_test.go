package apigateway

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestClaimsOfAnyType(t *testing.T) {
	var got events.APIGatewayV2HTTPRequest
	h := Decoding(func(_ context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		got = e
		return events.APIGatewayV2HTTPResponse{StatusCode: 200}, nil
	})
	_, err := h(t.Context(), json.RawMessage(`{
		"version": "2.0", "routeKey": "GET /a", "rawPath": "/a", "headers": {"a": "b"}, "body": "x",
		"requestContext": {"requestId": "r", "stage": "$default", "http": {"method": "GET", "path": "/a"}, "authorizer": {"jwt": {"scopes": null, "claims": {
			"sub": "alice", "projects": ["a", "b c"], "ids": ["a", "b"], "quoted": ["\"a\""], "exp": 1767323045, "admin": true, "nothing": null, "object": {"a": "b"}, "text": "[a b]"
		}}}}}`))
	if err != nil || got.RouteKey != "GET /a" || got.Headers["a"] != "b" || got.Body != "x" ||
		got.RequestContext.RequestID != "r" || got.RequestContext.HTTP.Method != "GET" || got.RequestContext.Authorizer == nil {
		t.Fatalf("%v, %+v", err, got)
	}
	claims := got.RequestContext.Authorizer.JWT.Claims
	for name, want := range map[string]string{
		"sub": "alice", "projects": `["a", "b c"]`, "ids": "[a b]", "quoted": `["\"a\""]`, "exp": "1767323045", "admin": "true", "object": `{"a": "b"}`, "text": "[a b]",
	} {
		if claims[name] != want {
			t.Errorf("%s is %q, not %q", name, claims[name], want)
		}
	}
	if _, ok := claims["nothing"]; ok || len(claims) != 8 {
		t.Errorf("claims %q", claims)
	}
}

func TestEventsWithoutClaims(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"requestContext": null}`, `{"requestContext": {"authorizer": null}}`, `{"requestContext": {"authorizer": {}}}`,
		`{"requestContext": {"authorizer": {"jwt": null}}}`, `{"requestContext": {"authorizer": {"lambda": {"sub": "mallory"}}}}`,
		`{"requestContext": {"authorizer": {"jwt": {"claims": null}}}}`,
	} {
		h := Decoding(func(_ context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			if a := e.RequestContext.Authorizer; a != nil && len(a.JWT.Claims) > 0 {
				t.Errorf("%s has the claims %q", text, a.JWT.Claims)
			}
			return events.APIGatewayV2HTTPResponse{}, nil
		})
		if _, err := h(t.Context(), json.RawMessage(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := Decoding(nil)(t.Context(), json.RawMessage(`[]`)); err == nil {
		t.Error("a list is no event")
	}
}
