package runner_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// newEnvironment is a service on SQLite with its data on disk, and a sharer.
func newEnvironment(b *testing.B) *kit.Environment {
	b.Helper()
	e := kit.Start(b, runner.Config{DataDir: b.TempDir(), CopyDisks: true, Log: slog.New(slog.DiscardHandler)}).Unchecked()
	e.Send(e.Platform(), "PUT", api.ProjectPath("sharer"), api.ProjectBody("a", "sharer")).Is(201)
	return e
}

// diskBytes are four parts of a copy.
const diskBytes = 256 << 20

// BenchmarkCopyOfADisk is from the request to the copy that is Available.
func BenchmarkCopyOfADisk(b *testing.B) {
	e := newEnvironment(b)
	e.Send(e.Platform(), "PUT", "/local/disks/eu-west/"+api.SystemSnapshot, strings.Repeat("disk", diskBytes/4)).Is(201)
	e.Send(e.Platform(), "PUT", api.ImagePath("sharer", "img"), api.ImageBody(api.Object{"dataDisks": []api.Object{}})).Is(201)
	b.SetBytes(diskBytes)
	for b.Loop() {
		path := e.Send(e.Tenant("sharer"), "POST", api.ImagePath("sharer", "img")+"/copy", api.Object{"name": "copy"}).Is(202).Header.Get("Location")
		for state := ""; state != "Available"; time.Sleep(5 * time.Millisecond) {
			if state = e.Send(e.Tenant("sharer"), "GET", path, nil).Is(200).Text("state"); state == "Failed" {
				b.Fatal("the copy has failed")
			}
		}
		b.StopTimer()
		e.Send(e.Platform(), "DELETE", path, nil).Is(204) // or the disk of this machine fills up
		b.StartTimer()
	}
}

// BenchmarkBareCopyOfADisk is what the system takes for the same bytes, on disk.
func BenchmarkBareCopyOfADisk(b *testing.B) {
	dir := b.TempDir()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	must(os.WriteFile(filepath.Join(dir, "disk"), bytes.Repeat([]byte("disk"), diskBytes/4), 0o600))
	b.SetBytes(diskBytes)
	for b.Loop() {
		from, err := os.Open(filepath.Join(dir, "disk"))
		must(err)
		to, err := os.Create(filepath.Join(dir, "copy"))
		must(err)
		_, err = io.Copy(to, from)
		must(errors.Join(err, to.Sync(), to.Close(), from.Close()))
	}
}
