package runner_test

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// TestCopiesHaveDisksOfTheirOwn: what is saved becomes Available with the source's
// bytes, after a restart too, and they go with the copy. What the platform brought in
// stays.
func TestCopiesHaveDisksOfTheirOwn(t *testing.T) {
	c := config(t.TempDir())
	c.CopyDisks = true
	r := mustStart(t, c)
	e := kit.At(t, r.URL).Unchecked()
	disk := make([]byte, 65<<20) // two parts
	_, _ = rand.NewChaCha8([32]byte{}).Read(disk)
	e.Send(e.Platform(), "PUT", "/local/disks/eu-west/"+api.SystemSnapshot, string(disk)).Is(201)
	owner, saver := e.Project("owner"), e.Project("saver")
	image := e.Image(owner, "golden", nil)
	e.Share(owner, image, saver).Is(200)
	saved := e.Send(e.Tenant(saver), "POST", api.SavePath(saver, image), api.Object{"name": "mine"}).Is(202).Text("imageId")
	e.Send(e.Platform(), "DELETE", api.ImagePath(owner, image), nil).Is(204) // the copy goes on without
	mustStop(t, r)

	r = mustStart(t, c)
	e = kit.At(t, r.URL).Unchecked()
	var snapshot string
	eventually(t, "the copy is Available", func() bool {
		img := e.Send(e.Tenant(saver), "GET", api.ImagePath(saver, saved), nil).Is(200)
		snapshot, _ = img.Body["systemDisk"].(api.Object)["snapshotId"].(string)
		return img.Body["state"] == "Available"
	})
	copied := "/local/disks/eu-west/" + snapshot
	if got := e.Send(e.Platform(), "GET", copied, nil).Is(200).Raw; got != string(disk) {
		t.Errorf("the copy has %d other bytes", len(got))
	}
	e.Send(e.Platform(), "DELETE", api.ImagePath(saver, saved), nil).Is(204)
	eventually(t, "the copy's disk is gone", func() bool { return e.Send(e.Platform(), "GET", copied, nil).Status == 404 })
	e.Send(e.Platform(), "GET", "/local/disks/eu-west/"+api.SystemSnapshot, nil).Is(200)
	mustStop(t, r)
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("after 30 s it is not so that " + what)
		}
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
