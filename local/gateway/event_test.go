package gateway

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEventOfARequest(t *testing.T) {
	f := newFixture(t)
	before := time.Now()
	a := f.as("POST", "/v1/projects/p1/images/i1/shares?region=eu-west", `{"a":"ü"}`,
		"Content-Type", "application/json; charset=utf-8", "User-Agent", "tester/1")
	e := f.event()
	host := strings.TrimPrefix(f.client.URL, "http://")

	if e.Version != "2.0" || e.RouteKey != "POST /v1/projects/{projectId}/images/{imageId}/shares" || e.RawPath != "/v1/projects/p1/images/i1/shares" || e.RawQueryString != "region=eu-west" {
		t.Errorf("event %+v", e)
	}
	if !maps.Equal(e.PathParameters, map[string]string{"projectId": "p1", "imageId": "i1"}) || !maps.Equal(e.QueryStringParameters, map[string]string{"region": "eu-west"}) {
		t.Errorf("parameters %v, %v", e.PathParameters, e.QueryStringParameters)
	}
	if e.Body != `{"a":"ü"}` || e.IsBase64Encoded || e.Cookies != nil || e.StageVariables != nil {
		t.Errorf("event %+v", e)
	}
	c := e.RequestContext
	if c.RouteKey != e.RouteKey || c.Stage != "$default" || c.APIID != "local" || c.AccountID != "000000000000" || c.DomainName != host || c.DomainPrefix != "127" {
		t.Errorf("context %+v", c)
	}
	if c.RequestID == "" || c.RequestID != a.Header.Get("Apigw-Requestid") {
		t.Errorf("request id %q, header %q", c.RequestID, a.Header.Get("Apigw-Requestid"))
	}
	if h := c.HTTP; h.Method != "POST" || h.Path != e.RawPath || h.Protocol != "HTTP/1.1" || h.SourceIP != "127.0.0.1" || h.UserAgent != "tester/1" {
		t.Errorf("http %+v", h)
	}
	at, err := time.Parse("02/Jan/2006:15:04:05 -0700", c.Time)
	if err != nil || at.Unix() != c.TimeEpoch/1000 || c.TimeEpoch < before.UnixMilli() || !strings.HasSuffix(c.Time, " +0000") {
		t.Errorf("time %q, epoch %d, %v", c.Time, c.TimeEpoch, err)
	}
	if jwt := c.Authorizer.JWT; jwt.Claims["sub"] != "alice" || jwt.Claims["iss"] != f.client.URL || jwt.Scopes != nil {
		t.Errorf("authorizer %+v", jwt)
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	f := newFixture(t)
	first, second := f.send("GET", "/healthz", ""), f.send("GET", "/healthz", "")
	if id := first.Header.Get("Apigw-Requestid"); id == "" || id == second.Header.Get("Apigw-Requestid") {
		t.Errorf("request id %q twice", id)
	}
}

func TestPathsArriveDecoded(t *testing.T) {
	f := newFixture(t)
	for sent, want := range map[string]string{
		"a%2Fb": "a/b", "a%25b": "a%b", "100%25": "100%", "a%23b": "a#b", "a%3Fb=c": "a?b=c", "a%20b": "a b", "a+b": "a+b",
		"%2e%2e": "..", "%252F": "%2F", "%C3%BC": "ü", "%00": "\x00", "a%0Ab": "a\nb", "%ff": "\ufffd", // no UTF-8, which JSON cannot hold
	} {
		if a := f.as("GET", "/v1/projects/"+sent+"/images?limit=1", ""); a.Status != 204 {
			t.Errorf("%s: status %d", sent, a.Status)
		}
		e := f.event()
		if e.RawPath != "/v1/projects/"+want+"/images" || e.RequestContext.HTTP.Path != e.RawPath || e.PathParameters["projectId"] != want || e.RawQueryString != "limit=1" {
			t.Errorf("%s: path %q, parameters %q, query %q", sent, e.RawPath, e.PathParameters, e.RawQueryString)
		}
	}
}

func TestQueries(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		raw  string
		want map[string]string
	}{
		{"", nil},
		{"limit=1&limit=2&region=eu", map[string]string{"limit": "1,2", "region": "eu"}},
		{"a=x%2Cy&b=+&empty=", map[string]string{"a": "x,y", "b": " ", "empty": ""}},
		{"%zz&region=eu", map[string]string{"region": "eu"}},
		{"nextToken=a%2Bb%3D", map[string]string{"nextToken": "a+b="}},
	}
	for _, test := range tests {
		f.as("GET", "/v1/projects/p1/images?"+test.raw, "")
		e := f.event()
		if e.RawQueryString != test.raw || !maps.Equal(e.QueryStringParameters, test.want) {
			t.Errorf("%s: raw %q, parameters %v", test.raw, e.RawQueryString, e.QueryStringParameters)
		}
	}
}

