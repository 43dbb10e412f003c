package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// TestTheStoryCanBeToldAgain tells it twice to one service: the second telling
// removes what the first has left. An image has room for one project there, and for 50
// where it is told once more.
func TestTheStoryCanBeToldAgain(t *testing.T) {
	little, usual := kit.Start(t, runner.Config{CopyDisks: true, ShareLimit: 1}), kit.Start(t, runner.Config{CopyDisks: true})
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
