package robustness

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/budget"
	"image-sharing/tests/robustness/model"
)

// TestR03HoldsFor200SharersAtOnce has 200 clients share one image with a project
// each, all at once. 50 of them get it. Then 24 clients send random requests
// about it and another image, many of them for up to 50 projects.
func TestR03HoldsFor200SharersAtOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, store string) {
		c := runner.Config{Store: store}
		if store == runner.SQLite {
			c.DataDir = t.TempDir()
		}
		e := kit.Start(t, c).Unchecked()
		met, moments := counts{}, 0
		for seed, random := range budget.Rounds(t, crowdShare, 1) {
			s := settingOf(e)
			s.unlisted = true
			s.breaks = true // so many at once may take a slow machine longer than the gateway waits
			// Of this round: the lists of one for all would have images of the rounds before.
			crowd := e.Projects(fmt.Sprintf("crowd%d-", seed), 200)
			h := newHistory(e, s, 2, fewTargets, crowd, met)
			h.register(2)
			img := h.images[0]
			granted := h.atOnce(len(crowd), func(i int) model.Request {
				return model.ShareImage{Owner: h.owners[0], Image: img, Targets: crowd[i : i+1], Acknowledged: true, By: model.Tester}
			})
			h.lookAtCrowd(img)
			shared := map[string]bool{}
			for _, share := range model.Objects(h.persist(0, model.ListShares{Owner: h.owners[0], Image: img}).Body["shares"]) {
				shared[share["projectId"].(string)] = true
			}
			if len(shared) != h.limit {
				t.Errorf("it is shared with %d projects, not %d", len(shared), h.limit)
			}
			for i, p := range crowd {
				if shared[p] != granted[i] {
					t.Errorf("reported to %s: %t, and it has it: %t", p, granted[i], shared[p])
				}
			}
			h.work(random, 24, func(n int) bool { return n == 4 })
			h.all(h.everything())
			if h.lost() > mostLost {
				t.Logf("%d responses were lost: it cannot be decided what became of so many requests", h.lost())
				continue
			}
			moments += h.check()
		}
		t.Logf("%d moments of %s", moments, met)
		sound(e)
	})
}

// mostLost is how many lost responses of requests at the same time can be decided
// on in time: each may have taken effect at any moment.
const mostLost = 24

// atOnce sends n requests, and reports which of them succeeded in the end.
func (h *history) atOnce(n int, request func(i int) model.Request) (succeeded []bool) {
	succeeded = make([]bool, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			succeeded[i] = h.persist(i, request(i)).Status == http.StatusOK
		})
	}
	close(start)
	wg.Wait()
	return succeeded
}

func (h *history) lost() (n int) {
	for _, r := range h.records {
		if r.lost {
			n++
		}
	}
	return n
}

// lookAtCrowd reads what each of the crowd has of an image.
func (h *history) lookAtCrowd(img string) {
	all := []model.Request{model.ListShares{Owner: h.owners[0], Image: img}}
	for _, p := range h.crowd {
		all = append(all, model.LaunchCheck{Project: p, Image: img}, model.ListImages{List: model.List{Project: p, Received: true}, Limit: 100})
	}
	h.all(all)
}
