package robustness

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/budget"
)

// TestLinearizability has many clients send random requests about few images at
// the same time, and checks that what was reported to them is what a service would
// have reported that does one request after the other.
func TestLinearizability(t *testing.T) {
	onEachStore(t, func(t *testing.T, store string) {
		c := runner.Config{Store: store, ShareLimit: lowLimit}
		if store == runner.DynamoDB {
			c.DynamoDBEndpoint = unsteady(t)
		} else {
			c.DataDir = t.TempDir() // in a file, reads do not wait for writes as they do in memory
		}
		e := kit.Start(t, c).Unchecked()
		s := settingOf(e)
		s.unlisted = store == runner.DynamoDB // where many responses are lost
		linearizable(t, linearShare, 8, func() (*kit.Environment, setting) { return e, s }, func(*history, func() bool) {})
	})
}

// The histories are short and many, because to check one takes time that grows
// fast with its length.
const (
	fewImages   = 2
	fewTargets  = 7
	fewRequests = 12 // of each client
	lowLimit    = 3  // full most of the time
)

// linearizable checks history after history. Meanwhile something may go wrong,
// until the clients have done.
func linearizable(t *testing.T, share float64, short int, start func() (*kit.Environment, setting), meanwhile func(h *history, done func() bool)) {
	met, moments, rounds := counts{}, 0, 0
	var e *kit.Environment
	for _, random := range budget.Rounds(t, share, short) {
		var s setting
		e, s = start()
		h := newHistory(e, s, 2, fewTargets, nil, met)
		h.register(fewImages)
		var done atomic.Bool
		trouble := make(chan struct{})
		go func() {
			defer close(trouble)
			meanwhile(h, done.Load)
		}()
		h.work(random, clients, func(n int) bool { return n == fewRequests })
		done.Store(true)
		<-trouble
		h.all(h.everything())
		moments += h.check()
		rounds++
	}
	t.Logf("%d moments of %s", moments, met)
	sound(e)
	if missing := met.missing(mostOutcomes); len(missing) > 0 && rounds >= 4 {
		t.Errorf("no history met %q", missing)
	}
}

// mostOutcomes are what some histories must meet to prove something.
var mostOutcomes = []string{
	"PutImage 200", "PutImage 201", "PatchImage 200", "DeleteImage 204", "ShareImage 200", "ShareImage 409 ShareLimitExceeded", "ShareImage 409 ImageNotAvailable",
	"ShareImage 404 ImageNotFound", "UnshareImage 204", "UnshareImage 404 ShareNotFound", "LaunchCheck 200", "LaunchCheck 404 ImageNotFound",
	"SaveImage 202", "SaveImage 404 ImageNotFound", "ListImages 200", "ListShares 200", lost,
	"AnswerShare 200", "AnswerShare 404 ImageNotFound",
}

// indexLag is by how much the index of TestListsWithALateIndex is behind at
// most: longer than most histories take.
const indexLag = time.Second

// TestListsWithALateIndex has the same histories on a DynamoDB whose index is
// behind, as a deployed one may be for a moment, and DynamoDB Local's never is.
// What a list may be behind with, and what not, is in the specification
// (model.Moment).
func TestListsWithALateIndex(t *testing.T) {
	t.Parallel()
	dice := newDice(1)
	behind := func(earlier []indexResponse) indexResponse {
		recent := slices.DeleteFunc(slices.Clone(earlier), func(r indexResponse) bool { return time.Since(r.at) > indexLag })
		if len(recent) == 0 {
			return earlier[len(earlier)-1]
		}
		one, another := recent[dice.roll(len(recent))], recent[dice.roll(len(recent))]
		if dice.roll(3) == 0 {
			// Not all of the index need be behind alike: it may still have what was
			// changed, and already what it was changed to.
			return one.with(another)
		}
		return one
	}
	e := kit.Start(t, runner.Config{Store: runner.DynamoDB, ShareLimit: lowLimit, DynamoDBEndpoint: lateIndex(t, behind)}).Unchecked()
	s := settingOf(e)
	s.lag, s.unlisted = indexLag, true
	linearizable(t, lateIndexShare, 2, func() (*kit.Environment, setting) { return e, s }, func(*history, func() bool) {})
}

// TestLateCleanUpLeavesANewImageAlone has the same histories on a table whose
// stream is read late, and again and again from its beginning, while the ids of
// deleted images are registered and shared anew. In the end nothing is left of
// the former ones.
func TestLateCleanUpLeavesANewImageAlone(t *testing.T) {
	t.Parallel()
	start := func() (*kit.Environment, setting) {
		e := kit.Start(t, runner.Config{Store: runner.DynamoDB, ShareLimit: lowLimit, WithoutCleanUp: true}).Unchecked()
		s := settingOf(e)
		s.unlisted = true
		return e, s
	}
	linearizable(t, cleanUpShare, 2, start, func(h *history, done func() bool) {
		for !done() {
			readStream(h, func() { time.Sleep(200 * time.Millisecond) })
		}
		readStream(h, func() {
			for end := time.Now().Add(time.Minute); len(h.Inspect().Orphans) > 0; time.Sleep(50 * time.Millisecond) {
				if time.Now().After(end) {
					t.Error("there are still orphans")
					return
				}
			}
			sound(h.Environment)
		})
	})
}

