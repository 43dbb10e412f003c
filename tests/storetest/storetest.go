// Package storetest is the one suite that every engine passes. It holds an
// engine to the comments of service.Engine and, through it, to the transitions
// of package sharing, as a caller meets them.
//
// The suite does not need an engine of its own: every test has its own
// projects and images, under ids that are new each time.
package storetest

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Run runs the suite on one engine. open registers what closes the engine with
// t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) service.Store) {
	engine := open(t)
	crowd := registerCrowd(t, engine)
	for _, topic := range []struct {
		name  string
		tests []test
	}{
		{"catalog", catalogTests},
		{"share", shareTests},
		{"unshare", unshareTests},
		{"save", saveTests},
		{"lists", listTests},
		{"deletion", deletionTests},
		{"concurrency", concurrencyTests},
	} {
		for _, test := range topic.tests {
			t.Run(topic.name+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				test.run(&suite{T: t, engine: engine, crowd: crowd, prefix: newPrefix()})
			})
		}
	}
}

type test struct {
	name string
	run  func(*suite)
}

// suite is what one test works with.
type suite struct {
	*testing.T
	engine service.Store
	// crowd are registered projects to share with. All tests share with them,
	// so no test may rely on what is in their lists.
	crowd  []sharing.ProjectID
	prefix string
}

// crowdSize is four times as many as an image can be shared with.
const crowdSize = 4 * sharing.MaxShares

func registerCrowd(t *testing.T, engine service.Store) []sharing.ProjectID {
	t.Helper()
	prefix := newPrefix()
	crowd := make([]sharing.ProjectID, crowdSize)
	for i := range crowd {
		crowd[i] = sharing.ProjectID(fmt.Sprintf("%s.crowd-%03d", prefix, i))
	}
	for i, err := range concurrently(len(crowd), func(i int) error {
		_, _, err := engine.PutProject(t.Context(), sharing.PutProjectCommand{ID: crowd[i], ProjectSpec: projectSpec(crowd[i]), Now: at(0)})
		return err
	}) {
		if err != nil {
			t.Fatalf("registering %s: %v", crowd[i], err)
		}
	}
	return crowd
}

// newPrefix has upper and lower case, as ids may.
func newPrefix() string { return "T" + strings.ToLower(rand.Text()[:12]) }

// at is a moment of the tests' own time, n seconds and n microseconds after
// its start.
func at(n int) time.Time {
	return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * (time.Second + time.Microsecond))
}
