package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestClaimsOfAnyType(t *testing.T) {
	got, err := Decode([]byte(`{
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
		e, err := Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if a := e.RequestContext.Authorizer; a != nil && len(a.JWT.Claims) > 0 {
			t.Errorf("%s has the claims %q", text, a.JWT.Claims)
		}
	}
	if _, err := JSON(nil).Invoke(t.Context(), []byte(`[]`)); err == nil {
		t.Error("a list is no event")
	}
}

// TestResponsesAreAsEncodingJSONHasThem: what API Gateway reads is what the function said.
func TestResponsesAreAsEncodingJSONHasThem(t *testing.T) {
	for _, response := range []events.APIGatewayV2HTTPResponse{
		{StatusCode: 204, Headers: map[string]string{}, Cookies: []string{}},
		{StatusCode: 200, Headers: map[string]string{"A": "b", `"`: "\\<&>\u2028"}, Body: "{\"a\":\"\xff\"}\n", Cookies: []string{"a=b", "c\xff"}},
		{StatusCode: 500, Headers: map[string]string{"\xff": "\x00"}, Body: "AAEC", IsBase64Encoded: true, Cookies: []string{}},
	} {
		h := JSON(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			return response, nil
		})
		got, err := h.Invoke(t.Context(), []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		var received, want events.APIGatewayV2HTTPResponse
		if err := errors.Join(json.Unmarshal(got, &received), json.Unmarshal(text, &want)); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		if !reflect.DeepEqual(received, want) {
			t.Errorf("%s is received, %s sent", got, text)
		}
	}
}

func TestAHandlersErrorFailsTheInvocation(t *testing.T) {
	failed := errors.New("failed")
	h := JSON(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{}, failed
	})
	if _, err := h.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, failed) {
		t.Errorf("the error is %v", err)
	}
}