// readStream has another service read the table's stream from its beginning.
func readStream(h *history, meanwhile func()) {
	c := h.Config
	c.WithoutCleanUp = false
	r, err := runner.Start(context.WithoutCancel(h.T.Context()), c)
	if err != nil {
		h.T.Error(err)
		return
	}
	meanwhile()
	if err := r.Stop(); err != nil {
		h.T.Error(err)
	}
}

// TestAListBelievesItsIndexNothing has an index that is behind without end, and
// ends a share in every way there is.
func TestAListBelievesItsIndexNothing(t *testing.T) {
	t.Parallel()
	oldest := func(earlier []indexResponse) indexResponse { return earlier[0] }
	e := kit.Start(t, runner.Config{Store: runner.DynamoDB, DynamoDBEndpoint: lateIndex(t, oldest)})
	owner, target := e.Project("owner"), e.Project("target")
	path := api.ReceivedImagesPath(target) + "?region=eu-west"
	unshared, deleted, moved := e.Image(owner, "unshared", nil), e.Image(owner, "deleted", nil), e.Image(owner, "moved", nil)
	for _, img := range []string{unshared, deleted, moved} {
		e.Share(owner, img, target).Is(200)
	}
	listed := func(want ...string) {
		t.Helper()
		if ids := e.Send(e.Tenant(target), "GET", path, nil).Is(200).IDs(); !slices.Equal(ids, want) {
			t.Errorf("the list has %v, not %v", ids, want)
		}
	}
	listed(moved, deleted, unshared)
	e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, unshared, target), nil).Is(204)
	listed(moved, deleted)
	e.Send(e.Tenant(target), "PUT", api.StatusPath(target, moved), api.Object{"status": "declined"}).Is(200)
	listed(deleted)
	e.Send(e.Tenant(target), "PUT", api.StatusPath(target, moved), api.Object{"status": "accepted"}).Is(200)
	listed(moved, deleted)
	e.Send(e.Platform(), "DELETE", api.ImagePath(owner, deleted), nil).Is(204)
	listed(moved)
	// The id again, shared with the same project, but in another region (R2).
	e.Send(e.Platform(), "DELETE", api.ImagePath(owner, moved), nil).Is(204)
	e.Send(e.Platform(), "PUT", api.ImagePath(owner, moved), api.ImageBody(api.Object{"region": "us-east"})).Is(201)
	e.Share(owner, moved, target).Is(200)
	listed()
}

// TestAListShowsAnImageOnce has an index that still has a share that was
// cancelled, and already the one that was given after it.
func TestAListShowsAnImageOnce(t *testing.T) {
	t.Parallel()
	both := func(earlier []indexResponse) indexResponse { return earlier[0].with(earlier[len(earlier)-1]) }
	e := kit.Start(t, runner.Config{Store: runner.DynamoDB, DynamoDBEndpoint: lateIndex(t, both)})
	owner, target := e.Project("owner"), e.Project("target")
	img := e.Image(owner, "img", nil)
	e.Share(owner, img, target).Is(200)
	list := func() []api.Object {
		return e.Send(e.Tenant(target), "GET", api.ReceivedImagesPath(target), nil).Is(200).Objects("images")
	}
	list()
	e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
	again := e.Share(owner, img, target).Is(200).Objects("shares")[0]
	if listed := list(); len(listed) != 1 || listed[0]["imageId"] != img || listed[0]["sharedAt"] != again["sharedAt"] {
		t.Errorf("the list has %v, not once what is shared since %s", listed, again["sharedAt"])
	}
}

// TestARepeatedSaveFindsItsCopyWhateverItReadFirst repeats a save with its key
// while the first one is still under way: the repetition finds no copy, then
// the first save makes it, then the share ends, and only then the repetition
// reads the source. BatchGetItem is no snapshot, and it may leave keys for
// another call (DynamoDB API reference, BatchGetItem, UnprocessedKeys). The same
// of a copy that has failed, which the first save begins again.
func TestARepeatedSaveFindsItsCopyWhateverItReadFirst(t *testing.T) {
	t.Parallel()
	var meanwhile atomic.Pointer[func()]
	e := kit.Start(t, runner.Config{Store: runner.DynamoDB, DynamoDBEndpoint: kit.Proxy(t, func(w http.ResponseWriter, c kit.Call) {
		if c.Operation == "BatchGetItem" {
			if between := meanwhile.Swap(nil); between != nil {
				leaveFirst(t, w, c, *between) // the source
				return
			}
		}
		c.Forward(w)
	})})
	owner, target := e.Project("owner"), e.Project("target")
	img := e.Image(owner, "img", nil)
	e.Share(owner, img, target).Is(200)
	save := func() kit.Response {
		return e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}, "Idempotency-Key", "key")
	}
	var first kit.Response
	between := func() {
		first = save()
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil)
	}
	for range 2 {
		meanwhile.Store(&between)
		repeated := save()
		if meanwhile.Load() != nil {
			t.Fatal("the repetition did not read the source by BatchGetItem")
		}
		repeated.Is(202).Has("imageId", first.Is(202).Body["imageId"]).Has("state", "Creating")
		e.Send(e.Platform(), "PATCH", api.ImagePath(target, first.Text("imageId")), api.Object{"state": "Failed"}).Is(200)
		e.Share(owner, img, target).Is(200)
	}
}
