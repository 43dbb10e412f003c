package issuer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/diskstore"
	"image-sharing/local/sample"
	"image-sharing/local/sqlite"
	"image-sharing/shared/service"
)

const (
	verifier = "a-verifier-of-43-characters-or-more-01234567"
	callback = testURL + "/console/signed-in"
)

// challengeOf is of RFC 7636, section 4.2.
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request is a good request of the console; changes are names and values in turn, of
// which an empty value takes the parameter away.
func request(changes ...string) url.Values {
	values := url.Values{
		"client_id": {"console"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid images:read images:share catalog:read other"},
		"state": {"the state"}, "nonce": {"the nonce"}, "code_challenge": {challengeOf(verifier)}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			values.Del(changes[i])
		}
	}
	return values
}

// get and post send what a browser does; header has names and values in turn.
func get(i *Issuer, path string, values url.Values, header ...string) *httptest.ResponseRecorder {
	return browse(i, httptest.NewRequest("GET", testURL+path+"?"+values.Encode(), nil), header...)
}

func post(i *Issuer, path string, values url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", testURL+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return browse(i, r, header...)
}

func browse(i *Issuer, r *http.Request, header ...string) *httptest.ResponseRecorder {
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
		if header[n] == "Host" {
			r.Host = header[n+1]
		}
	}
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w
}

// answerOf is what the console is told in its redirect.
func answerOf(t *testing.T, w *httptest.ResponseRecorder, at string) url.Values {
	t.Helper()
	location, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != http.StatusSeeOther || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	values := location.Query()
	location.RawQuery = ""
	if location.String() != at {
		t.Fatalf("the answer is sent to %s", location)
	}
	return values
}

// codeFor signs somebody in and returns the code.
func codeFor(t *testing.T, i *Issuer, person string, changes ...string) string {
	t.Helper()
	values := request(changes...)
	values.Set("person", person)
	answer := answerOf(t, post(i, signInPath, values, "Sec-Fetch-Site", "same-origin", "Origin", "null"), callback)
	if answer.Get("code") == "" || answer.Get("state") != "the state" || answer.Get("iss") != testURL || answer.Has("error") {
		t.Fatalf("the answer is %v", answer)
	}
	return answer.Get("code")
}

// exchanged is the response to a code; changes are as those of request.
func exchanged(t *testing.T, i *Issuer, code string, changes ...string) (int, object) {
	t.Helper()
	values := url.Values{"grant_type": {"authorization_code"}, "client_id": {"console"}, "redirect_uri": {callback}, "code": {code}, "code_verifier": {verifier}}
	for n := 0; n < len(changes); n += 2 {
		values.Set(changes[n], changes[n+1])
	}
	return tokenResponse(t, post(i, tokenPath, values))
}

func refreshed(t *testing.T, i *Issuer, refreshToken any) (int, object) {
	t.Helper()
	return tokenResponse(t, post(i, tokenPath, url.Values{"grant_type": {"refresh_token"}, "client_id": {"console"}, "refresh_token": {fmt.Sprint(refreshToken)}}))
}

func tokenResponse(t *testing.T, w *httptest.ResponseRecorder) (int, object) {
	t.Helper()
	var got object
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	return w.Code, got
}

