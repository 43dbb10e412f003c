package e2e

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// TestListsShowAChangeAtOnce reads both lists right after each change that was
// answered, while others change theirs: a share, an end of a share by unshare
// or by deletion, a registration under an id used before. On SQLite and
// DynamoDB Local a list is never late, in either direction. On a deployed
// table only what was added may be missing for a moment
// (TestListsWithALateIndex).
func TestListsShowAChangeAtOnce(t *testing.T) {
	const owners = 6
	eachArena(t, func(t *testing.T, engine string) {
		a := newArena(t, engine, 50).crowded()
		owned, target := a.projects("owner", owners), a.project("target")
		token, platform := a.tenant(append(owned, target)...), a.platform()
		var lists atomic.Int64
		for range rounds(t, listShare, 3) {
			var wg sync.WaitGroup
			for i, owner := range owned {
				img := a.id(fmt.Sprintf("img-%d", i))
				listed := func(list, project string, want bool, when string) {
					ids := a.send(token, "GET", "/v1/projects/"+project+"/"+list+"?limit=100", nil).is(200).ids()
					lists.Add(1)
					if slices.Contains(ids, img) != want {
						t.Errorf("%s is in the %s of %s: %t, %s", img, list, project, !want, when)
					}
				}
				wg.Go(func() {
					a.send(platform, "PUT", imagePath(owner, img), spec(nil)).is(201)
					listed("images", owner, true, "after its registration")
					listed("shared-images", target, false, "after its registration")
					for range 2 {
						a.send(token, "POST", sharesPath(owner, img), shareBody(target)).is(200)
						listed("shared-images", target, true, "after the share")
						a.send(token, "DELETE", sharesPath(owner, img)+"/"+target, nil).is(204)
						listed("shared-images", target, false, "after the unshare")
					}
					a.send(token, "POST", sharesPath(owner, img), shareBody(target)).is(200)
					a.send(platform, "DELETE", imagePath(owner, img), nil).is(204)
					listed("images", owner, false, "after its deletion")
					listed("shared-images", target, false, "after its deletion")
				})
			}
			wg.Wait()
		}
		t.Logf("%d lists, none of them late", lists.Load())
	})
}
