package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/diskstore"
	"image-sharing/local/queue"
	"image-sharing/local/runner"
	"image-sharing/shared/service"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// TestASaveReachesTheCopier, once it is handled, across a restart; and so does a disk.
func TestASaveReachesTheCopier(t *testing.T) {
	got := make(chan events.SQSMessage, 100)
	answer := errors.New("not now")
	c := config(t.TempDir())
	c.CopyDisks = func(_ service.Store, disks *diskstore.Store) queue.Handler {
		return func(_ context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
			if _, f, err := disks.Export("r-1", "snap-1"); err != nil {
				t.Error(err)
			} else {
				_ = f.Close()
			}
			got <- e.Records[0]
			return events.SQSEventResponse{}, answer
		}
	}
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e := kit.At(t, r.URL)
	e.Unchecked().Send(e.Platform(), "PUT", "/local/disks/r-1/snap-1", "a disk").Is(201)
	owner, saver := e.Project("owner"), e.Project("saver")
	image := e.Image(owner, "golden", nil)
	e.Share(owner, image, saver)
	e.Send(e.Tenant(saver), "POST", api.SavePath(saver, image), api.Object{"name": "mine"}).Is(202)
	first := (<-got).Body
	var event struct {
		DetailType string `json:"detail-type"`
		Source     string
		Detail     struct{ Copy struct{ ProjectID string } }
	}
	if err := json.Unmarshal([]byte(first), &event); err != nil || event.DetailType != "ImageSaved" || event.Source != "image-sharing" || event.Detail.Copy.ProjectID != saver {
		t.Errorf("the event is %s", first)
	}
	mustStop(t, r)
	for len(got) > 0 {
		<-got
	}

	answer = nil
	r = mustStart(t, c)
	if again := (<-got).Body; again != first {
		t.Errorf("after the restart there is %s", again)
	}
	kept := filepath.Join(c.DataDir, "queue", "copy-disks")
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		entries, err := os.ReadDir(kept)
		if err == nil && len(entries) == 1 && !strings.HasSuffix(entries[0].Name(), ".json") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("there are %v %v", entries, err)
		}
	}
	mustStop(t, r)
	mustStart(t, c) // the bus gets the event again
	select {
	case m := <-got:
		t.Errorf("it came again: %s", m.Body)
	case <-time.After(500 * time.Millisecond):
	}
}

// TestARunInMemoryLeavesNoDisks.
func TestARunInMemoryLeavesNoDisks(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r, err := runner.Start(t.Context(), config(runner.InMemory))
	if err != nil {
		t.Fatal(err)
	}
	e := kit.At(t, r.URL)
	e.Unchecked().Send(e.Platform(), "PUT", "/local/disks/r-1/snap-1", "a disk").Is(201)
	mustStop(t, r)
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("there are %v %v", left, err)
	}
}
