package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/apigateway"
)

// Between API Gateway and a function everything is JSON, and so it is here where
// that makes a difference: what is not UTF-8 arrives as something else. All else is
// handed over as it is, because to write and read JSON would take as long as a good
// part of the function's own work.

// callFunction calls a function with an event.
func callFunction(ctx context.Context, function apigateway.Handler, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if isPlain(e) {
		return function(ctx, e)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	if e, err = apigateway.Decode(text); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return function(ctx, e)
}

// overTheWire is what is left of a response on the way out.
func overTheWire(sent events.APIGatewayV2HTTPResponse) (received events.APIGatewayV2HTTPResponse, err error) {
	if utf8.ValidString(sent.Body) && areValid(sent.Headers) && allValid(sent.Cookies) {
		return sent, nil
	}
	err = json.Unmarshal(apigateway.Encode(sent), &received)
	return received, err
}

// isPlain reports whether what a function looks at in an event of newEvent is the same
// after JSON.
func isPlain(e events.APIGatewayV2HTTPRequest) bool {
	c := e.RequestContext
	if c.Authorizer != nil {
		claims := slices.Collect(maps.Values(c.Authorizer.JWT.Claims))
		if !areValid(c.Authorizer.JWT.Claims) || slices.Contains(claims, "") { // which Decode leaves out
			return false
		}
	}
	return utf8.ValidString(e.RawPath) && utf8.ValidString(e.RawQueryString) && utf8.ValidString(e.Body) &&
		allValid(e.Cookies) && areValid(e.Headers) && areValid(e.PathParameters) &&
		utf8.ValidString(c.HTTP.Method) && utf8.ValidString(c.HTTP.Path) && utf8.ValidString(c.HTTP.SourceIP) && utf8.ValidString(c.DomainName)
}

func areValid(texts map[string]string) bool {
	for name, text := range texts {
		if !utf8.ValidString(name) || !utf8.ValidString(text) {
			return false
		}
	}
	return true
}

func allValid(texts []string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) })
}
