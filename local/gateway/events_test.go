package gateway

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"image-sharing/local/issuer"
	"image-sharing/shared/httpapi"
)

// showing is a gateway that shows events.
func showing(t *testing.T, v *Verifier, i *issuer.Issuer) http.Handler {
	t.Helper()
	platform, err := httpapi.ParsePlatformClients("platform")
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Verifier: v, Log: nopLog, PlatformClients: platform, Events: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })}
	if i != nil {
		c.Issuer = i
	}
	return New(c)
}

func TestEventsAreForThePlatform(t *testing.T) {
	i := served(t)
	for kind, v := range verifiers(t, i) {
		for _, own := range []*issuer.Issuer{nil, i} { // a foreign issuer, and the local one
			g := showing(t, v, own)
			ask := func(method, token string) *httptest.ResponseRecorder {
				r := httptest.NewRequest(method, "http://localhost/local/events", nil)
				if token != "" {
					r.Header.Set("Authorization", "Bearer "+token)
				}
				w := httptest.NewRecorder()
				g.ServeHTTP(w, r)
				return w
			}
			for name, c := range map[string]struct {
				claims claims
				status int
			}{
				"who may read all":         {claims{"scope": "catalog:read", "client_id": "platform"}, 418},
				"who may write all":        {claims{"scope": "images:read catalog:write", "azp": "platform"}, 418},
				"another application":      {claims{"scope": "catalog:read", "client_id": "tenant"}, 403},
				"a member":                 {claims{"scope": "images:read images:share images:save"}, 403},
				"no scope":                 {claims{"scope": nil}, 403},
				"a part of a scope":        {claims{"scope": "catalog:reader"}, 403},
				"an array of scopes":       {claims{"scope": []string{"a", "catalog:read", "b"}}, 403},
				"a token that has expired": {claims{"scope": "catalog:read", "exp": 1}, 401},
				"a token of nobody":        {claims{"scope": "catalog:read", "sub": nil}, 401},
			} {
				w := ask("GET", draft{claims: c.claims}.signed(t, i))
				if w.Code != c.status {
					t.Errorf("%s, %s: %d %s", kind, name, w.Code, w.Body)
				}
				if c.status != 418 && w.Header().Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s, %s: it is no problem: %v", kind, name, w.Header())
				}
			}
			if w := ask("GET", ""); w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s, without a token: %d", kind, w.Code)
			}
			for _, method := range []string{"POST", "HEAD", "DELETE"} {
				if w := ask(method, draft{claims: claims{"scope": "catalog:read"}}.signed(t, i)); w.Code != 405 || w.Header().Get("Allow") != "GET" {
					t.Errorf("%s, %s: %d, allowed is %q", kind, method, w.Code, w.Header().Get("Allow"))
				}
			}
		}
	}
}

// The issuer keeps its routes, and a gateway without events has none for them.
func TestEventsLeaveTheIssuersRoutes(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	if status := statusOf(showing(t, NewLocalVerifier(i), i), "http://localhost/.well-known/jwks.json"); status != 200 {
		t.Errorf("the keys are answered %d", status)
	}
	without := New(Config{Verifier: NewLocalVerifier(i), Issuer: i, Log: nopLog})
	if status := statusOf(without, "http://localhost/local/events"); status != 404 {
		t.Errorf("without events, they are answered %d", status)
	}
}
