package runner_test

import (
	"fmt"
	"log/slog"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// newEnvironment is a service on SQLite with its data on disk, and a sharer and
// a recipient.
func newEnvironment(b *testing.B) *kit.Environment {
	b.Helper()
	e := kit.Start(b, runner.Config{DataDir: b.TempDir(), Log: slog.New(slog.DiscardHandler)}).Unchecked()
	for _, p := range []string{"sharer", "recipient"} {
		e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("a", p)).Is(201)
	}
	return e
}

func register(e *kit.Environment, id string) {
	e.T.Helper()
	e.Send(e.Platform(), "PUT", api.ImagePath("sharer", id), api.ImageBody(nil)).Is(201)
}

// BenchmarkShare is one share through HTTP, on disk.
func BenchmarkShare(b *testing.B) {
	e := newEnvironment(b)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		id := fmt.Sprintf("img-%d", i)
		register(e, id)
		b.StartTimer()
		e.Share("sharer", id, "recipient").Is(200)
	}
}

// BenchmarkSharedImagesPage is a page of 25 shared images out of 1,000.
func BenchmarkSharedImagesPage(b *testing.B) {
	e := newEnvironment(b)
	for i := range 1000 {
		id := fmt.Sprintf("img-%d", i)
		register(e, id)
		e.Share("sharer", id, "recipient").Is(200)
	}
	for b.Loop() {
		e.Send(e.Tenant("recipient"), "GET", api.ReceivedImagesPath("recipient")+"?limit=25", nil).Is(200)
	}
}
