package apigateway

import (
	"encoding/base64"
	"log"
	"net/url"
	"strings"
	"testing"
)

// FuzzEvents: every event reaches the handler, whatever is in its fields, and
// none of them can make itself felt in another's place.
func FuzzEvents(f *testing.F) {
	type seed struct{ method, route, path, query, id, domain, stage, proto, name, value, cookie, body string }
	const route = "GET /v1/projects/{projectId}/images"
	for _, s := range []seed{
		{"GET", route, "/v1/projects/a/images", "region=x", "a", "api.example.com", "$default", "https", "accept", "a, b", "c=d", "{}"},
		{"get", "$default", "/prod/v1/projects/a", "a=1#b", "", "", "prod", "http", "authorization", "Bearer x", "", "e30="},
		{"", "", "", "", "", "", "", "", "", "", "", ""},
		{"A B", "GET", "%", "%", "%2F", "a b", "a/b", "\x00", "a b", "\r\n", "\n", "\xff"},
		{"GET\r\n", "GET /{projectId}{projectId}", "//", "a b", "..", "[::::]", "?", "http", "host", "evil", "", "====="},
		{"GET", route, "/v1?x=1", "\x00\x7f\n", "a?b=c#d", "[.]:1", "#", "http", "Host", "x", "", ""},
		{"GET", "GET /{proxy+}", "../..", "é=ü", "a/b", "a:99999", "..", "http", "transfer-encoding", "chunked", "", ""},
		{"CONNECT", "CONNECT *", "*", "?", ".", "::1", "$default", "", "content-length", "-1", "", ""},
		{"GET", " ", ":80/x", "x", "x", "a", "a", "", "", "", "", ""},
	} {
		f.Add(s.method, s.route, s.path, s.query, s.id, s.domain, s.stage, s.proto, s.name, s.value, s.cookie, s.body, false)
		f.Add(s.method, s.route, s.path, s.query, s.id, s.domain, s.stage, s.proto, s.name, s.value, s.cookie, s.body, true)
	}
	var logged strings.Builder // the library logs what it cannot convert
	log.SetOutput(&logged)
	f.Fuzz(func(t *testing.T, method, route, path, query, id, domain, stage, proto, name, value, cookie, body string, isBase64 bool) {
		logged.Reset()
		e := request(func(e *event) {
			e.RouteKey, e.RawPath, e.RawQueryString, e.Body, e.IsBase64Encoded = route, path, query, body, isBase64
			e.Headers = map[string]string{name: value, "x-forwarded-proto": proto}
			e.Cookies = []string{cookie}
			e.QueryStringParameters = map[string]string{name: value}
			e.PathParameters = map[string]string{"projectId": id}
			e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path = method, path
			e.RequestContext.DomainName, e.RequestContext.Stage = domain, stage
		})
		got := see(t, e)
		if logged.Len() > 0 {
			t.Errorf("the library logs %s", logged.String())
		}
		if !strings.HasPrefix(got.path, "/") {
			t.Errorf("path %q", got.path)
		}
		if route == "GET /v1/projects/{projectId}/images" && got.path != "/v1/projects/"+id+"/images" {
			t.Errorf("the id %q has become the path %q", id, got.path)
		}
		if q, err := url.ParseQuery(query); err == nil {
			if seen, err := url.ParseQuery(got.query); err != nil || seen.Encode() != q.Encode() {
				t.Errorf("the query %q has become %q", query, got.query)
			}
		}
		want := body
		if decoded, err := base64.StdEncoding.DecodeString(body); isBase64 && err == nil {
			want = string(decoded)
		}
		if got.body != want {
			t.Errorf("the body %q has become %q", want, got.body)
		}
		if values := got.header.Values(name); !strings.EqualFold(name, "x-forwarded-proto") && (len(values) != 1 || values[0] != value) {
			t.Errorf("the header %q: %q has become %q", name, value, values)
		}
		if len(got.header) > 2 {
			t.Errorf("the headers are %v", got.header)
		}
		if base, err := url.Parse(got.gateway.BaseURL); err != nil || base.Host == "" || base.Host != domain && base.Host != "localhost" {
			t.Errorf("the base URL is %q", got.gateway.BaseURL)
		}
	})
}
