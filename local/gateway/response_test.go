package gateway

import (
	"context"
	"slices"
	"testing"
)

func TestResponses(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name     string
		response response
		status   int
		body     string
	}{
		{"text", response{StatusCode: 202, Body: `{"a":"ü"}`, Headers: map[string]string{"Content-Type": "application/json"}}, 202, `{"a":"ü"}`},
		{"Base64", response{StatusCode: 200, Body: "aGFsbG//", IsBase64Encoded: true}, 200, "hallo\xff"},
		{"no content", response{StatusCode: 204}, 204, ""},
		{"a problem", response{StatusCode: 503, Body: "{}", Headers: map[string]string{"Retry-After": "1"}}, 503, "{}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f.respond = func(context.Context, request) (response, error) { return test.response, nil }
			a := f.as("GET", "/v1/projects/p1", "")
			if a.Status != test.status || a.Raw != test.body || a.Header.Get("Apigw-Requestid") == "" {
				t.Errorf("response %d %q %v", a.Status, a.Raw, a.Header)
			}
			for name, value := range test.response.Headers {
				if a.Header.Get(name) != value {
					t.Errorf("%s is %q", name, a.Header.Get(name))
				}
			}
		})
	}
	if lines := f.lines(); len(lines) != 0 {
		t.Errorf("lines %v", lines)
	}
}

func TestCookiesOfAResponse(t *testing.T) {
	f := newFixture(t)
	cookies := []string{"a=1; Path=/; HttpOnly", "b=2"}
	f.respond = func(context.Context, request) (response, error) {
		return response{StatusCode: 200, Cookies: cookies}, nil
	}
	if a := f.as("GET", "/v1/projects/p1", ""); !slices.Equal(a.Header.Values("Set-Cookie"), cookies) {
		t.Errorf("Set-Cookie %q", a.Header.Values("Set-Cookie"))
	}
}

func TestResponsesThatAreNone(t *testing.T) {
	f := newFixture(t)
	for name, bad := range map[string]response{
		"no status":      {Body: "secret"},
		"status 100":     {StatusCode: 100},
		"status 600":     {StatusCode: 600},
		"invalid Base64": {StatusCode: 200, Body: "secret!", IsBase64Encoded: true, Headers: map[string]string{"X-Secret": "1"}},
	} {
		f.respond = func(context.Context, request) (response, error) { return bad, nil }
		a := f.as("GET", "/v1/projects/p1", "")
		f.refused(a, 500, "Internal")
		if a.Header.Get("X-Secret") != "" {
			t.Errorf("%s: headers %v", name, a.Header)
		}
	}
}
