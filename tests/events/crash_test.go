package events

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// TestKilledBetweenCommitAndDelivery kills the service under load, again and
// again on the same data. Every change that was acknowledged is an event after
// the restart, and no activity tells two things.
func TestKilledBetweenCommitAndDelivery(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "local")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "image-sharing/local").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v: %s", err, out)
	}
	dir := t.TempDir()
	acknowledged, observed := map[string]bool{}, map[string]string{}
	const rounds = 4
	for round := range rounds {
		url, kill := serve(t, binary, dir)
		e := kit.At(t, url).Unchecked()
		f := follow(t, e)
		var mu sync.Mutex
		var clients sync.WaitGroup
		token := e.Platform()
		for client := range 4 {
			clients.Go(func() {
				for i := 0; ; i++ {
					project := fmt.Sprintf("p-%d-%d-%d", round, client, i)
					r, err := e.Do(t.Context(), api.Request{Token: token, Method: "PUT", Path: api.ProjectPath(project), Body: api.ProjectBody("a", "n")})
					if err != nil {
						return // killed
					}
					mu.Lock()
					if r.Status == 201 {
						acknowledged[project] = true
					} else {
						t.Errorf("%s got %d %s", project, r.Status, r.Raw)
					}
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(20+30*round) * time.Millisecond)
		kill()
		clients.Wait()
		remember(t, observed, f.all())
	}
	if len(acknowledged) < 10 {
		t.Fatalf("%d changes were made: that proves nothing", len(acknowledged))
	}
	url, _ := serve(t, binary, dir)
	e := kit.At(t, url)
	e.Send(e.Platform(), "PUT", api.ProjectPath("last"), api.ProjectBody("a", "n")).Is(201)
	all := follow(t, e).until("the last change", func(all []event) bool {
		return len(all) > 0 && all[len(all)-1].detail(t).ProjectID == "last"
	})
	remember(t, observed, all)
	// The bus keeps a thousand: what was shown before a kill need not be among them.
	have := map[string]bool{}
	for _, detail := range observed {
		have[event{Detail: []byte(detail)}.detail(t).ProjectID] = true
	}
	for project := range acknowledged {
		if !have[project] {
			t.Errorf("%s was registered, and there is no event", project)
		}
	}
	t.Logf("%d kills, %d changes acknowledged, %d events", rounds, len(acknowledged), len(observed))
}

func remember(t *testing.T, observed map[string]string, all []event) {
	t.Helper()
	for _, ev := range all {
		id := ev.detail(t).ActivityID
		if before, again := observed[id]; again && before != string(ev.Detail) {
			t.Errorf("%s was %s before", ev.Detail, before)
		}
		observed[id] = string(ev.Detail)
	}
}

// serve runs what "make run" runs, on SQLite.
func serve(t *testing.T, binary, dir string) (url string, kill func()) {
	t.Helper()
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "PORT=0", "DATA_DIR="+dir, "ENGINE=sqlite", "DYNAMODB_ENDPOINT=", "JWT_ISSUER=", "JWT_AUDIENCE=")
	var log strings.Builder
	command.Stderr = &log
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = command.Process.Kill() // fails only if it has ended
		_ = command.Wait()
	})
	t.Cleanup(kill)
	stdout := bufio.NewReader(out)
	welcome, err := stdout.ReadString('\n')
	_, after, _ := strings.Cut(welcome, "Open ")
	url, _, _ = strings.Cut(after, " ")
	if err != nil || url == "" {
		kill()
		t.Fatalf("the service did not start (%v): %s", err, log.String())
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return url, kill
}