func TestHeaders(t *testing.T) {
	f := newFixture(t)
	host := strings.TrimPrefix(f.client.URL, "http://")
	_, port, _ := strings.Cut(host, ":")
	f.as("GET", "/v1/projects/p1", "", "Idempotency-Key", "a, b,c", "X-Trace", "first", "X-Trace", "second, third", "X-Empty", "",
		"X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https", "X-Forwarded-Port", "443", "X-Forwarded-Host", "evil.test",
		"Cookie", "a=1; b=2", "Cookie", "c=3;", "X-Latin", "\xfc")
	e := f.event()
	want := map[string]string{
		"idempotency-key": "a, b,c", "x-trace": "first,second, third", "x-empty": "", "host": host, "x-latin": "\ufffd",
		"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-port": port,
	}
	for name, value := range want {
		if got, ok := e.Headers[name]; !ok || got != value {
			t.Errorf("%s is %q", name, got)
		}
	}
	for name := range e.Headers {
		if name != strings.ToLower(name) || name == "cookie" || name == "x-forwarded-host" {
			t.Errorf("header %s", name)
		}
	}
	if !strings.HasPrefix(e.Headers["authorization"], "Bearer ") {
		t.Error("no authorization")
	}
	if !slices.Equal(e.Cookies, []string{"a=1", "b=2", "c=3"}) {
		t.Errorf("cookies %q", e.Cookies)
	}
}

func TestThePortOfAHostWithoutOne(t *testing.T) {
	f := newFixture(t)
	f.sendRaw("GET /openapi.yaml HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
	e := f.event()
	if e.Headers["x-forwarded-port"] != "80" || e.Headers["host"] != "api.example.com" || e.RequestContext.DomainName != "api.example.com" || e.RequestContext.DomainPrefix != "api" {
		t.Errorf("headers %v, context %+v", e.Headers, e.RequestContext)
	}
}

func TestBodies(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		contentType, body string
		isBase64          bool
	}{
		{"application/json", "", false},
		{"", "", false},
		{"application/json", `{"a":"ü"}`, false},
		{"APPLICATION/JSON; charset=UTF-8", "{}", false},
		{"text/plain", "hello", false},
		{"application/json", "{\"a\":\"\xff\"}", true},
		{"application/x-www-form-urlencoded", `{"a":1}`, true}, // what curl -d says
		{"application/octet-stream", "hello", true},
		{"", "hello", true},
		{"nonsense/", "hello", true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %q", test.contentType, test.body), func(t *testing.T) {
			f.as("PUT", "/v1/projects/p1", test.body, "Content-Type", test.contentType)
			e := f.event()
			got := e.Body
			if e.IsBase64Encoded {
				decoded, err := base64.StdEncoding.DecodeString(e.Body)
				if err != nil {
					t.Fatal(err)
				}
				got = string(decoded)
			}
			if got != test.body || e.IsBase64Encoded != test.isBase64 {
				t.Errorf("body %q, Base64 %v", e.Body, e.IsBase64Encoded)
			}
		})
	}
}