// idClaims are those of an ID token, which must be of this issuer.
func idClaims(t *testing.T, i *Issuer, token any) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, err := jwt.ParseWithClaims(fmt.Sprint(token), claims, func(*jwt.Token) (any, error) { return i.PublicKey(), nil },
		jwt.WithIssuer(testURL), jwt.WithAudience("console"), jwt.WithExpirationRequired()); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestSomebodySignsIn(t *testing.T) {
	i := testIssuer(t)
	page := get(i, signInPath, request())
	for _, text := range []string{`value="alice"`, "acme-web", `value="platform"`, `name="code_challenge" value="` + challengeOf(verifier) + `"`} {
		if page.Code != 200 || !strings.Contains(page.Body.String(), text) {
			t.Errorf("%d, the page has no %s: %s", page.Code, text, page.Body)
		}
	}
	status, got := exchanged(t, i, codeFor(t, i, "alice"))
	if status != 200 || got["token_type"] != "Bearer" || got["expires_in"] != 900.0 || got["scope"] != "openid images:read images:share" {
		t.Fatalf("%d %v", status, got)
	}
	_, access, err := verify(t, i, fmt.Sprint(got["access_token"]))
	if err != nil || access["sub"] != "alice" || access["client_id"] != "console" || access["scope"] != "openid images:read images:share" || fmt.Sprint(access["projects"]) != "[acme-web]" {
		t.Errorf("the access token has %v, %v", access, err)
	}
	id := idClaims(t, i, got["id_token"])
	if id["sub"] != "alice" || id["nonce"] != "the nonce" || id["auth_time"] == nil || id["projects"] != nil {
		t.Errorf("the ID token has %v", id)
	}

	status, next := refreshed(t, i, got["refresh_token"])
	if status != 200 || next["refresh_token"] == got["refresh_token"] || next["access_token"] == got["access_token"] {
		t.Fatalf("%d %v", status, next)
	}
	if id := idClaims(t, i, next["id_token"]); id["nonce"] != nil || id["sub"] != "alice" {
		t.Errorf("the next ID token has %v", id)
	}
	// A token that was stolen, or one that was stolen from: nobody can tell, so both end.
	if status, got := refreshed(t, i, got["refresh_token"]); status != 400 || got["error"] != "invalid_grant" {
		t.Errorf("the former refresh token: %d %v", status, got)
	}
	if status, got := refreshed(t, i, next["refresh_token"]); status != 400 || got["error"] != "invalid_grant" {
		t.Errorf("the session lives on: %d %v", status, got)
	}
}

