package contract

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"image-sharing/console"
	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// browser follows no redirect, as a page's script does that reads where one leads.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

const (
	verifier  = "a-verifier-of-43-characters-or-more-01234567"
	challenge = "5YYRg5K7xZ5FNYS7SygLyGsd2wyyoeeRR2AJpokby4Q"
)

// signIn signs somebody in to the console at an origin, and returns the access token.
func signIn(t *testing.T, origin, person string) string {
	t.Helper()
	callback := origin + "/console/signed-in"
	request := url.Values{
		"client_id": {"console"}, "redirect_uri": {callback}, "response_type": {"code"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
		"scope": {"openid images:read images:share images:save images:write catalog:read catalog:write"}, "state": {"s"}, "person": {person},
	}
	r, err := browser.PostForm(origin+"/local/sign-in", request)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	answer, err := r.Location()
	if err != nil {
		t.Fatalf("%s: %v", r.Status, err)
	}
	r, err = browser.PostForm(origin+"/local/sign-in/token", url.Values{
		"client_id": {"console"}, "redirect_uri": {callback}, "grant_type": {"authorization_code"}, "code": {answer.Query().Get("code")}, "code_verifier": {verifier},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil || got.AccessToken == "" {
		t.Fatalf("%s: %v", r.Status, err)
	}
	return got.AccessToken
}

// loadSample clicks on the page's button.
func loadSample(t *testing.T, origin string) {
	t.Helper()
	r, err := browser.PostForm(origin+"/local/sample", url.Values{
		"client_id": {"console"}, "redirect_uri": {origin + "/console/signed-in"}, "response_type": {"code"}, "scope": {"openid"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	})
	if err != nil || r.StatusCode != 303 {
		t.Fatalf("%v, %v", r, err)
	}
	_ = r.Body.Close()
}

// TestTheConsoleNeedsNoToken, nor does the way to it, and none is a hindrance.
func TestTheConsoleNeedsNoToken(t *testing.T) {
	e := kit.Shared(t, runner.SQLite)
	for _, token := range []string{"", e.Tenant("p"), "nonsense"} {
		for _, path := range []string{"/", "/console", "/console/", "/console/projects/p/images/i.1"} { // the client follows where / leads
			page := e.Send(token, "GET", path, nil).Is(200)
			if !strings.Contains(page.Raw, "/console/assets/") || page.Header.Get("Content-Security-Policy") == "" || page.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%s: %v %s", path, page.Header, page.Raw)
			}
		}
		e.Send(token, "GET", "/console/assets/none.js", nil).Refused(404, "RouteNotFound")
		e.Send(token, "POST", "/console/", api.Object{}).Refused(405, "MethodNotAllowed")
	}
}

// TestTheStepsOfTheConsole on each store, as its page takes them: whoever signs in sees
// the sample's projects, shares, saves, and the copy gets a disk of its own.
func TestTheStepsOfTheConsole(t *testing.T) {
	for _, store := range kit.Stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			e := kit.Start(t, runner.Config{Store: store, CopyDisks: true})
			for _, origin := range []string{e.URL, strings.Replace(e.URL, "127.0.0.1", "localhost", 1)} {
				config := e.Send("", "GET", "/console/config.json", nil).Is(200)
				config.Has("authority", e.URL).Has("clientId", "console").Has("local", true)
				loadSample(t, origin)
				alice, bob := signIn(t, origin, "alice"), signIn(t, origin, "bob")
				if got := e.Send(alice, "GET", "/v1/projects", nil).Is(200); len(got.Objects("projects")) != 1 {
					t.Fatalf("alice sees %s", got.Raw)
				}
				e.Send(alice, "POST", api.SharesPath("acme-web", "web-golden"), api.ShareBody("globex-app")).Is(200)
				copied := e.Send(bob, "POST", api.SavePath("globex-app", "web-golden"), api.Object{"name": "mine"}).Is(202).Text("imageId")
				for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
					img := e.Send(bob, "GET", api.ImagePath("globex-app", copied), nil).Is(200)
					if img.Text("state") == "Available" {
						break
					}
					if time.Now().After(end) {
						t.Fatalf("the copy is %s", img.Raw)
					}
				}
				if got := e.Send(signIn(t, origin, "platform"), "GET", api.ProjectPath("globex-ops"), nil); got.Status != 200 {
					t.Errorf("the platform sees %s", got.Raw)
				}
			}
		})
	}
}

var (
	named     = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	inline    = regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>\s*[^\s<]|<style|\sstyle=|\son[a-z]+=`)
	withAHash = regexp.MustCompile(`-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)
)

// firstPageBytes is the most that the first page transfers, compressed.
const firstPageBytes = 450_000

// TestTheBundleIsWhole: the page that is committed names files that are there, with
// their hash in their name, and nothing that its own policy would stop; and is soon there.
func TestTheBundleIsWhole(t *testing.T) {
	e := kit.Shared(t, runner.SQLite)
	transferred := func(path string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip") // and is not decoded then
		response, err := browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		n, err := io.Copy(io.Discard, response.Body)
		if err != nil || response.StatusCode != 200 {
			t.Errorf("%s: %s, %v", path, response.Status, err)
		}
		return int(n)
	}
	page := e.Send("", "GET", "/console/", nil).Is(200).Raw
	if found := inline.FindString(page); found != "" {
		t.Errorf("the page has %q of its own, which its policy stops", found)
	}
	bytes, scripts := transferred("/console/"), 0
	for _, m := range named.FindAllStringSubmatch(page, -1) {
		path := m[1]
		if strings.HasPrefix(path, "data:") {
			continue
		}
		if !strings.HasPrefix(path, "/console/") {
			t.Errorf("the page names %s", path)
			continue
		}
		bytes += transferred(path)
		if strings.HasSuffix(path, ".js") {
			scripts++
		}
	}
	if scripts == 0 || bytes > firstPageBytes {
		t.Errorf("the page has %d scripts, and transfers %d bytes", scripts, bytes)
	}
	err := fs.WalkDir(console.Files(), "assets", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !withAHash.MatchString(path) {
			t.Errorf("%s has no hash in its name, and is kept for a year", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
