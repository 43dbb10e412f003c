package issuer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

const (
	testURL      = "http://127.0.0.1:8080"
	testAudience = "image-sharing"
)

// inMemory is one issuer for all tests that need no other: keys are slow to
// make.
var inMemory = sync.OnceValues(func() (*Issuer, error) { return New(Config{URL: testURL, Audience: testAudience}) })

func testIssuer(t *testing.T) *Issuer {
	t.Helper()
	i, err := inMemory()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

type object = map[string]any

// send returns the response and its JSON.
func send(t *testing.T, i *Issuer, method, path, body string) (*http.Response, object) {
	t.Helper()
	w := httptest.NewRecorder()
	i.ServeHTTP(w, httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body)))
	var got object
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s %s: %v in %q", method, path, err, w.Body)
	}
	return w.Result(), got
}

// issue returns a token.
func issue(t *testing.T, i *Issuer, body string) string {
	t.Helper()
	response, got := send(t, i, "POST", "/local/token", body)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", body, response.StatusCode, got)
	}
	if response.Header.Get("Cache-Control") != "no-store" || got["token_type"] != "Bearer" {
		t.Errorf("response %v, headers %v", got, response.Header)
	}
	return got["access_token"].(string)
}

// verify checks a token with the key set that the issuer publishes.
func verify(t *testing.T, i *Issuer, token string) (*jwt.Token, jwt.MapClaims, error) {
	t.Helper()
	_, set := send(t, i, "GET", "/.well-known/jwks.json", "")
	raw, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyfunc.NewJWKSetJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	parsed, err := jwt.ParseWithClaims(token, claims, keys.Keyfunc, jwt.WithIssuer(testURL), jwt.WithAudience(testAudience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithValidMethods([]string{"RS256"}))
	return parsed, claims, err
}

func TestTokensHoldWhatWasAskedFor(t *testing.T) {
	i := testIssuer(t)
	tests := []struct {
		name, body string
		projects   any
		scope      string
		lifetime   float64
		client     any
	}{
		{"defaults", `{"sub":"alice"}`, []any{}, "", 3600, nil},
		{"null", `{"sub":"alice","projects":null,"expiresIn":null}`, []any{}, "", 3600, nil},
		{"array", `{"sub":"alice","projects":["org-a","org-b"],"scope":"images:read images:share","expiresIn":60}`, []any{"org-a", "org-b"}, "images:read images:share", 60, nil},
		{"string", `{"sub":"alice","projects":"org-a org-b","expiresIn":86400}`, "org-a org-b", "", 86400, nil},
		{"client", `{"sub":"alice","clientId":"console"}`, []any{}, "", 3600, "console"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token, claims, err := verify(t, i, issue(t, i, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if token.Header["kid"] != i.KeyID() {
				t.Errorf("kid %v", token.Header["kid"])
			}
			if claims["sub"] != "alice" || claims["scope"] != test.scope || !reflect.DeepEqual(claims["projects"], test.projects) || claims["client_id"] != test.client {
				t.Errorf("claims %v", claims)
			}
			iat, exp := claims["iat"].(float64), claims["exp"].(float64)
			if exp-iat != test.lifetime || claims["nbf"] != iat {
				t.Errorf("iat %v, nbf %v, exp %v", iat, claims["nbf"], exp)
			}
		})
	}
}

func TestBadRequestsAreRefused(t *testing.T) {
	tests := []struct {
		name, body, field string
		status            int
		code              string
	}{
		{"empty", ``, "body", 400, "InvalidRequest"},
		{"two objects", `{"sub":"a"} {}`, "body", 400, "InvalidRequest"},
		{"field twice", `{"sub":"a","sub":"b"}`, "body", 400, "InvalidRequest"},
		{"no sub", `{}`, "sub", 400, "InvalidRequest"},
		{"sub that is not seen", `{"sub":"a\u202e"}`, "sub", 400, "InvalidRequest"},
		{"sub a number", `{"sub":1}`, "sub", 400, "InvalidRequest"},
		{"unknown field", `{"sub":"a","project":"x"}`, "project", 400, "InvalidRequest"},
		{"projects a number", `{"sub":"a","projects":1}`, "projects", 400, "InvalidRequest"},
		{"projects of numbers", `{"sub":"a","projects":["x",1]}`, "projects", 400, "InvalidRequest"},
		{"scope an array", `{"sub":"a","scope":["x"]}`, "scope", 400, "InvalidRequest"},
		{"expiresIn a fraction", `{"sub":"a","expiresIn":1.5}`, "expiresIn", 400, "InvalidRequest"},
		{"expiresIn too long ago", `{"sub":"a","expiresIn":-86401}`, "expiresIn", 400, "InvalidRequest"},
		{"expiresIn too long", `{"sub":"a","expiresIn":86401}`, "expiresIn", 400, "InvalidRequest"},
		{"too large", `{"sub":"` + strings.Repeat("a", 64<<10) + `"}`, "", 413, "RequestTooLarge"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, got := send(t, testIssuer(t), "POST", "/local/token", test.body)
			if response.StatusCode != test.status || got["code"] != test.code {
				t.Fatalf("response %d %v", response.StatusCode, got)
			}
			if response.Header.Get("Content-Type") != "application/problem+json" || !strings.HasPrefix(got["type"].(string), testURL+"/openapi.yaml#") || got["requestId"] == "" {
				t.Errorf("problem %v", got)
			}
			if test.field == "" {
				return
			}
			if faults := got["errors"].([]any); len(faults) != 1 || faults[0].(object)["field"] != test.field {
				t.Errorf("errors %v", faults)
			}
		})
	}
}

func TestOtherRoutesAndMethodsAreRefused(t *testing.T) {
	tests := []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/local/token", 405, "MethodNotAllowed", "POST"},
		{"POST", "/.well-known/jwks.json", 405, "MethodNotAllowed", "GET"},
		{"DELETE", "/.well-known/openid-configuration", 405, "MethodNotAllowed", "GET"},
		{"GET", "/local/other", 404, "RouteNotFound", ""},
	}
	for _, test := range tests {
		response, got := send(t, testIssuer(t), test.method, test.path, "")
		if response.StatusCode != test.status || got["code"] != test.code || response.Header.Get("Allow") != test.allow {
			t.Errorf("%s %s: %d %v, Allow %q", test.method, test.path, response.StatusCode, got, response.Header.Get("Allow"))
		}
	}
}

