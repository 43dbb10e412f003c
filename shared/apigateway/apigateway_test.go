package apigateway

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/httpapi"
)

type event = events.APIGatewayV2HTTPRequest

// seen is what a handler sees of a request.
type seen struct {
	method, path, escapedPath, query, body string
	header                                 http.Header
	gateway                                httpapi.Gateway
}

// see returns what a handler sees of an event.
func see(t *testing.T, e event) seen {
	t.Helper()
	var got seen
	h := NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = seen{r.Method, r.URL.Path, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header, httpapi.GatewayOf(r)}
		w.WriteHeader(http.StatusNoContent)
	}))
	response, err := h(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusNoContent {
		t.Fatalf("status %d", response.StatusCode)
	}
	return got
}

// request is an event as API Gateway sends it.
func request(change func(*event)) event {
	e := event{
		Version: "2.0", RouteKey: "$default", RawPath: "/",
		Headers: map[string]string{"x-forwarded-proto": "https"},
	}
	e.RequestContext.HTTP.Method = "GET"
	e.RequestContext.DomainName = "abc.execute-api.eu-west-1.amazonaws.com"
	e.RequestContext.Stage = "$default"
	e.RequestContext.RequestID = "id-1"
	change(&e)
	return e
}

func TestParametersStayInTheirSegment(t *testing.T) {
	for _, id := range []string{"plain", "a%b", "100%", "%2F", "a#b", "a?b=c", "a/b", "..", ".", "a b", "ü", "a\x00b", "+", ";", "a:b"} {
		got := see(t, request(func(e *event) {
			e.RouteKey = "GET /v1/projects/{projectId}/images/{imageId}"
			e.RawPath = "/v1/projects/" + id + "/images/img"
			e.PathParameters = map[string]string{"projectId": id, "imageId": "img"}
			e.RawQueryString = "region=eu-west"
		}))
		if got.path != "/v1/projects/"+id+"/images/img" || got.query != "region=eu-west" {
			t.Errorf("%q: path %q, query %q", id, got.path, got.query)
		}
		var values []string
		mux := http.NewServeMux()
		mux.HandleFunc("GET /v1/projects/{projectId}/images/{imageId}", func(_ http.ResponseWriter, r *http.Request) {
			values = []string{r.PathValue("projectId"), r.PathValue("imageId")}
		})
		r, err := http.NewRequest(got.method, "http://localhost"+got.escapedPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		mux.ServeHTTP(discard{}, r)
		if len(values) != 2 || values[0] != id || values[1] != "img" {
			t.Errorf("%q: a mux reads %q from %s", id, values, got.escapedPath)
		}
	}
}

type discard struct{}

func (discard) Header() http.Header         { return make(http.Header) }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

func TestPathsWithoutParameters(t *testing.T) {
	for _, path := range []string{"/", "/openapi.yaml", "/100%", "/a%zz", "/a#b", "/a?b=c", "/a b", "//x", "/a/../b", "/ü"} {
		got := see(t, request(func(e *event) { e.RawPath, e.RawQueryString = path, "limit=1" }))
		if got.path != path || got.query != "limit=1" {
			t.Errorf("%q: path %q, query %q", path, got.path, got.query)
		}
	}
}

func TestGreedyRoutesUseThePath(t *testing.T) {
	got := see(t, request(func(e *event) {
		e.RouteKey, e.RawPath = "ANY /{proxy+}", "/a/b%"
		e.PathParameters = map[string]string{"proxy": "a/b%"}
	}))
	if got.path != "/a/b%" {
		t.Errorf("path %q", got.path)
	}
}

func TestPathOfTheContextReplacesAMissingOne(t *testing.T) {
	got := see(t, request(func(e *event) { e.RawPath, e.RequestContext.HTTP.Path = "", "/openapi.yaml" }))
	if got.path != "/openapi.yaml" {
		t.Errorf("path %q", got.path)
	}
}

func TestStageIsTakenOff(t *testing.T) {
	tests := []struct{ stage, path, want, base string }{
		{"$default", "/openapi.yaml", "/openapi.yaml", "https://example.com"},
		{"", "/openapi.yaml", "/openapi.yaml", "https://example.com"},
		{"prod", "/prod/openapi.yaml", "/openapi.yaml", "https://example.com/prod"},
		{"prod", "/prod", "/", "https://example.com/prod"},
		{"prod", "/openapi.yaml", "/openapi.yaml", "https://example.com/prod"},
		{"prod", "/products", "/products", "https://example.com/prod"},
		{"v1", "/v1/v1/projects", "/v1/projects", "https://example.com/v1"},
	}
	for _, test := range tests {
		got := see(t, request(func(e *event) {
			e.RawPath = test.path
			e.RequestContext.Stage, e.RequestContext.DomainName = test.stage, "example.com"
		}))
		if got.path != test.want || got.gateway.BaseURL != test.base {
			t.Errorf("%q of stage %q: path %q, base %q", test.path, test.stage, got.path, got.gateway.BaseURL)
		}
	}
	got := see(t, request(func(e *event) {
		e.RouteKey, e.RawPath = "GET /v1/projects/{projectId}", "/prod/v1/projects/a"
		e.PathParameters = map[string]string{"projectId": "a"}
		e.RequestContext.Stage = "prod"
	}))
	if got.path != "/v1/projects/a" {
		t.Errorf("with a parameter: path %q", got.path)
	}
}

func TestClaims(t *testing.T) {
	claims := map[string]string{"sub": "alice", "projects": "[a b]"}
	type authorizer = events.APIGatewayV2HTTPRequestContextAuthorizerDescription
	type token = events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription
	tests := []struct {
		name       string
		authorizer *authorizer
		want       map[string]string
	}{
		{"no authorizer", nil, nil},
		{"no token", &authorizer{}, nil},
		{"no claims", &authorizer{JWT: &token{}}, nil},
		{"claims", &authorizer{JWT: &token{Claims: claims}}, claims},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := see(t, request(func(e *event) { e.RequestContext.Authorizer = test.authorizer })).gateway
			if got.RequestID != "id-1" || !maps.Equal(got.Claims, test.want) || (got.Claims == nil) != (test.want == nil) {
				t.Errorf("request %+v", got)
			}
		})
	}
}

