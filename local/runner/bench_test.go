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
		copied := beginCopy(e)
		awaitCopy(e, copied)
		b.StopTimer()
		e.Send(e.Platform(), "DELETE", copied, nil).Is(204) // or the disk of this machine fills up
		b.StartTimer()
	}
}

// beginCopy begins a copy of the image img, and returns its path.
func beginCopy(e *kit.Environment) string {
	e.T.Helper()
	return e.Send(e.Tenant("sharer"), "POST", api.CopyPath("sharer", "img"), api.Object{"name": "copy"}).Is(202).Header.Get("Location")
}

func awaitCopy(e *kit.Environment, path string) {
	e.T.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		switch state := e.Send(e.Tenant("sharer"), "GET", path, nil).Is(200).Text("state"); {
		case state == "Available":
			return
		case state == "Failed", time.Now().After(end):
			e.T.Fatalf("the copy is %s", state)
		}
	}
}

// BenchmarkCopiesOfSmallDisks is fifty images of a disk of 1 MiB, from the first
// request to the last that is Available.
func BenchmarkCopiesOfSmallDisks(b *testing.B) {
	const copies = 50
	e := newEnvironment(b)
	e.Send(e.Platform(), "PUT", "/local/disks/eu-west/"+api.SystemSnapshot, strings.Repeat("disk", 1<<20/4)).Is(201)
	e.Send(e.Platform(), "PUT", api.ImagePath("sharer", "img"), api.ImageBody(api.Object{"dataDisks": []api.Object{}})).Is(201)
	for b.Loop() {
		var begun [copies]string
		for i := range begun {
			begun[i] = beginCopy(e)
		}
		for _, path := range begun {
			awaitCopy(e, path)
		}
		b.StopTimer()
		for _, path := range begun {
			e.Send(e.Platform(), "DELETE", path, nil).Is(204)
		}
		b.StartTimer()
	}
	b.ReportMetric(copies*float64(b.N)/b.Elapsed().Minutes(), "disks/min")
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
