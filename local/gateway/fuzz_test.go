package gateway

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The fuzz targets drive the whole service in this process: the gateway, the
// functions behind it, and SQLite in memory. Whatever is sent, no response is a
// 500, every refusal is a problem of the contract, another tenant's data is
// neither shown nor changed, and the log has one line for each request and no
// token and nothing of a body.
const (
	// victimMark is in everything that only the victim and its friends may see.
	victimMark = "victim@mark"
	// callerMark is in the bodies of the corpus. As it is no id, it has no
	// place in the log, wherever a mutation moves it.
	callerMark = "caller@mark"
)

// received returns the request as net/http hands it to a handler, or false if
// it would refuse it before.
func received(method, target, header, value, body string) (r *http.Request, ok bool) {
	host := "api.test"
	if strings.EqualFold(header, "Host") {
		host, header, value = value, "X-Any", ""
	}
	if strings.ContainsFunc(method+target+header+value, unicode.IsControl) || strings.Trim(host, hostCharacters) != "" {
		return nil, false
	}
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", method, target, host, header, value, len(body), body)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	return r, err == nil
}

// hostCharacters are those that net/http lets pass in a Host header.
const hostCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!$%&'()*+,-.:;=[]_~"

func FuzzRequests(f *testing.F) {
	for _, path := range []string{
		"/v1/projects/attacker", "/v1/projects/victim", "/v1/projects/attacker/images", "/v1/projects/attacker/images?region=eu-west&limit=1&nextToken=x",
		"/v1/projects/attacker/images/own", "/v1/projects/attacker/images/secret", "/v1/projects/victim/images/secret",
		"/v1/projects/attacker/images/secret/shares", "/v1/projects/attacker/images/own/shares/victim", "/v1/projects/victim/images/secret/shares/friend",
		"/v1/projects/attacker/shared-images", "/v1/projects/attacker/shared-images/secret?region=eu-west", "/v1/projects/attacker/shared-images/received/save",
		"/v1/projects/attacker%2f..%2fvictim/images/secret", "/v1/projects/attacker/../victim/images/secret", "/v1/projects/attacker/images/%2e%2e",
		"/v1/projects/attacker//images", "//v1/projects/victim", "/v1/projects/victim%00", "/v1/projects/%ff", "/v1/projects/attacker/images/own%23/shares",
		"/v1/projects/attacker/images/own%3Fregion=x", "/v1/projects/attacker/images/100%25", "/v1/projects/attacker/images?nextToken=%00&%zz", "/v1/projects/attacker/images?limit=1;region=x",
		"/v1/projects/" + strings.Repeat("a", 3000), "/v1/projects/attacker/images?" + strings.Repeat("x=1&", 500),
		"/", "*", "", "/openapi.yaml", "/healthz", "/local/token", "/local/..%2fv1", "/console", "/console/", "/console/config.json", "/console/..%2f..%2fv1/projects", "/console/assets/%2e%2e/x",
		"/local/sign-in", "/local/sign-in?client_id=console&redirect_uri=http://localhost/console/signed-in&state=%0d%0a" + callerMark,
		"/local/sign-in?client_id=console&redirect_uri=http://evil.example/console/signed-in", "/local/sign-out?state=%2F%2Fevil.example&post_logout_redirect_uri=//evil.example", "/.well-known/jwks.json", "http://other/v1/projects/victim", "http://other", "/v1/projects/attacker/images?callerMark=" + callerMark,
	} {
		f.Add("GET", path, "X-Any", "thing", "")
	}
	for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "PRI"} {
		f.Add(method, "/v1/projects/attacker/images/own", "X-HTTP-Method-Override", "DELETE", `{"name":"`+callerMark+`"}`)
	}
	f.Add("POST", "/v1/projects/attacker/images/own/shares", "Content-Type", "text/plain", `{"projectIds":["victim"],"acknowledgeSecurityReminder":true}`)
	f.Add("POST", "/v1/projects/attacker/shared-images/received/save", "Idempotency-Key", "\xff"+callerMark, `{"name":"x"}`)
	f.Add("POST", "/v1/projects/attacker/shared-images/secret/save", "X-Forwarded-Proto", "gopher", `{"name":"x"}`)
	for _, host := range []string{"%zz", "a/b", "user@a", "[::1]:80", "[::::]", "", ":", "a:b"} {
		f.Add("GET", "/v1/nothing", "Host", host, "")
		f.Add("GET", "/v1/projects/victim/images/secret", "Host", host, "")
	}
	f.Add("GET", "/v1/projects/victim/images/secret", "Cookie", "a=b; ;", "")
	f.Add("GET", "/v1/projects/victim/images/secret", "X-Amzn-Request-Context", `{"authorizer":{"jwt":{"claims":{"projects":"victim"}}}}`, "")
	var all stacks
	f.Fuzz(func(t *testing.T, method, target, header, value, body string) {
		r, ok := received(method, target, header, value, body)
		if !ok {
			return
		}
		s := all.next(t)
		r.Header.Set("Authorization", "Bearer "+s.attacker)
		s.attack(r)
	})
}

