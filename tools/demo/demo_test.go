package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"image-sharing/local/issuer"
	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// TestTheStoryCanBeToldAgain tells it twice to one service: the second telling
// removes what the first has left. An image has room for one project there, and for 50
// where it is told once more, after the console has loaded its sample.
func TestTheStoryCanBeToldAgain(t *testing.T) {
	little, usual := kit.Start(t, runner.Config{CopyDisks: true, ShareLimit: 1}), kit.Start(t, runner.Config{CopyDisks: true})
	// The form of the sign-in page, which leads back there.
	back, err := http.PostForm(usual.URL+"/local/sample", url.Values{
		"client_id": {issuer.Client}, "redirect_uri": {usual.URL + "/console/signed-in"}, "response_type": {"code"}, "scope": {"openid"},
		"code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"},
	})
	if err != nil || back.StatusCode != 200 {
		t.Fatalf("the sample: %v, %v", back, err)
	}
	_ = back.Body.Close()
	for _, e := range []*kit.Environment{little, little, usual} {
		if err := tell(newTeller(t.Context(), e.URL, io.Discard)); err != nil {
			t.Fatalf("with %d: %v", e.Config.ShareLimit, err)
		}
	}
}

// TestAFailureIsShownAsJSON, of a request that is told and of one that is not.
func TestAFailureIsShownAsJSON(t *testing.T) {
	const problem = `{"code": "Internal", "errors": [{"field": "name"}]}`
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, problem)
	}))
	t.Cleanup(service.Close)
	for name, send := range map[string]func(*teller){
		"told":    func(s *teller) { s.call(person{}, "GET", "/v1/projects", nil, 200) },
		"quietly": func(s *teller) { s.quietly(person{}, "GET", "/v1/projects", nil, 200) },
	} {
		var out bytes.Buffer
		s := newTeller(t.Context(), service.URL, &out)
		send(s)
		_, shown, _ := strings.Cut(out.String(), "500 Internal Server Error\n")
		if s.err == nil || !json.Valid([]byte(shown)) {
			t.Errorf("%s: %v, %q", name, s.err, out.String())
		}
	}
}
