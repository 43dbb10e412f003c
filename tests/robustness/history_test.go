package e2e

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// history is what concurrent clients asked for and were told.
type history struct {
	*arena
	owners, targets []string
	token, catalog  string
	images          []string
	lag             time.Duration // by which the index may be behind

	start      time.Time
	mu         sync.Mutex
	operations []porcupine.Operation
	lost       int
}

// request is a request of a history. told turns its answer into operations;
// lost is what it did if it was carried out and the answer got lost, nil for
// one that only reads.
type request struct {
	token, method, path string
	body                any
	headers             []string
	told                func(answer) []operation
	image               string
	lost                func(imageState) imageState
}

// answered are the refusals that say what was decided.
var answered = []any{"ImageNotFound", "ShareNotFound", "ShareLimitExceeded", "ImageNotAvailable", "ImageConflict", "CrossRegionNotSupported"}

// perform sends a request and records it. Some clients hang up before the
// answer comes: then the request was carried out or not, now or later.
func (h *history) perform(client int, r request, patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.t.Context()), patience)
	defer cancel()
	call := time.Since(h.start)
	a, err := h.try(ctx, r.token, r.method, r.path, r.body, r.headers...)
	end := time.Since(h.start)
	code := a.body["code"]
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.answers.add(a)
	}
	switch {
	case err != nil && ctx.Err() == nil:
		h.t.Errorf("%s: %v", a.what, err)
	case err != nil || code == "OutcomeUnknown":
		h.lost++
		if r.lost != nil {
			h.record(-1, call, math.MaxInt64, operation{image: r.image, text: a.what + " → ?", step: maybe(r.lost)})
		}
	case code == "Busy" || code == "Throttled":
		// Nothing was written: what the others saw must fit without it.
	case code == nil && a.status/100 == 2 || slices.Contains(answered, code):
		for _, o := range r.told(a) {
			from := call
			if o.indexed {
				from -= h.lag
			}
			h.record(client, from, end, o)
		}
	default:
		h.t.Errorf("%s answered %d %s", a.what, a.status, a.raw)
	}
}

func (h *history) record(client int, call, end time.Duration, o operation) {
	if client < 0 {
		client = linearClients + h.lost // a row of its own in the picture
	}
	h.operations = append(h.operations, porcupine.Operation{
		ClientId: client, Input: o, Call: int64(call), Output: o.text, Return: int64(end),
	})
}

const (
	linearClients = 16
	patient       = time.Minute
	linearRegion  = "eu-west"
	otherRegion   = "us-east"
)

// run has the clients do their requests, all at the same time.
func (h *history) run(random *rand.Rand, requests int) {
	h.start = time.Now()
	for _, img := range h.images {
		h.perform(0, h.put(img, h.owners[0], linearRegion, "Available"), patient)
	}
	var wg sync.WaitGroup
	for client := range linearClients {
		own := rand.New(rand.NewPCG(random.Uint64(), uint64(client)))
		wg.Go(func() {
			for range requests {
				patience := patient
				if own.IntN(20) == 0 {
					patience = time.Duration(own.IntN(20_000)) * time.Microsecond
				}
				h.perform(client, h.draw(own), patience)
			}
		})
	}
	wg.Wait()
	h.lookAround()
}

// lookAround asks for everything there is in the end, so that no change goes
// unseen, and deletes the images, so that lists stay short.
func (h *history) lookAround() {
	for _, img := range h.images {
		for target := range h.targets {
			h.perform(0, h.launchCheck(img, target, linearRegion), patient)
		}
		for _, owner := range h.owners {
			h.perform(0, h.get(img, owner), patient)
			h.perform(0, h.listShares(img, owner), patient)
		}
	}
	for target := range h.targets {
		h.perform(0, h.listReceived(target, ""), patient)
	}
	for _, img := range h.images {
		for _, owner := range h.owners {
			h.perform(0, h.remove(img, owner), patient)
		}
	}
}

// draw makes a random request.
func (h *history) draw(random *rand.Rand) request {
	img := h.images[random.IntN(len(h.images))]
	owner, region, target := h.owners[0], linearRegion, random.IntN(linearTargets)
	if random.IntN(10) == 0 {
		owner = h.owners[1]
	}
	if random.IntN(5) == 0 {
		region = otherRegion
	}
	if h.lag > 0 && random.IntN(4) == 0 {
		return h.listReceived(target, region)
	}
	switch n := random.IntN(100); {
	case n < 28:
		return h.share(img, owner, random.Perm(linearTargets)[:1+random.IntN(3)])
	case n < 41:
		return h.unshare(img, owner, target)
	case n < 54:
		return h.launchCheck(img, target, region)
	case n < 61:
		return h.save(img, target)
	case n < 64:
		return h.saveAnew(img, target)
	case n < 68:
		return h.copyOf(img, target)
	case n < 71:
		return h.remove(img, owner)
	case n < 83:
		return h.put(img, owner, region, []string{"Available", "Available", "Available", "Available", "Failed"}[random.IntN(5)])
	case n < 86:
		return h.get(img, owner)
	case n < 90:
		return h.listShares(img, owner)
	case n < 97:
		return h.listReceived(target, []string{"", region}[random.IntN(2)])
	default:
		return h.listOwned(owner)
	}
}

// check fails the test unless the history is linearizable. Then it leaves a
// picture of it, which a browser shows.
func (h *history) check() {
	h.t.Helper()
	result, info := porcupine.CheckOperationsVerbose(searchModel, h.operations, 2*time.Minute)
	switch result {
	case porcupine.Ok:
	case porcupine.Unknown:
		h.t.Errorf("a history of %d operations could not be decided in time", len(h.operations))
	default:
		h.t.Errorf("a history of %d operations is not linearizable, where it has %q: see %s", len(h.operations), impossible(info), h.picture(info))
	}
}