func TestThePlatformSignsIn(t *testing.T) {
	i := testIssuer(t)
	_, got := exchanged(t, i, codeFor(t, i, "platform"))
	if _, access, err := verify(t, i, fmt.Sprint(got["access_token"])); err != nil || access["scope"] != "openid catalog:read" || fmt.Sprint(access["projects"]) != "[]" {
		t.Errorf("%v, %v", access, err)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	i := testIssuer(t)
	code := codeFor(t, i, "alice")
	_, got := exchanged(t, i, code)
	if status, again := exchanged(t, i, code); status != 400 || again["error"] != "invalid_grant" {
		t.Errorf("the second time: %d %v", status, again)
	}
	if status, got := refreshed(t, i, got["refresh_token"]); status != 400 || got["error"] != "invalid_grant" {
		t.Errorf("what it was exchanged for lives on: %d %v", status, got)
	}
}

// TestACodeIsForWhoAskedForIt: each is tried once with something wrong, and is then no
// good any more for anybody.
func TestACodeIsForWhoAskedForIt(t *testing.T) {
	i := testIssuer(t)
	for name, wrong := range map[string][]string{
		"another verifier":     {"code_verifier", "b" + verifier[1:]},
		"the challenge itself": {"code_verifier", challengeOf(verifier)},
		"no verifier":          {"code_verifier", ""},
		"a short verifier":     {"code_verifier", "short"},
		"another address":      {"redirect_uri", testURL + "/console/"},
		"no address":           {"redirect_uri", ""},
	} {
		code := codeFor(t, i, "alice")
		if status, got := exchanged(t, i, code, wrong...); status != 400 || got["error"] != "invalid_grant" {
			t.Errorf("%s: %d %v", name, status, got)
		}
		if status, got := exchanged(t, i, code); status != 400 || got["error"] != "invalid_grant" {
			t.Errorf("after %s: %d %v", name, status, got)
		}
	}
	code := codeFor(t, i, "alice")
	if status, got := exchanged(t, i, code, "client_id", "other"); status != 400 || got["error"] != "invalid_client" {
		t.Errorf("another client: %d %v", status, got)
	}
	if status, _ := exchanged(t, i, "made-up"); status != 400 {
		t.Errorf("a code that nobody was given: %d", status)
	}
}

func TestTokenRequestsThatAreNone(t *testing.T) {
	i := testIssuer(t)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	for name, test := range map[string]struct {
		body, want string
		header     []string
	}{
		"JSON":           {`{"grant_type":"authorization_code"}`, "invalid_request", []string{"Content-Type", "application/json"}},
		"nothing":        {"", "invalid_client", form},
		"no grant":       {"client_id=console", "unsupported_grant_type", form},
		"a password":     {"client_id=console&grant_type=password&username=a&password=b", "unsupported_grant_type", form},
		"twice a client": {"client_id=console&client_id=console&grant_type=refresh_token", "invalid_request", form},
		"too much":       {"client_id=console&x=" + strings.Repeat("x", 1<<17), "invalid_request", form},
		"no form":        {"%zz", "invalid_request", form},
		"no token":       {"client_id=console&grant_type=refresh_token", "invalid_grant", form},
	} {
		r := httptest.NewRequest("POST", testURL+tokenPath, strings.NewReader(test.body))
		if status, got := tokenResponse(t, browse(i, r, test.header...)); status != 400 || got["error"] != test.want || got["error_description"] == "" {
			t.Errorf("%s: %d %v", name, status, got)
		}
	}
}

// TestAnswersAreSentToTheConsoleAlone: any other request is answered by a page, which
// leads nowhere but to the console.
func TestAnswersAreSentToTheConsoleAlone(t *testing.T) {
	i := testIssuer(t)
	for _, uri := range []string{
		"", "https://evil.example/console/signed-in", "http://127.0.0.1:8080.evil.example/console/signed-in", "http://127.0.0.1:8081/console/signed-in",
		"http://localhost:8080/console/signed-in", "https://127.0.0.1:8080/console/signed-in", "http://127.0.0.1:8080/console/", "http://127.0.0.1:8080/console/signed-in/",
		"http://127.0.0.1:8080/console/signed-in?x=1", "http://127.0.0.1:8080/console/signed-in#x", "http://127.0.0.1:8080/console/../local/token", "http://127.0.0.1:8080//evil.example/console/signed-in",
		"http://a@127.0.0.1:8080/console/signed-in", "/console/signed-in", "//evil.example/console/signed-in", "javascript:alert(1)", "http://127.0.0.1:8080/console/signed-in\r\nSet-Cookie: a=b",
	} {
		values := request("redirect_uri", uri)
		for _, w := range []*httptest.ResponseRecorder{get(i, signInPath, values), post(i, signInPath, with(values, "person", "alice")), post(i, signInPath, with(values, "cancel", "yes")), post(i, samplePath, values)} {
			if w.Code != 400 || w.Header().Get("Location") != "" || strings.Contains(w.Body.String(), "evil") || strings.Contains(w.Body.String(), "alice") {
				t.Errorf("%q: %d %v %s", uri, w.Code, w.Header(), w.Body)
			}
		}
	}
	if w := get(i, signInPath, request("client_id", "other")); w.Code != 400 || w.Header().Get("Location") != "" {
		t.Errorf("another client: %d %v", w.Code, w.Header())
	}
	if w := get(i, signInPath, nil); w.Code != 400 || !strings.Contains(w.Body.String(), `href="/console/"`) {
		t.Errorf("nothing asked: %d %s", w.Code, w.Body)
	}
}

func with(values url.Values, name, value string) url.Values {
	values = maps.Clone(values)
	values[name] = []string{value}
	return values
}

func TestTheConsoleIsToldWhatIsWrong(t *testing.T) {
	i := testIssuer(t)
	twice := request()
	twice["nonce"] = []string{"a", "b"}
	for want, all := range map[string][]url.Values{
		"unsupported_response_type": {request("response_type", "token"), request("response_type", "")},
		"invalid_request": {request("code_challenge", ""), request("code_challenge_method", "plain"), request("code_challenge_method", ""),
			request("code_challenge", "short"), twice},
		"invalid_scope":  {request("scope", "images:read"), request("scope", "")},
		"login_required": {request("prompt", "none")},
		"access_denied":  {request("cancel", "yes")},
	} {
		for _, values := range all {
			w := get(i, signInPath, values)
			if want == "access_denied" {
				w = post(i, signInPath, values)
			}
			answer := answerOf(t, w, callback)
			if answer.Get("error") != want || answer.Get("error_description") == "" || answer.Get("state") != "the state" || answer.Get("iss") != testURL || answer.Has("code") {
				t.Errorf("%v: %v", values, answer)
			}
		}
	}
}

// TestThePageIsTextAlone: nothing that was sent is markup on it.
func TestThePageIsTextAlone(t *testing.T) {
	i := testIssuer(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}` + "\u202e"
	values := request("state", evil, "nonce", evil, "ui_locales", evil, "scope", "openid "+evil)
	typed := with(with(with(values, "name", evil), "projects", evil), "scopes", evil)
	for _, w := range []*httptest.ResponseRecorder{get(i, signInPath, values), post(i, signInPath, typed)} {
		body := w.Body.String()
		if strings.Contains(body, "<script") || strings.Contains(body, "<img") || !strings.Contains(html.UnescapeString(body), evil) {
			t.Errorf("%d %s", w.Code, body)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"Content-Type":            "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if w.Header().Get(name) != want {
				t.Errorf("%s is %q", name, w.Header().Get(name))
			}
		}
	}
	if w := get(i, stylePath, nil); w.Code != 200 || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(w.Body.String(), "prefers-color-scheme: dark") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestSomebodyWhoIsTyped(t *testing.T) {
	i := testIssuer(t)
	values := with(with(request(), "name", " Zoë O'Neil "), "projects", "org-a, org-b\torg.c")
	values["scopes"] = []string{"images:read", "catalog:read", "catalog:write", "made:up"}
	_, got := exchanged(t, i, answerOf(t, post(i, signInPath, values), callback).Get("code"))
	_, access, err := verify(t, i, fmt.Sprint(got["access_token"]))
	if err != nil || access["sub"] != "Zoë O'Neil" || fmt.Sprint(access["projects"]) != "[org-a org-b org.c]" || access["scope"] != "openid images:read catalog:read" {
		t.Errorf("%v, %v", access, err)
	}
	for name, test := range map[string]struct{ name, projects, problem string }{
		"no name":         {"", "org-a", "name-problem"},
		"only spaces":     {"  ", "org-a", "name-problem"},
		"a hidden one":    {"a\u202eb", "org-a", "name-problem"},
		"no id":           {"zoe", "org-a org/b", "projects-problem"},
		"an id too long":  {"zoe", strings.Repeat("a", 65), "projects-problem"},
		"unknown persons": {"", "", "name-problem"},
	} {
		w := post(i, signInPath, with(with(with(request(), "name", test.name), "projects", test.projects), "person", "mallory"))
		body := w.Body.String()
		if w.Code != 400 || strings.Count(body, `aria-invalid="true"`) != 1 || !strings.Contains(body, `id="`+test.problem+`"`) || !strings.Contains(body, `value="`+html.EscapeString(test.projects)+`"`) {
			t.Errorf("%s: %d %s", name, w.Code, body)
		}
	}
}

func TestThePageSpeaksTwoLanguages(t *testing.T) {
	i := testIssuer(t)
	for _, test := range []struct{ locales, accept, want string }{
		{"", "", "en"}, {"", "fr, de;q=0.5", "en"}, {"", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"}, {"", "en-GB,zh;q=0.5", "en"}, {"", "ZH", "zh-CN"},
		{"zh-CN", "en", "zh-CN"}, {"en", "zh", "en"}, {"fr zh", "en", "zh-CN"}, {"", "zha, en", "en"},
	} {
		w := get(i, signInPath, request("ui_locales", test.locales), "Accept-Language", test.accept)
		if !strings.Contains(w.Body.String(), `<html lang="`+test.want+`">`) {
			t.Errorf("%q, %q: %s", test.locales, test.accept, w.Body)
		}
	}
	for _, say := range []words{english, chinese} {
		for name, text := range asMap(t, say) {
			if text == "" {
				t.Errorf("%s has no %s", say.Lang, name)
			}
		}
		for _, scope := range sample.Scopes() {
			if say.May[scope] == "" {
				t.Errorf("%s does not say what %s is", say.Lang, scope)
			}
		}
	}
}

func asMap(t *testing.T, v any) (fields map[string]any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

// TestOtherSitesSendNothing: what a page of another site has the browser send is
// refused.
func TestOtherSitesSendNothing(t *testing.T) {
	i := testIssuer(t)
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "http://localhost:9999"},
	} {
		for _, path := range []string{signInPath, samplePath} {
			if w := post(i, path, with(request(), "person", "alice"), header...); w.Code != 403 || w.Header().Get("Location") != "" {
				t.Errorf("%s with %v: %d %v", path, header, w.Code, w.Header())
			}
		}
	}
	if w := get(i, signInPath, request(), "Host", "evil.example:8080"); w.Code != 400 || w.Header().Get("Location") != "" {
		t.Errorf("a name that points here: %d", w.Code)
	}
}

// TestWhereThePageIs: at 127.0.0.1 and at localhost everything is of that origin, and
// the gateway takes the tokens of either.
func TestWhereThePageIs(t *testing.T) {
	i := testIssuer(t)
	const there = "http://localhost:8080"
	w := get(i, "/.well-known/openid-configuration", nil, "Host", "localhost:8080")
	var found map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "end_session_endpoint"} {
		if address, _ := found[name].(string); address != there && !strings.HasPrefix(address, there+"/") {
			t.Errorf("%s is %v", name, found[name])
		}
	}
	if fmt.Sprint(found["code_challenge_methods_supported"], found["response_types_supported"]) != "[S256] [code]" {
		t.Errorf("%v", found)
	}
	values := with(request("redirect_uri", there+"/console/signed-in"), "person", "bob")
	answer := answerOf(t, post(i, signInPath, values, "Host", "localhost:8080"), there+"/console/signed-in")
	_, got := exchanged(t, i, answer.Get("code"), "redirect_uri", there+"/console/signed-in")
	if _, _, err := verify(t, i, fmt.Sprint(got["access_token"])); err != nil {
		t.Error(err)
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(fmt.Sprint(got["id_token"]), claims); err != nil || claims["iss"] != there || answer.Get("iss") != there {
		t.Errorf("%v, %v, %v", claims, answer, err)
	}
}

func TestSigningOut(t *testing.T) {
	i := testIssuer(t)
	_, got := exchanged(t, i, codeFor(t, i, "alice"))
	token := fmt.Sprint(got["refresh_token"])
	if w := post(i, revokePath, url.Values{"client_id": {"other"}, "token": {token}}); w.Code != 400 {
		t.Errorf("another client: %d", w.Code)
	}
	for range 2 { // a token that is unknown is no error: RFC 7009, section 2.2
		if w := post(i, revokePath, url.Values{"client_id": {"console"}, "token": {token}}); w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if status, _ := refreshed(t, i, token); status != 400 {
		t.Errorf("the session lives on: %d", status)
	}
	for query, want := range map[string]string{
		"": "/console/", "post_logout_redirect_uri=https://evil.example/&logout_uri=//evil.example": "/console/",
		"state=a%20b%26c&post_logout_redirect_uri=" + testURL + "/console/": "/console/?state=a+b%26c", "state=%0d%0aSet-Cookie:a=b": "/console/?state=%0D%0ASet-Cookie%3Aa%3Db",
	} {
		w := browse(i, httptest.NewRequest("GET", testURL+signOutPath+"?"+query, nil))
		if w.Code != 303 || w.Header().Get("Location") != want || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", query, w.Code, w.Header())
		}
	}
}

func TestGrantsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fits := func(code) bool { return true }
		g := newGrants()
		late := g.put(code{})
		time.Sleep(codeTime - time.Second)
		if _, _, ok := g.redeem(g.put(code{}), fits); !ok {
			t.Error("a new code is refused")
		}
		time.Sleep(time.Second)
		if _, _, ok := g.redeem(late, fits); ok {
			t.Error("a code is good after a minute")
		}
		_, token, _ := g.redeem(g.put(code{}), fits)
		for range 3 {
			time.Sleep(sessionTime - time.Second)
			var ok bool
			if _, token, ok = g.renew(token); !ok {
				t.Fatal("a session that is used ends")
			}
		}
		time.Sleep(sessionTime)
		if _, _, ok := g.renew(token); ok {
			t.Error("a session that nobody uses does not end")
		}
	})
}

// TestGrantsAreBounded: whoever asks for more than anybody needs loses the oldest.
func TestGrantsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fits := func(code) bool { return true }
		g := newGrants()
		first, token := g.put(code{}), ""
		for n := range mostGrants + 5 {
			time.Sleep(time.Millisecond)
			g.put(code{})
			var ok bool
			if n < 5 {
				if _, token, ok = g.redeem(g.put(code{}), fits); !ok {
					t.Fatal("a new code is refused")
				}
			}
		}
		if _, _, ok := g.redeem(first, fits); ok || len(g.codes) > mostGrants {
			t.Errorf("%d codes, the first is still good: %v", len(g.codes), ok)
		}
		if _, _, ok := g.renew(token); !ok {
			t.Error("codes push sessions out")
		}
		for range mostGrants {
			time.Sleep(time.Millisecond)
			g.redeem(g.put(code{}), fits)
		}
		if len(g.sessions) > mostGrants {
			t.Errorf("%d sessions", len(g.sessions))
		}
	})
}

func TestPeopleHaveKnownScopes(t *testing.T) {
	for _, p := range sample.People() {
		for _, scope := range p.Scopes {
			if !slices.Contains(sample.Scopes(), scope) {
				t.Errorf("%s has %s", p.Name, scope)
			}
		}
	}
}

var nopLog = slog.New(slog.DiscardHandler)

// withSample is an issuer that can load the sample.
func withSample(t *testing.T, change func(*sample.Loader)) *Issuer {
	t.Helper()
	store, err := sqlite.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	disks, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(store.Close(), disks.Close()); err != nil {
			t.Error(err)
		}
	})
	l := &sample.Loader{Service: service.New(store, service.Config{ShareLimit: 50}), Disks: disks, ShareLimit: 50, Empty: store.Empty}
	change(l)
	i, err := New(Config{URL: testURL, Audience: testAudience, Sample: l, Log: nopLog})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// offer is the form of the page that loads the sample.
const offer = `action="/local/sample"`

func TestTheSampleIsLoadedFromThePage(t *testing.T) {
	i := withSample(t, func(*sample.Loader) {})
	if page := get(i, signInPath, request()); !strings.Contains(page.Body.String(), offer) {
		t.Fatalf("nothing is offered: %s", page.Body)
	}
	for range 2 { // a second click does nothing
		back := answerOf(t, post(i, samplePath, request()), signInPath)
		if !maps.EqualFunc(back, request(), slices.Equal) {
			t.Errorf("it leads to %v", back)
		}
	}
	if page := get(i, signInPath, request()); page.Code != 200 || strings.Contains(page.Body.String(), offer) {
		t.Errorf("it is offered again: %s", page.Body)
	}
}

func TestASampleThatCannotBeLoadedSaysSo(t *testing.T) {
	i := withSample(t, func(l *sample.Loader) {
		l.Empty = func(context.Context) (bool, error) { return false, errors.New("a secret cause") }
	})
	page := post(i, samplePath, request())
	if body := page.Body.String(); page.Code != 500 || !strings.Contains(body, `role="alert"`) || strings.Contains(body, "secret cause") {
		t.Errorf("%d %s", page.Code, body)
	}
	if page := get(i, signInPath, request()); page.Code != 200 || strings.Contains(page.Body.String(), offer) {
		t.Errorf("it is offered though nobody knows: %d %s", page.Code, page.Body)
	}
}
