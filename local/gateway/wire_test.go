package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"pgregory.net/rapid"

	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit/budget"
)

// TestJSONMakesNoOtherDifference: a function gets the event, and the client the
// response, that they would get by way of JSON, whatever is in them.
func TestJSONMakesNoOtherDifference(t *testing.T) {
	budget.Check(t, 1, 300, func(test *rapid.T) {
		sent := anyEvent(test)
		response := events.APIGatewayV2HTTPResponse{
			StatusCode: 200, Body: anyText(test, "body"), IsBase64Encoded: rapid.Bool().Draw(test, "base64"),
			Headers: map[string]string{anyText(test, "header"): anyText(test, "value")},
		}
		if rapid.Bool().Draw(test, "cookies") {
			response.Cookies = []string{anyText(test, "cookie")}
		}
		var got events.APIGatewayV2HTTPRequest
		function := func(_ context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			got = e
			return response, nil
		}
		text, err := json.Marshal(sent)
		if err != nil {
			test.Fatal(err)
		}
		want, err := apigateway.Decode(text)
		if err != nil {
			test.Fatal(err)
		}
		if _, err := callFunction(context.Background(), function, sent); err != nil {
			test.Fatal(err)
		}
		if !sameEvent(got, want) {
			test.Fatalf("the function gets\n%+v, by JSON\n%+v", got, want)
		}

		received, err := overTheWire(response)
		if err != nil {
			test.Fatal(err)
		}
		text, err = json.Marshal(response)
		if err != nil {
			test.Fatal(err)
		}
		var byJSON events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(text, &byJSON); err != nil {
			test.Fatal(err)
		}
		if len(received.Cookies) == 0 {
			received.Cookies = nil // Encode writes an empty list
		}
		if !reflect.DeepEqual(received, byJSON) {
			test.Fatalf("the client gets\n%+v, by JSON\n%+v", received, byJSON)
		}
	})
}

// sameEvent compares what Decode reads. It takes no map and an empty one for the same;
// texts are compared byte for byte, which their JSON would not.
func sameEvent(a, b events.APIGatewayV2HTTPRequest) bool {
	var read [2]events.APIGatewayV2HTTPRequest
	for i, e := range []events.APIGatewayV2HTTPRequest{a, b} {
		c := e.RequestContext
		read[i] = events.APIGatewayV2HTTPRequest{
			RouteKey: e.RouteKey, RawPath: e.RawPath, RawQueryString: e.RawQueryString, Body: e.Body, IsBase64Encoded: e.IsBase64Encoded, Cookies: e.Cookies,
		}
		read[i].RequestContext.Stage, read[i].RequestContext.RequestID, read[i].RequestContext.DomainName = c.Stage, c.RequestID, c.DomainName
		read[i].RequestContext.HTTP = c.HTTP
		read[i].RequestContext.HTTP.Protocol, read[i].RequestContext.HTTP.UserAgent = "", ""
	}
	return reflect.DeepEqual(read[0], read[1]) && maps.Equal(a.Headers, b.Headers) && maps.Equal(a.PathParameters, b.PathParameters) && (a.RequestContext.Authorizer == nil) == (b.RequestContext.Authorizer == nil) && maps.Equal(claimsOf(a), claimsOf(b))
}

func claimsOf(e events.APIGatewayV2HTTPRequest) map[string]string {
	if e.RequestContext.Authorizer == nil {
		return nil
	}
	return e.RequestContext.Authorizer.JWT.Claims
}

// anyText is mostly text, and sometimes not UTF-8.
func anyText(test *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.StringN(0, 8, -1),
		rapid.SampledFrom([]string{"", "plain", "<&>\u2028", "\xff", "a\xc3", "é", "\x00", `"`}),
	).Draw(test, name)
}

// anyEvent is newEvent's of any request.
func anyEvent(test *rapid.T) events.APIGatewayV2HTTPRequest {
	r := httptest.NewRequest("GET", "/", nil)
	r.Method, r.Host, r.Proto, r.RemoteAddr = anyText(test, "method"), anyText(test, "host"), anyText(test, "protocol"), anyText(test, "address")
	r.URL = &url.URL{Path: anyText(test, "path"), RawQuery: anyText(test, "query")}
	r.SetPathValue("projectId", anyText(test, "id"))
	r.Header = http.Header{
		anyText(test, "name"): {anyText(test, "value")}, "User-Agent": {anyText(test, "agent")},
		"Cookie": {anyText(test, "cookies")}, "Content-Type": {rapid.SampledFrom([]string{"", "text/plain", "application/json"}).Draw(test, "type")},
	}
	route := httpapi.Route{Method: "GET", Path: "/v1/projects/{projectId}", Scope: "images:read"}
	var claims map[string]string
	if rapid.Bool().Draw(test, "token") {
		claims = claimTexts(map[string]any{anyText(test, "claim"): anyText(test, "text")})
	}
	return newEvent(r, route, "request", claims, []byte(anyText(test, "body")))
}
