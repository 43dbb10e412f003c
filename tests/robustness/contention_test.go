package e2e

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

// ring is an owner and its crowd, who contend for one image after another.
type ring struct {
	*arena
	owner, token, catalog string
	crowd                 []string
	images                int
	figures               figures
}

func newRing(a *arena, crowd int) *ring {
	a.crowded()
	r := &ring{arena: a, owner: a.project("owner"), catalog: a.platform()}
	for i := range crowd {
		r.crowd = append(r.crowd, a.id(fmt.Sprintf("crowd%03d", i)))
	}
	const atOnce = 16
	for some := range slices.Chunk(r.crowd, atOnce) {
		for _, registered := range together(len(some), func(i int) answer {
			return r.send(r.catalog, "PUT", "/v1/projects/"+some[i], object{"accountId": "acct", "name": "Project"})
		}) {
			registered.is(201)
		}
	}
	r.token = a.tenant(append(r.crowd[:crowd:crowd], r.owner)...)
	return r
}

// contend runs a test of contention on both engines, round after round, each
// with a new image that the owner has shared with nobody yet.
func contend(t *testing.T, crowd int, round func(r *ring, img string, random *rand.Rand)) {
	eachArena(t, func(t *testing.T, engine string) {
		r := newRing(newArena(t, engine, sharing.MaxShares), crowd)
		for random := range rounds(t, contentionShare, 1) {
			img := r.newImage()
			round(r, img, random)
			r.delete(img)
			r.sound()
		}
		t.Log(&r.figures)
	})
}

func (r *ring) newImage() string {
	r.images++
	return r.image(r.owner, fmt.Sprintf("img-%d", r.images), nil)
}

// ask sends a request whose answer may get lost, as it may on a slow machine
// when so many are sent at once. Its status is 0 then.
func (r *ring) ask(token, method, path string, body any) answer {
	a, _ := r.try(context.WithoutCancel(r.t.Context()), token, method, path, body)
	return a
}

func (r *ring) share(img string, targets ...string) answer {
	return r.ask(r.token, "POST", sharesPath(r.owner, img), shareBody(targets...))
}

func (r *ring) unshare(img, target string) answer {
	return r.ask(r.token, "DELETE", sharesPath(r.owner, img)+"/"+target, nil)
}

func (r *ring) save(img, target string) answer {
	return r.ask(r.token, "POST", sharedPath(target, img)+"/save", object{"name": "copy"})
}

func (r *ring) delete(img string) answer {
	return r.ask(r.catalog, "DELETE", imagePath(r.owner, img), nil)
}

// isSharedWith fails the test unless the image is shared with exactly these of
// the crowd, whoever is asked: the owner by the image and by its shares, each
// of the crowd by the launch check and by its list.
func (r *ring) isSharedWith(img string, targets []string) {
	r.t.Helper()
	r.send(r.token, "GET", imagePath(r.owner, img), nil).is(200).has("shareCount", len(targets))
	shares := r.send(r.token, "GET", sharesPath(r.owner, img), nil).is(200).has("shareCount", len(targets))
	var listed []string
	for _, s := range shares.body["shares"].([]any) {
		listed = append(listed, s.(object)["projectId"].(string))
	}
	slices.Sort(listed)
	if want := slices.Sorted(slices.Values(targets)); !slices.Equal(listed, want) {
		r.t.Errorf("the shares are %v, not %v", listed, want)
	}
	checks := together(len(r.crowd), func(i int) answer { return r.send(r.token, "GET", sharedPath(r.crowd[i], img), nil) })
	lists := together(len(r.crowd), func(i int) answer {
		return r.send(r.token, "GET", "/v1/projects/"+r.crowd[i]+"/shared-images?limit=100", nil)
	})
	for i, p := range r.crowd {
		want := slices.Contains(targets, p)
		if got := checks[i].status == 200; got != want || !got && checks[i].body["code"] != "ImageNotFound" {
			r.t.Errorf("the launch check of %s, shared %t, answered %s", p, want, checks[i].raw)
		}
		if got := slices.Contains(lists[i].is(200).ids(), img); got != want {
			r.t.Errorf("the list of %s, shared %t, shows it: %t", p, want, got)
		}
	}
	r.sound()
}

func TestR03HoldsFor200SharersAtOnce(t *testing.T) {
	contend(t, 200, func(r *ring, img string, _ *rand.Rand) {
		c := r.contest(200, func(i int) answer { return r.share(img, r.crowd[i]) })
		c.said(counts{"created": 50, "ShareLimitExceeded": 150})
		for _, a := range c.answers {
			if a.status == 409 {
				a.has("limit", 50).has("current", 50).has("requested", 1)
			}
		}
		r.isSharedWith(img, pick(r.crowd, c.who("created")))
	})
}

