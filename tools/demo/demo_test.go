package main

import (
	"io"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// TestTheStoryCanBeToldAgain tells it twice to one service: the second telling
// removes what the first has left.
func TestTheStoryCanBeToldAgain(t *testing.T) {
	e := kit.Start(t, runner.Config{CopyDisks: true})
	for range 2 {
		if err := tell(newTeller(t.Context(), e.URL, io.Discard)); err != nil {
			t.Fatal(err)
		}
	}
}
