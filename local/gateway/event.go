package gateway

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/httpapi"
)

// newEvent returns the request in API Gateway's payload format 2.0. claims are
// nil on a public route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func newEvent(r *http.Request, route httpapi.Route, requestID string, claims map[string]string, body []byte) events.APIGatewayV2HTTPRequest {
	text, isBase64 := bodyOf(r.Header.Get("Content-Type"), body)
	return events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              route.Key(),
		RawPath:               r.URL.Path, // decoded, in spite of its name
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookiesOf(r),
		Headers:               headersOf(r),
		QueryStringParameters: queryOf(r),
		PathParameters:        pathParametersOf(r, route),
		RequestContext:        requestContextOf(r, route, requestID, claims),
		Body:                  text,
		IsBase64Encoded:       isBase64,
	}
}

func requestContextOf(r *http.Request, route httpapi.Route, requestID string, claims map[string]string) events.APIGatewayV2HTTPRequestContext {
	now := time.Now().UTC()
	prefix, _, _ := strings.Cut(r.Host, ".")
	c := events.APIGatewayV2HTTPRequestContext{
		RouteKey:     route.Key(),
		AccountID:    "000000000000",
		Stage:        "$default",
		RequestID:    requestID,
		APIID:        "local",
		DomainName:   r.Host,
		DomainPrefix: prefix,
		Time:         now.Format("02/Jan/2006:15:04:05 -0700"),
		TimeEpoch:    now.UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method:    r.Method,
			Path:      r.URL.Path,
			Protocol:  r.Proto,
			SourceIP:  sourceIP(r),
			UserAgent: r.UserAgent(),
		},
	}
	if claims != nil {
		c.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	return c
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// headersOf joins repeated headers by commas. What the client says of
// forwarding is dropped: nobody is in front of this gateway.
func headersOf(r *http.Request) map[string]string {
	headers := make(map[string]string)
	for name, values := range r.Header {
		name = strings.ToLower(name)
		if name != "cookie" && !strings.HasPrefix(name, "x-forwarded-") {
			headers[name] = strings.Join(values, ",")
		}
	}
	headers["host"] = r.Host
	headers["x-forwarded-for"] = sourceIP(r)
	headers["x-forwarded-proto"] = "http"
	headers["x-forwarded-port"] = portOf(r.Host)
	return headers
}

func portOf(host string) string {
	if _, port, err := net.SplitHostPort(host); err == nil {
		return port
	}
	return "80"
}

func cookiesOf(r *http.Request) []string {
	var cookies []string
	for _, line := range r.Header.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	return cookies
}

// queryOf joins repeated parameters by commas. What is malformed is left out:
// the raw query has it, for the function to judge.
func queryOf(r *http.Request) map[string]string {
	query, _ := url.ParseQuery(r.URL.RawQuery)
	parameters := make(map[string]string)
	for name, values := range query {
		parameters[name] = strings.Join(values, ",")
	}
	return parameters
}

func pathParametersOf(r *http.Request, route httpapi.Route) map[string]string {
	parameters := make(map[string]string)
	for segment := range strings.SplitSeq(route.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
			parameters[name] = r.PathValue(name)
		}
	}
	return parameters
}

// bodyOf encodes in Base64 what API Gateway takes for binary: all that is not
// declared as text. What is declared so but is no text cannot go into JSON
// either.
func bodyOf(contentType string, body []byte) (text string, isBase64 bool) {
	if len(body) == 0 || isText(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func isText(contentType string) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch mediaType {
	case "application/json", "application/javascript", "application/xml":
		return true
	default:
		return strings.HasPrefix(mediaType, "text/")
	}
}