func TestKeySetHasNoPrivatePart(t *testing.T) {
	_, got := send(t, testIssuer(t), "GET", "/.well-known/jwks.json", "")
	keys := got["keys"].([]any)
	if len(keys) != 1 {
		t.Fatalf("%d keys", len(keys))
	}
	for name := range keys[0].(object) {
		if !strings.Contains(" kty use alg kid n e ", " "+name+" ") {
			t.Errorf("the key has %s", name)
		}
	}
}

func TestTokensOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	before, err := New(Config{KeyDir: dir, URL: testURL, Audience: testAudience})
	if err != nil {
		t.Fatal(err)
	}
	token := issue(t, before, `{"sub":"alice"}`)
	after, err := New(Config{KeyDir: dir, URL: testURL, Audience: testAudience})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := verify(t, after, token); err != nil {
		t.Error(err)
	}
	if _, _, err := verify(t, testIssuer(t), token); err == nil {
		t.Error("another issuer's key verifies the token")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "issuer-key.pem" {
		t.Fatalf("files %v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAnUnusableKeyStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "issuer-key.pem")
	for name, content := range map[string]string{
		"empty":   "",
		"no PEM":  "key",
		"no key":  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"no RSA":  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
		"no PKCS": "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Config{KeyDir: dir, URL: testURL, Audience: testAudience}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", name, err)
		}
		if kept, _ := os.ReadFile(path); string(kept) != content {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := New(Config{KeyDir: filepath.Join(dir, "missing"), URL: testURL, Audience: testAudience}); err == nil {
		t.Error("a key was kept in a directory that does not exist")
	}
}

func TestOtherNamesThanThisMachinesAreRefused(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost": true, "localhost:1": true, "[::1]:8080": true,
		"evil.example:8080": false, "127.0.0.1.evil.example": false, "": false, "10.0.0.1": false,
	} {
		if got := isThisMachine(host); got != want {
			t.Errorf("%q is this machine: %v", host, got)
		}
	}
}
