package apigateway

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Decoding returns h as a handler of events as they come in. API Gateway hands
// every claim over as a string; other gateways, and events written by hand, may
// have an array, a number or null in its place, for which aws-lambda-go's type
// would fail the whole invocation. Such a claim becomes its JSON text. Decoding
// fails for what is no event at all.
func Decoding(h Handler) func(context.Context, json.RawMessage) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.APIGatewayV2HTTPResponse, error) {
		var e incoming
		if err := json.Unmarshal(raw, &e); err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		return h(ctx, e.request())
	}
}

// incoming is the library's type with claims of any type: outer fields go before
// those of the same name further inside (encoding/json, Marshal).
type incoming struct {
	events.APIGatewayV2HTTPRequest
	RequestContext struct {
		events.APIGatewayV2HTTPRequestContext
		Authorizer *struct {
			JWT *struct {
				Claims map[string]json.RawMessage `json:"claims"`
			} `json:"jwt"`
		} `json:"authorizer"`
	} `json:"requestContext"`
}

func (e incoming) request() events.APIGatewayV2HTTPRequest {
	r := e.APIGatewayV2HTTPRequest
	r.RequestContext = e.RequestContext.APIGatewayV2HTTPRequestContext
	if a := e.RequestContext.Authorizer; a != nil && a.JWT != nil {
		claims := make(map[string]string, len(a.JWT.Claims))
		for name, value := range a.JWT.Claims {
			if text := claimText(value); text != "" {
				claims[name] = text
			}
		}
		r.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	return r
}

// claimText is "" for null, and of an array of texts [a b], as API Gateway has it.
// Elements that would look like others there stay JSON, which names nothing.
func claimText(value json.RawMessage) string {
	var text *string
	if json.Unmarshal(value, &text) == nil {
		if text == nil {
			return ""
		}
		return *text
	}
	var elements []string
	apart := func(s string) bool { return s != "" && !strings.ContainsAny(s, " []\"") }
	if json.Unmarshal(value, &elements) == nil && !slices.ContainsFunc(elements, func(s string) bool { return !apart(s) }) {
		return "[" + strings.Join(elements, " ") + "]"
	}
	return strings.TrimSpace(string(value))
}