func TestFiftySharersOfOneProjectMakeOneShare(t *testing.T) {
	contend(t, 1, func(r *ring, img string, _ *rand.Rand) {
		c := r.contest(50, func(int) answer { return r.share(img, r.crowd[0]) })
		c.saidOnly("created", "unchanged")
		if created := len(c.who("created")); created != 1 && !slices.Contains(c.unsure, true) {
			r.t.Errorf("%d created it, not one", created)
		}
		r.isSharedWith(img, r.crowd)
	})
}

func TestTheLastSlotGoesToOneOfTen(t *testing.T) {
	contend(t, 59, func(r *ring, img string, _ *rand.Rand) {
		r.share(img, r.crowd[:49]...).is(200)
		late := r.crowd[49:]
		c := r.contest(10, func(i int) answer { return r.share(img, late[i]) })
		c.said(counts{"created": 1, "ShareLimitExceeded": 9})
		r.isSharedWith(img, append(pick(late, c.who("created")), r.crowd[:49]...))
	})
}

func TestShareAgainstDelete(t *testing.T) {
	contend(t, 20, func(r *ring, img string, random *rand.Rand) {
		when := random.IntN(20)
		c := r.contest(21, func(i int) answer {
			switch {
			case i < when:
				return r.share(img, r.crowd[i])
			case i == when:
				return r.delete(img)
			default:
				return r.share(img, r.crowd[i-1])
			}
		})
		c.saidOnly("created", "deleted", "ImageNotFound")
		r.send(r.token, "GET", imagePath(r.owner, img), nil).refused(404, "ImageNotFound")
		// Registered again, it is shared with nobody, whoever was told "created".
		r.send(r.catalog, "PUT", imagePath(r.owner, img), spec(nil)).is(201)
		r.isSharedWith(img, nil)
	})
}

func TestUnshareAgainstSave(t *testing.T) {
	contend(t, 1, func(r *ring, img string, _ *rand.Rand) {
		r.share(img, r.crowd...).is(200)
		r.saveAgainst(img, "unshared", func() answer { return r.unshare(img, r.crowd[0]) })
		r.isSharedWith(img, nil)
	})
}

func TestDeleteAgainstSave(t *testing.T) {
	contend(t, 1, func(r *ring, img string, _ *rand.Rand) {
		r.share(img, r.crowd...).is(200)
		r.saveAgainst(img, "deleted", func() answer { return r.delete(img) })
	})
}

// saveAgainst saves while something ends the share, and looks whether there is
// a copy for each save that succeeded and for no other.
func (r *ring) saveAgainst(img, ended string, end func() answer) {
	r.t.Helper()
	path := "/v1/projects/" + r.crowd[0] + "/images"
	token := r.tenant(r.crowd[0])
	before := r.pages(token, path, 100)
	c := r.contest(16, func(i int) answer {
		if i == 8 {
			return end()
		}
		return r.save(img, r.crowd[0])
	})
	c.saidOnly("saved", ended, "ImageNotFound", lost)
	copies := slices.DeleteFunc(r.pages(token, path, 100), func(id string) bool { return slices.Contains(before, id) })
	for _, i := range c.who("saved") {
		saved := c.answers[i].body["imageId"].(string)
		at := slices.Index(copies, saved)
		if at < 0 {
			r.t.Fatalf("%s was answered, and is not among the copies", saved)
		}
		copies = slices.Delete(copies, at, at+1)
	}
	if len(copies) > len(c.who(lost)) {
		r.t.Errorf("nobody was told of the copies %v", copies)
	}
	r.save(img, r.crowd[0]).refused(404, "ImageNotFound")
}

func TestBatchAgainstBatch(t *testing.T) {
	contend(t, 90, func(r *ring, img string, random *rand.Rand) {
		// Any one fits, some two fit together, all do not.
		batches := make([][]string, 6)
		for i := range batches {
			from := random.IntN(len(r.crowd) - 30)
			batches[i] = r.crowd[from : from+30]
		}
		c := r.contest(len(batches), func(i int) answer { return r.share(img, batches[i]...) })
		c.saidOnly("created", "unchanged", "ShareLimitExceeded")
		shared := map[string]bool{}
		for i, a := range c.answers {
			if a.status == 200 {
				for _, p := range batches[i] {
					shared[p] = true
				}
				continue
			}
			if current, requested := a.body["current"].(float64), a.body["requested"].(float64); current+requested <= 50 {
				r.t.Errorf("refused, but there was room: %s", a.raw)
			}
		}
		r.isSharedWith(img, slices.Collect(maps.Keys(shared)))
	})
}

