package apigateway

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json/jsontext"
)

// JSON is a Handler as lambda.Start takes it, for events and responses as they come in
// and go out. It reads and writes them itself: aws-lambda-go would look at every field of
// its types, most of which nobody asks for, before the first event is read, and again
// before the first response is written: 2 to 4 % of a cold start.
type JSON Handler

// Invoke handles one event. It fails for what is no JSON object, and when h does.
func (h JSON) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	e, err := Decode(payload)
	if err != nil {
		return nil, err
	}
	response, err := h(ctx, e)
	if err != nil {
		return nil, err
	}
	return Encode(response), nil
}

// Decode reads of an event what NewHandler and the library under it look at. API Gateway
// hands every claim over as a string; other gateways, and events written by hand, may have
// an array, a number or null in its place, for which aws-lambda-go's type would fail the
// whole invocation. Such a claim becomes its JSON text. Decode fails for what is no JSON
// object.
func Decode(payload []byte) (events.APIGatewayV2HTTPRequest, error) {
	var e incoming
	if err := json.Unmarshal(payload, &e); err != nil {
		return events.APIGatewayV2HTTPRequest{}, err
	}
	return e.request(), nil
}

// incoming is those parts of an event, with claims of any type.
type incoming struct {
	RouteKey        string            `json:"routeKey"`
	RawPath         string            `json:"rawPath"`
	RawQueryString  string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies"`
	Headers         map[string]string `json:"headers"`
	PathParameters  map[string]string `json:"pathParameters"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	RequestContext  struct {
		Stage      string `json:"stage"`
		RequestID  string `json:"requestId"`
		DomainName string `json:"domainName"`
		HTTP       struct {
			Method   string `json:"method"`
			Path     string `json:"path"`
			SourceIP string `json:"sourceIp"`
		} `json:"http"`
		Authorizer *struct {
			JWT *struct {
				Claims map[string]json.RawMessage `json:"claims"`
			} `json:"jwt"`
		} `json:"authorizer"`
	} `json:"requestContext"`
}

func (e incoming) request() events.APIGatewayV2HTTPRequest {
	c := e.RequestContext
	r := events.APIGatewayV2HTTPRequest{
		RouteKey: e.RouteKey, RawPath: e.RawPath, RawQueryString: e.RawQueryString, Cookies: e.Cookies,
		Headers: e.Headers, PathParameters: e.PathParameters, Body: e.Body, IsBase64Encoded: e.IsBase64Encoded,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			Stage: c.Stage, RequestID: c.RequestID, DomainName: c.DomainName,
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: c.HTTP.Method, Path: c.HTTP.Path, SourceIP: c.HTTP.SourceIP,
			},
		},
	}
	if c.Authorizer != nil && c.Authorizer.JWT != nil {
		claims := make(map[string]string, len(c.Authorizer.JWT.Claims))
		for name, value := range c.Authorizer.JWT.Claims {
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

// Encode writes a response. What is not UTF-8 becomes U+FFFD, as with encoding/json.
func Encode(r events.APIGatewayV2HTTPResponse) []byte {
	text := make([]byte, 0, len(r.Body)+len(r.Body)/4+512) // each quote in the body takes one more
	text = append(text, `{"statusCode":`...)
	text = strconv.AppendInt(text, int64(r.StatusCode), 10)
	text = append(text, `,"headers":{`...)
	separator := ""
	for name, value := range r.Headers {
		text = append(text, separator...)
		text = append(appendText(text, name), ':')
		text = appendText(text, value)
		separator = ","
	}
	text = append(text, `},"body":`...)
	text = appendText(text, r.Body)
	text = append(text, `,"isBase64Encoded":`...)
	text = strconv.AppendBool(text, r.IsBase64Encoded)
	text = append(text, `,"cookies":[`...)
	separator = ""
	for _, cookie := range r.Cookies {
		text = append(text, separator...)
		text = appendText(text, cookie)
		separator = ","
	}
	return append(text, "]}"...)
}

func appendText(to []byte, s string) []byte {
	to, _ = jsontext.AppendQuote(to, s) // the error is of what is not UTF-8
	return to
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
