package runner_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"image-sharing/local/runner"
)

// client calls a running service as one client does, over one connection.
type client struct {
	b   *testing.B
	url string
}

func (c client) call(token, method, path string, body any) []byte {
	c.b.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		c.b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.b.Context(), method, c.url+path, bytes.NewReader(content))
	if err != nil {
		c.b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.b.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		c.b.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, answer, err)
	}
	return answer
}

func (c client) token(scope string, projects ...string) string {
	c.b.Helper()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	request := map[string]any{"sub": "bench", "scope": scope, "projects": append([]string{}, projects...)}
	if err := json.Unmarshal(c.call("", "POST", "/local/token", request), &answer); err != nil {
		c.b.Fatal(err)
	}
	return answer.AccessToken
}

// newClient starts the service on SQLite with its data on disk, and registers
// a sharer and a recipient.
func newClient(b *testing.B) (c client, platform, tenant string) {
	b.Helper()
	r, err := runner.Start(b.Context(), runner.Config{
		DataDir: b.TempDir(), Engine: runner.SQLite, ShareLimit: 50, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Stop() })
	c = client{b, r.URL}
	platform, tenant = c.token("catalog:write"), c.token("images:read images:share", "sharer", "recipient")
	for _, p := range []string{"sharer", "recipient"} {
		c.call(platform, "PUT", "/v1/projects/"+p, map[string]string{"accountId": "a", "name": p})
	}
	return c, platform, tenant
}

func (c client) image(platform, id string) {
	c.b.Helper()
	c.call(platform, "PUT", "/v1/projects/sharer/images/"+id, map[string]any{
		"name": "bench", "region": "r", "kind": "Custom", "hostType": "UHost", "state": "Available",
		"systemDisk": map[string]any{"sizeGiB": 20, "snapshotId": "snap"},
	})
}

func (c client) share(tenant, id string) {
	c.b.Helper()
	c.call(tenant, "POST", "/v1/projects/sharer/images/"+id+"/shares", map[string]any{
		"projectIds": []string{"recipient"}, "acknowledgeSecurityReminder": true,
	})
}

// BenchmarkShare is one share through HTTP, on disk.
func BenchmarkShare(b *testing.B) {
	c, platform, tenant := newClient(b)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		id := fmt.Sprintf("img-%d", i)
		c.image(platform, id)
		b.StartTimer()
		c.share(tenant, id)
	}
}

// BenchmarkSharedImagesPage is a page of 25 shared images out of 1,000.
func BenchmarkSharedImagesPage(b *testing.B) {
	c, platform, tenant := newClient(b)
	for i := range 1000 {
		id := fmt.Sprintf("img-%d", i)
		c.image(platform, id)
		c.share(tenant, id)
	}
	for b.Loop() {
		c.call(tenant, "GET", "/v1/projects/recipient/shared-images?limit=25", nil)
	}
}
