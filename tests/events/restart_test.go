package events

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// TestARestartShowsTheSameEvents, in the same order, though with other ids.
func TestARestartShowsTheSameEvents(t *testing.T) {
	for _, store := range kit.Stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			c := runner.Config{Store: store, DataDir: t.TempDir(), TableName: "test-" + rand.Text()}
			var details []string
			t.Run("before", func(t *testing.T) {
				e := kit.Start(t, c)
				f := follow(t, e)
				for i := range 5 {
					e.Project(fmt.Sprint("p", i))
				}
				for _, ev := range f.until("the fifth", func(all []event) bool { return len(all) >= 5 }) {
					details = append(details, string(ev.Detail))
				}
			})
			if len(details) == 0 {
				t.Skip("it did not run")
			}
			e := kit.Start(t, c)
			f := follow(t, e)
			late := e.Project("late")
			var again []string
			for _, ev := range f.until("what came after the restart", func(all []event) bool {
				return len(all) > 0 && all[len(all)-1].detail(t).ProjectID == late
			}) {
				again = append(again, string(ev.Detail))
			}
			if n := len(again) - 1; !slices.Equal(again[:n], details) {
				t.Errorf("after the restart there were\n%q, before it\n%q", again[:n], details)
			}
		})
	}
}

// TestAServiceStopsUnderOpenStreams: whoever follows keeps it neither from
// stopping nor waits itself.
func TestAServiceStopsUnderOpenStreams(t *testing.T) {
	t.Run("service", func(t *testing.T) {
		e := kit.Start(t, runner.Config{})
		f, other := follow(t, e), follow(t, e)
		e.Send(e.Platform(), "PUT", api.ProjectPath("p"), api.ProjectBody("a", "n")).Is(201)
		for _, one := range []*follower{f, other} {
			one.until("the event", func(all []event) bool { return len(all) == 1 })
		}
	}) // kit.Start's clean-up fails the test if the stop does
}
