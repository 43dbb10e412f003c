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

// TestTheStoryCanBeToldAgain tells it twice to one service, in which the console has
// loaded its sample: each telling removes what was there before.
func TestTheStoryCanBeToldAgain(t *testing.T) {
	e := kit.Start(t, runner.Config{CopyDisks: true})
	// The form of the sign-in page, which leads back there.
	back, err := http.PostForm(e.URL+"/local/sample", url.Values{
		"client_id": {issuer.Client}, "redirect_uri": {e.URL + "/console/signed-in"}, "response_type": {"code"}, "scope": {"openid"},
		"code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"},
	})
	if err != nil || back.StatusCode != 200 {
		t.Fatalf("the sample: %v, %v", back, err)
	}
	_ = back.Body.Close()
	for range 2 {
		if err := tell(newTeller(t.Context(), e.URL, io.Discard)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheStoryWithAnyLimit tells it where an image has little room.
func TestTheStoryWithAnyLimit(t *testing.T) {
	for _, limit := range []int{1, 3} {
		e := kit.Start(t, runner.Config{CopyDisks: true, ShareLimit: limit})
		if err := tell(newTeller(t.Context(), e.URL, io.Discard)); err != nil {
			t.Errorf("with %d: %v", limit, err)
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
