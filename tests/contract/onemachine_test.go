package contract

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

var backUp = regexp.MustCompile("(?s)\n## Back up\n.*?\n```sh\n(.*?)```")

// TestABackupWhileTheServiceWrites runs the commands of docs/one-machine.md, and starts
// the service on what they have made: every change that was answered before is there.
func TestABackupWhileTheServiceWrites(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("this test runs the commands of docs/one-machine.md: install sqlite3")
		}
		t.Skip("docs/one-machine.md makes backups with sqlite3, which is not installed")
	}
	text, err := os.ReadFile("../../docs/one-machine.md")
	if err != nil {
		t.Fatal(err)
	}
	block := backUp.FindSubmatch(text)
	if block == nil {
		t.Fatal("docs/one-machine.md has no commands for a backup")
	}
	data, folder := t.TempDir(), t.TempDir()
	e := kit.Start(t, runner.Config{DataDir: data, CopyDisks: true})
	e.Send(e.Platform(), "PUT", "/local/disks/eu-west/"+api.SystemSnapshot, "a disk").Is(201)
	owner, target := e.Project("owner"), e.Project("target")
	image := e.Image(owner, "golden", nil)
	e.Share(owner, image, target).Is(200)

	var written, stop atomic.Int32
	ended := make(chan struct{})
	go func() { // writes as fast as it can until the backup is made
		defer close(ended)
		for stop.Load() == 0 {
			n := written.Load()
			r, err := e.Do(t.Context(), api.Request{Token: e.Platform(), Method: "PUT", Path: api.ProjectPath(fmt.Sprint("more-", n)), Body: api.ProjectBody("a", "n")})
			if err != nil || r.Status != 201 {
				t.Errorf("during the backup: %d, %v", r.Status, err)
				return
			}
			written.Store(n + 1)
		}
	}()
	before := written.Load()
	script := regexp.MustCompile(`(?m)^DATA=.*$`).ReplaceAllLiteralString(string(block[1]), "DATA="+data+" BACKUP="+folder)
	out, err := exec.CommandContext(t.Context(), "bash", "-eu", "-c", script).CombinedOutput()
	stop.Store(1)
	<-ended
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "ok") {
		t.Fatalf("the backup: %v, %s", err, out)
	}

	if _, err := os.Stat(filepath.Join(folder, "queue")); err != nil {
		t.Error(err)
	}
	r := kit.Start(t, runner.Config{DataDir: folder, CopyDisks: true})
	r.Send(r.Tenant(target), "GET", api.ReceivedPath(target, image), nil).Is(200)
	if got := r.Send(r.Platform(), "GET", "/local/disks/eu-west/"+api.SystemSnapshot, nil).Is(200).Raw; got != "a disk" {
		t.Errorf("the disk is %q", got)
	}
	for n := range before {
		r.Send(r.Platform(), "GET", api.ProjectPath(fmt.Sprint("more-", n)), nil).Is(200)
	}
}