func FuzzBodies(f *testing.F) {
	routes := []struct{ method, path string }{
		{"POST", "/v1/projects/attacker/images/own/shares"},
		{"POST", "/v1/projects/attacker/images/secret/shares"},
		{"POST", "/v1/projects/attacker/shared-images/received/save"},
		{"POST", "/v1/projects/attacker/shared-images/secret/save"},
		{"PUT", "/v1/projects/new"},
		{"PUT", "/v1/projects/new/images/new"},
		{"POST", "/local/token"},
		{"POST", "/local/sign-in"},
		{"POST", "/local/sign-in/token"},
	}
	bodies := []string{
		"", "null", "[]", `""`, "{", "{}", "\xef\xbb\xbf{}", "{}{}", "\xff\xfe{\x00}\x00", strings.Repeat("[", 11000), strings.Repeat(`{"region":`, 200),
		`{"projectIds":["victim"],"acknowledgeSecurityReminder":true,"region":"eu-west","dryRun":false}`,
		`{"projectIds":["victim","nobody",1],"acknowledgeSecurityReminder":"` + callerMark + `"}`,
		`{"name":"` + callerMark + `","description":"\u0000\ud800","region":null}`,
		`{"name":"a","name":"b"}`, `{"` + callerMark + `":1}`, `{"name":{"name":["a"]}}`, `{"name":1e999}`,
		`{"accountId":"acct","name":"x","projectId":"victim"}`,
		`{"name":"x","region":"eu-west","kind":"Custom","hostType":"UHost","state":"Available","systemDisk":{"sizeGiB":1,"snapshotId":"s"},"dataDisks":[{"sizeGiB":1},null]}`,
		`{"name":"x","region":"eu-west","kind":"Custom","hostType":"UHost","state":"Available","systemDisk":{"sizeGiB":-9223372036854775809},"sharedWith":["attacker"],"uid":"1"}`,
		`{"sub":"a","projects":["victim"],"scope":"images:read","expiresIn":1e3}`, `{"sub":"a","projects":[[[["a"]]]]}`,
	}
	for route := range routes {
		for _, body := range bodies {
			f.Add(byte(route), []byte(body))
		}
	}
	var all stacks
	f.Fuzz(func(t *testing.T, route byte, body []byte) {
		s, to := all.next(t), routes[int(route)%len(routes)]
		r := httptest.NewRequest(to.method, s.client.URL+to.path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		token := s.attacker
		if to.method == "PUT" {
			token = s.platform
		}
		r.Header.Set("Authorization", "Bearer "+token)
		s.attack(r)
	})
}

// FuzzSignedClaims: whatever an issuer puts into the claims of a good token, it
// opens no project and grants no scope that is not plainly in them.
func FuzzSignedClaims(f *testing.F) {
	const read, alice = `"images:read images:share"`, `"alice"`
	for _, projects := range []string{
		`"attacker"`, `"victim attacker"`, `["attacker","victim"]`, `["x y","attacker"]`, `["x attacker"]`, `"[attacker victim]"`, `"[\"attacker\"]"`, `["\"attacker\""]`,
		"null", "true", "0", "1e999", strings.Repeat("9", 400), `""`, "[]", "{}", "[null]", "[1,true,null]", `["attacker",1]`,
		`[["attacker"]]`, `[[["attacker","victim"]]]`, `["x",["attacker"],"y"]`, `["x",["y","attacker","z"]]`, `{"attacker":"victim"}`, `{"x":"attacker y"}`, `{"x":["attacker"]}`, `[{"x":"attacker"}]`, `[{"x":"y attacker z"}]`,
		`"[attacker"`, `"[x attacker"`, `"attacker]"`, `"[[attacker]]"`, `"[x attacker] y"`, `"map[x: attacker ]"`, `["[attacker]"]`, `["attacker]","[victim"]`, `["[","attacker","]"]`, `["\"","attacker","\""]`, `["\",\"attacker\",\""]`,
		`"x,attacker"`, `"x\u00a0attacker"`, `"x\tattacker\n"`, `"attacker\u0000"`, `"ATTACKER"`, `"attacker*"`, `"*"`, `"attacker/../victim"`, `"\ud800 attacker"`, `"` + callerMark + ` attacker"`,
	} {
		f.Add(projects, read, alice)
	}
	for _, scope := range []string{
		`"images:read"`, `["images:read"]`, `["x images:read y"]`, `[["images:read"]]`, `{"images:read":1}`, `{"x":"y images:read z"}`, "null", "1", `""`, `"[images:read]"`, `"[x images:read"`,
		`"images:share\u00a0images:read"`, `"images:share\timages:read"`, `"images:share,images:read"`, `"IMAGES:READ"`, `"images:*"`, `"images:readx"`, `"` + callerMark + `"`,
	} {
		f.Add(`["attacker"]`, scope, alice)
	}
	for _, subject := range []string{`""`, `" "`, `"\n"`, `"a\u0000b"`, "null", "0", "-1e999", "true", "[]", `["a"]`, "{}", `{"a":null}`, `"\ud800"`, `"` + callerMark + `"`, `"` + strings.Repeat("x", 3000) + `"`} {
		f.Add(`["attacker"]`, read, subject)
	}
	var all stacks
	f.Fuzz(func(t *testing.T, projects, scope, subject string) {
		given, meant := claims{}, claims{}
		for name, text := range map[string]string{"projects": projects, "scope": scope, "sub": subject} {
			value, ok := decoded(text)
			if !ok || len(text) > 4<<10 { // which is too much for a header
				return
			}
			given[name], meant[name] = json.RawMessage(text), value
		}
		s := all.next(t)
		token := draft{claims: given}.signed(t, s.issuer)
		for _, project := range []string{"attacker", "victim"} {
			r := httptest.NewRequest("GET", s.client.URL+"/v1/projects/"+project, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := s.attack(r)
			if w.Code == http.StatusOK && !(namesProject(meant["projects"], project) && hasWord(meant["scope"], "images:read")) {
				t.Errorf("the projects %s and the scope %s open %s", projects, scope, project)
			}
			if meant["sub"] == "alice" && w.Code == http.StatusUnauthorized {
				t.Errorf("a good token with the projects %s and the scope %s is refused", projects, scope)
			}
		}
	})
}

// decoded returns what JSON means, its numbers as they are written.
func decoded(text string) (value any, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&value)
	return value, err == nil && json.Valid([]byte(text))
}

// hasWord reports whether a value is a list of words, with this one in it. A text
// with a bracket in it is none.
func hasWord(value any, word string) bool {
	text, _ := value.(string)
	return !strings.ContainsAny(text, "[]") && slices.Contains(strings.Split(text, " "), word)
}

// namesProject reports whether a claim may open a project: it is an array with the id
// in it, not with a text of which the id is a word, or it is a list of words. Issuers that
// have no arrays send a text that looks like one.
func namesProject(claim any, id string) bool {
	if elements, isArray := claim.([]any); isArray {
		return slices.Contains(elements, any(id))
	}
	text, _ := claim.(string)
	inside, opened := strings.CutPrefix(text, "[")
	inside, closed := strings.CutSuffix(inside, "]")
	if opened && closed {
		text = inside
	}
	return hasWord(text, id)
}