// TestLateCleanUpLeavesANewImageAlone removes the shares of a deleted image
// while its id, registered again, is shared with some of the same projects.
func TestLateCleanUpLeavesANewImageAlone(t *testing.T) {
	r := newRing(startArena(t, withoutCleanUp(t)), 30)
	for range rounds(t, contentionShare, 1) {
		img := r.newImage()
		r.share(img, r.crowd[:20]...).is(200)
		before := r.end(img)
		r.send(r.catalog, "PUT", imagePath(r.owner, img), spec(nil)).is(201)
		c := r.contest(25, func(i int) answer {
			if i%5 == 4 {
				return r.cleanUp(before)
			}
			return r.share(img, r.crowd[5+i])
		})
		c.said(counts{"created": 20, "cleaned up": 5})
		shared := pick(r.crowd[5:], c.who("created"))
		r.isSharedWith(img, shared)
		r.cleanUp(before)
		if left := r.inspect().Leftovers; len(left) > 0 {
			t.Errorf("after the clean-up there is still %v", left)
		}
		r.isSharedWith(img, shared)
		r.cleanUp(r.end(img))
	}
	t.Log(&r.figures)
}

// TestLateCleanUpAgainstAnotherEnd removes the shares of a deleted image while
// the one that has its id by now is shared, deleted, cleaned up and registered
// once more.
func TestLateCleanUpAgainstAnotherEnd(t *testing.T) {
	r := newRing(startArena(t, withoutCleanUp(t)), 30)
	for range rounds(t, contentionShare, 1) {
		img := r.newImage()
		r.share(img, r.crowd[:20]...).is(200)
		first := r.end(img)
		r.send(r.catalog, "PUT", imagePath(r.owner, img), spec(nil)).is(201)
		second := first
		c := r.contest(25, func(i int) answer {
			switch {
			case i == 12:
				second = r.end(img)
				r.send(r.catalog, "PUT", imagePath(r.owner, img), spec(nil)).is(201)
				second.SharedWith = nil
				for _, p := range r.crowd { // also those shared with since it was read
					second.SharedWith = append(second.SharedWith, sharing.ProjectID(p))
				}
				return r.cleanUp(second)
			case i%5 == 4:
				return r.cleanUp(first)
			default:
				return r.share(img, r.crowd[5+i])
			}
		})
		c.saidOnly("created", "cleaned up", "ImageNotFound")
		r.cleanUp(first)
		r.cleanUp(second)
		found := r.inspect()
		if len(found.Leftovers) > 0 {
			t.Errorf("after both clean-ups there is still %v", found.Leftovers)
		}
		now, err := r.table.Image(t.Context(), sharing.ImageID(img))
		if err != nil {
			t.Fatal(err)
		}
		var shared []string
		for _, p := range now.SharedWith {
			shared = append(shared, string(p))
		}
		if told := pick(r.crowd[5:], c.who("created")); slices.ContainsFunc(shared, func(p string) bool { return !slices.Contains(told, p) }) {
			t.Errorf("it is shared with %v, and only %v were created", shared, told)
		}
		r.isSharedWith(img, shared)
		r.cleanUp(r.end(img))
	}
	t.Log(&r.figures)
}

// TestAPausedPumpCatchesUp lets the stream wait while images are deleted and
// their ids registered and shared again, and then delivers all of it while
// more is shared.
func TestAPausedPumpCatchesUp(t *testing.T) {
	paused := withoutCleanUp(t)
	paused.TableName = fmt.Sprintf("paused-%d", rand.Uint64())
	r := newRing(startArena(t, paused), 30)
	var images []string
	for range 4 {
		img := r.newImage()
		r.share(img, r.crowd[:20]...).is(200)
		r.delete(img).is(204)
		r.send(r.catalog, "PUT", imagePath(r.owner, img), spec(nil)).is(201)
		r.share(img, r.crowd[:5]...).is(200)
		images = append(images, img)
	}
	if left := r.inspect().Leftovers; len(left) != 4*15 {
		t.Fatalf("%d shares were left behind, not 60", len(left))
	}
	running := paused
	running.WithoutCleanUp = false
	start(t, running)
	r.contest(4*10, func(i int) answer { return r.share(images[i/10], r.crowd[5+i%10]) }).
		said(counts{"created": 40})
	for len(r.inspect().Leftovers) > 0 { // as long as the test may take
		time.Sleep(50 * time.Millisecond)
	}
	for _, img := range images {
		r.isSharedWith(img, r.crowd[:15])
	}
	t.Log(&r.figures)
}

func withoutCleanUp(t *testing.T) runner.Config {
	return runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, DynamoDBEndpoint: ddbtest.Endpoint(t),
		ShareLimit: sharing.MaxShares, WithoutCleanUp: true,
	}
}

// end deletes an image and returns what its stream record says.
func (r *ring) end(img string) dynamo.DeletedImage {
	r.t.Helper()
	was, err := r.table.Image(r.t.Context(), sharing.ImageID(img))
	if err != nil {
		r.t.Fatal(err)
	}
	r.delete(img).is(204)
	return dynamo.DeletedImage{ID: was.ID, UID: was.UID, SharedWith: was.SharedWith}
}

func (r *ring) cleanUp(d dynamo.DeletedImage) answer {
	if err := r.table.RemoveShares(r.t.Context(), d); err != nil {
		r.t.Error(err)
	}
	return answer{t: r.t, what: cleanUp}
}
