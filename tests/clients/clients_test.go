// Package clients asks whether a client that is generated from the OpenAPI document
// works: it runs docs/clients.md.
package clients

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestMain(m *testing.M) { kit.Main(m) }

// part is one language of docs/clients.md: commands that generate the client, a program,
// with its name in the first line, and commands that run it.
var part = regexp.MustCompile("(?s)\n## (TypeScript|Go|Python)\n.*?\n```sh\n(.*?)```\n\n```[a-z]+\n(?://|#) ([a-z.]+)\n(.*?)```\n\n```sh\n(.*?)```")

// unreachable is what package managers say when they cannot fetch something. What a
// generator says of the document is a failure.
var unreachable = regexp.MustCompile(`(?i)no such host|could not (resolve|find a version)|no matching distribution|connection refused|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|i/o timeout|max retries exceeded`)

// TestGeneratedClients generates each client and makes its call. Generators are fetched,
// so it runs by "make clients" only.
func TestGeneratedClients(t *testing.T) {
	if os.Getenv("CLIENTS") == "" {
		t.Skip("generators of clients are fetched from their registries: make clients")
	}
	text, err := os.ReadFile("../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := part.FindAllStringSubmatch(string(text), -1)
	if len(parts) != 3 {
		t.Fatalf("docs/clients.md has %d languages, not 3", len(parts))
	}
	e := kit.Start(t, runner.Config{})
	for _, project := range []string{"org-a", "org-b"} {
		e.Send(e.Platform(), "PUT", api.ProjectPath(project), api.ProjectBody("acct-1", project)).Is(201)
	}
	e.Send(e.Platform(), "PUT", api.ImagePath("org-a", "golden"), api.ImageBody(api.Object{"systemDisk": api.Object{"sizeGiB": 20, "snapshotId": "snap-1"}})).Is(201)
	e.Share("org-a", "golden", "org-b").Is(200)
	environment := append(os.Environ(), "URL="+e.URL, "TOKEN="+e.Token("images:read", "org-b"), "GOFLAGS=-mod=mod")
	for _, p := range parts {
		t.Run(p[1], func(t *testing.T) {
			folder := t.TempDir()
			shell := func(commands string) (string, error) {
				command := exec.CommandContext(t.Context(), "bash", "-eu", "-c", commands)
				command.Dir, command.Env = folder, environment
				out, err := command.CombinedOutput()
				return string(out), err
			}
			if out, err := shell(p[2]); err != nil && unreachable.MatchString(out) {
				t.Skipf("the generator cannot be had here: %v, %.2000s", err, out)
			} else if err != nil {
				t.Fatalf("%v, %.2000s", err, out)
			}
			if err := os.WriteFile(filepath.Join(folder, p[3]), []byte(p[4]), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := shell(p[5]); err != nil || !strings.HasSuffix(out, "share org-a 20\n") {
				t.Errorf("%v, %s", err, out)
			}
		})
	}
}