func TestBaseURL(t *testing.T) {
	tests := []struct{ proto, domain, want string }{
		{"https", "api.example.com", "https://api.example.com"},
		{"http", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http", "[::1]:8080", "http://[::1]:8080"},
		{"", "api.example.com", "https://api.example.com"},
		{"ftp", "api.example.com", "https://api.example.com"},
		{"https", "", "https://localhost"},
		{"https", "evil.com/path", "https://localhost"},
		{"https", "user@evil.com", "https://localhost"},
		{"https", "a b", "https://localhost"},
		{"https", "host:port", "https://localhost"},
		{"https", "a%zz", "https://localhost"},
	}
	for _, test := range tests {
		got := see(t, request(func(e *event) {
			e.Headers["x-forwarded-proto"], e.RequestContext.DomainName = test.proto, test.domain
		}))
		if got.gateway.BaseURL != test.want {
			t.Errorf("%s at %q: %s", test.proto, test.domain, got.gateway.BaseURL)
		}
	}
}

func TestMethods(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"} {
		if got := Method(method); got != method {
			t.Errorf("%s has become %s", method, got)
		}
	}
	// A client may send anything, a token as well.
	for _, method := range []string{"", "get", "Delete", "G T", "A\nB", "GETX", "PROPFIND", "*", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"} {
		if got := Method(method); got != "INVALID" {
			t.Errorf("%q has become %s", method, got)
		}
		if got := see(t, request(func(e *event) { e.RequestContext.HTTP.Method = method })); got.method != "INVALID" {
			t.Errorf("%q arrives as %s", method, got.method)
		}
	}
}

// TestDomains holds what takes no time at init against the regular expressions that
// would.
func TestDomains(t *testing.T) {
	domain := regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?$`)
	odd := regexp.MustCompile(`[#\x00-\x1f\x7f]`)
	try := func(s string) {
		if isDomain(s) != domain.MatchString(s) {
			t.Errorf("%q is a domain: %t", s, isDomain(s))
		}
		if got, want := escapedQuery(s), odd.ReplaceAllStringFunc(s, url.QueryEscape); got != want {
			t.Errorf("the query %q becomes %q, not %q", s, got, want)
		}
	}
	const characters = "ag9.-:[]#\n\xff"
	texts := []string{""}
	for range 5 {
		var longer []string
		for _, s := range texts {
			try(s)
			for i := range len(characters) {
				longer = append(longer, s+characters[i:i+1])
			}
		}
		texts = longer
	}
	for _, s := range []string{"host:12345", "host:123456", "[::1]:12345", "[::1]:123456", "名.example", "a=1\x7f&b=é#c"} {
		try(s)
	}
}
