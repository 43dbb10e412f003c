// Package storetest is the one suite that every store passes. It holds a store
// to the comments of service.Store and, through it, to the transitions of package
// sharing, as a caller meets them.
//
// The suite does not need a store of its own: every test has its own projects
// and images, under ids that are new each time.
package storetest

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

// Run runs the suite on a store.
func Run(t *testing.T, store service.Store) {
	targets := registerTargets(t, store)
	for _, topic := range []struct {
		name  string
		tests []test
	}{
		{"catalog", catalogTests},
		{"share", shareTests},
		{"unshare", unshareTests},
		{"policy", policyTests},
		{"answers", answerTests},
		{"save", saveTests},
		{"copying", copyingTests},
		{"lists", listTests},
		{"suspension", suspensionTests},
		{"deletion", deletionTests},
		{"concurrency", concurrencyTests},
		{"clocks", clockTests},
		{"activity", activityTests},
		{"closing", closingTests},
	} {
		for _, test := range topic.tests {
			t.Run(topic.name+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				test.run(&suite{T: t, store: store, targets: targets, prefix: newPrefix()})
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
	store service.Store
	// targets are registered projects to share with. All tests share with them,
	// so no test may rely on what is in their lists.
	targets  []sharing.ProjectID
	projects []sharing.ProjectID // of the test
	prefix   string
}

// targetCount is four times as many as an image can be shared with.
const targetCount = 4 * sharing.MaxShares

func registerTargets(t *testing.T, store service.Store) []sharing.ProjectID {
	t.Helper()
	prefix := newPrefix()
	targets := make([]sharing.ProjectID, targetCount)
	for i := range targets {
		targets[i] = sharing.ProjectID(fmt.Sprintf("%s.target-%03d", prefix, i))
	}
	for i, err := range concurrently(len(targets), func(i int) error {
		_, _, err := store.PutProject(t.Context(), sharing.PutProjectCommand{ID: targets[i], ProjectSpec: projectSpec(targets[i]), Origin: sample.Origin(at(0))})
		return err
	}) {
		if err != nil {
			t.Fatalf("registering %s: %v", targets[i], err)
		}
	}
	return targets
}

// newPrefix has upper and lower case, as ids may.
func newPrefix() string { return "T" + strings.ToLower(rand.Text()[:12]) }

// at is a moment of the tests' own time, n seconds and n microseconds after
// its start.
func at(n int) time.Time {
	return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * (time.Second + time.Microsecond))
}
