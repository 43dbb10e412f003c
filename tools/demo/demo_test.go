package main

import (
	"io"
	"net/http"
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
