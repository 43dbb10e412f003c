package hostile

import (
	"fmt"
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestOddRequestsGetWhatTheContractSays(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	get := "GET " + api.ImagePath(x.owner, x.image)
	one := func(text string) kit.Response {
		t.Helper()
		return dial(t, x.URL).send(text).next(strings.Fields(text)[0])
	}

	for _, host := range []string{"a/b", "%zz", "[::::]", "[::1]", "a:99999", "user@a", "a'b", ""} {
		// In place of the host that the functions and the problems show.
		with := func(request string) kit.Response { return one(strings.Replace(request, "api.test", host, 1)) }
		if a := with(x.request(get, "")); a.Status != 200 && a.Status != 400 {
			t.Errorf("Host %q: %d %s", host, a.Status, a.Raw)
		}
		if a := with(x.request("GET /nothing", "")); a.Status != 400 {
			a.Refused(404, "RouteNotFound")
		}
	}
	if a := one("GET /openapi.yaml HTTP/1.0\r\n\r\n").Is(200); !strings.HasPrefix(a.Raw, "openapi:") {
		t.Errorf("HTTP/1.0 gets %.40q", a.Raw)
	}
	one("GET /v1/projects/"+x.owner+" HTTP/1.0\r\n\r\n").Refused(401, "Unauthenticated")
	one(strings.Replace(x.request(get, ""), "HTTP/1.1\r\nHost: api.test", "HTTP/1.0", 1)).Is(200)

	// The path decides, wherever the request says that it goes.
	absolute := "GET http://other.test:1" + api.ImagePath(x.owner, x.image)
	one(x.request(absolute, "")).Is(200)
	one(x.request("GET http://other.test", "")).Refused(404, "RouteNotFound")
	one(x.request("GET *", "")).Refused(404, "RouteNotFound")
	one(x.request("CONNECT other.test:443", "")).Refused(404, "RouteNotFound")
	one(x.request("CONNECT "+api.ImagePath(x.owner, x.image), "")).Refused(405, "MethodNotAllowed")
	one(x.request("OPTIONS *", "")).Is(200) // net/http's own: about the server, and of no route

	for _, method := range []string{"TRACE", "TRACK", "OPTIONS", "patch", "PROPFIND", "LOCK", "M-SEARCH", "get", "Get", "delete", "GETX", "!", strings.Repeat("M", 5000)} {
		if a := one(x.request(method+" "+api.ImagePath(x.owner, x.image), "")).Refused(405, "MethodNotAllowed"); a.Header.Get("Allow") != "DELETE, GET, PATCH, PUT" || strings.Contains(a.Raw, x.token) {
			t.Errorf("%.20s: %v %s", method, a.Header, a.Raw)
		}
	}
	if a := one(x.request("HEAD "+api.ImagePath(x.owner, x.image), "")); a.Status != 405 || a.Raw != "" {
		t.Errorf("HEAD: %d %s", a.Status, a.Raw)
	}
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Http-Method-Override"} {
		one(x.request(get, "", name+": DELETE")).Is(200).Has("imageId", x.image)
		one(x.request(x.shareLine(), "{}", name+": DELETE")).Refused(400, "InvalidRequest")
	}
	one(x.request(get+"?_method=DELETE", "")).Refused(400, "InvalidRequest")
	for _, name := range []string{"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"} {
		one(x.request("GET /v1/projects/"+x.owner, "", name+": /openapi.yaml")).Is(200).Has("projectId", x.owner)
	}

	many := strings.TrimSuffix(strings.Repeat("X-Many: x\r\n", 700), "\r\n")
	one(x.request(get, "", many)).Is(200)
	if a := one(x.request(get+"?"+strings.Repeat("a=1&", 1000), "")).Refused(400, "InvalidRequest"); len(a.Raw) > 4<<10 {
		t.Errorf("the response has %d bytes", len(a.Raw))
	}
	var names strings.Builder
	for i := range 800 {
		fmt.Fprintf(&names, "n%d&", i)
	}
	if a := one(x.request(get+"?"+names.String(), "")).Refused(400, "InvalidRequest"); len(a.Body["errors"].([]any)) != 20 {
		t.Errorf("%d errors are named", len(a.Body["errors"].([]any)))
	}
	x.Send(x.token, "GET", api.ImagePath(x.owner, x.image), nil).Is(200).Has("shareCount", 0)
}
