package runner_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

// TestARealIssuerHasItsOwnPages: nobody signs in here, and the console is told where.
func TestARealIssuerHasItsOwnPages(t *testing.T) {
	var issuer *httptest.Server
	issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			_, _ = w.Write([]byte(`{"keys":[]}`))
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer.URL, "jwks_uri": issuer.URL + "/keys"})
	}))
	t.Cleanup(issuer.Close)
	c := config(runner.InMemory)
	c.Issuer, c.Audience = issuer.URL, "images"
	e := kit.At(t, mustStart(t, c).URL)
	e.Send("", "GET", "/console/config.json", nil).Is(200).Has("authority", issuer.URL).Has("clientId", "").Has("local", false)
	for _, path := range []string{"/local/sign-in", "/local/sign-in/style.css", "/local/sign-out", "/.well-known/openid-configuration"} {
		e.Send("", "GET", path, nil).Refused(404, "RouteNotFound")
	}
	for _, path := range []string{"/local/sign-in", "/local/sign-in/token", "/local/sample"} {
		e.Send("", "POST", path, nil).Refused(404, "RouteNotFound")
	}
	c.ConsoleClientID, c.ConsoleScope, c.ConsoleOrigins = "page", "openid images/read", []string{"https://login.example"}
	e = kit.At(t, mustStart(t, c).URL)
	page := e.Send("", "GET", "/console/config.json", nil).Is(200).Has("clientId", "page").Has("scope", "openid images/read")
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self' "+issuer.URL+" https://login.example;") {
		t.Errorf("the policy is %s", policy)
	}
}
