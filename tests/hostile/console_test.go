package hostile

import (
	"fmt"
	"strings"
	"testing"

	"image-sharing/tests/kit/api"
)

// What is around the console's files is refused, and nothing of it is read; a place in
// the page is the page, whatever it is called.
func TestAddressesAroundTheConsole(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	for path, want := range map[string]int{
		"/console/../../../../etc/passwd": 404, "/console/..%2f..%2f..%2fetc%2fpasswd": 404, "/console/%2e%2e/%2e%2e/etc/passwd": 404, "/console/..%5c..%5cgo.mod": 404,
		"/console/assets/..%2fconsole.go": 404, "/console/assets/%2e%2e%2findex.html": 404, "/console//etc/passwd": 404, "//console/": 404, "/console/%2f%2fevil.example": 404,
		"/console/./index.html": 404, "/console/.git/config": 200, "/console/a%00b": 200, "/console/%ff": 200, "/console/" + strings.Repeat("a/", 2000) + "a": 200,
		"/console/config.json%00.html": 404, "/CONSOLE/": 404, "/console%2findex.html": 404, "/console/index.html?../../x": 200, "/console/%3Cscript%3Ealert(1)%3C%2Fscript%3E": 200,
	} {
		a := dial(t, x.URL).send(x.request("GET "+path, "")).next("GET")
		isPage := strings.HasPrefix(a.Raw, "<!doctype html>")
		if a.Status != want || (want == 200) != isPage || strings.Contains(a.Raw, "alert") || strings.Contains(a.Raw, "root:") {
			t.Errorf("%.80s got %d %.200s", path, a.Status, a.Raw)
		}
		if !isPage {
			a.Refused(want, "RouteNotFound")
		}
		if location := a.Header.Get("Location"); location != "" {
			t.Errorf("%s leads to %s", path, location)
		}
	}
	for _, host := range []string{"evil.example", "a/b", "", "127.0.0.1.evil.example"} {
		a := dial(t, x.URL).send(strings.Replace(x.request("GET /", ""), "api.test", host, 1)).next("GET")
		if a.Status != 400 && (a.Status != 308 || a.Header.Get("Location") != "/console/") {
			t.Errorf("Host %q: %d %v", host, a.Status, a.Header)
		}
	}
}

// TestSignInIsOfThisMachine: another name that points here, as a web page can have
// one, gets neither a page nor a code nor a token.
func TestSignInIsOfThisMachine(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	for _, path := range []string{"GET /local/sign-in", "POST /local/sign-in", "POST /local/sign-in/token", "POST /local/sample", "GET /local/sign-out", "GET /.well-known/openid-configuration"} {
		a := dial(t, x.URL).send(x.request(path, "")).next("GET") // its Host is api.test
		a.Refused(400, "InvalidRequest")
	}
	form := fmt.Sprintf("client_id=console&redirect_uri=%s/console/signed-in&response_type=code&scope=openid&code_challenge_method=S256&code_challenge=%s&person=alice", x.URL, strings.Repeat("a", 43))
	for _, header := range []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"} {
		for _, path := range []string{"/local/sign-in", "/local/sample"} {
			name, value, _ := strings.Cut(header, ": ")
			a := x.Send("", "POST", path, form, "Content-Type", "application/x-www-form-urlencoded", name, value)
			if a.Status != 403 || a.Header.Get("Location") != "" {
				t.Errorf("%s with %s: %d %v", path, header, a.Status, a.Header)
			}
		}
	}
	x.Send(x.token, "GET", api.ImagePath(x.owner, x.image), nil).Is(200)
}
