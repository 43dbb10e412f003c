package robustness

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/robustness/model"
)

// history is what clients asked for, and the responses. It has projects and
// images of its own.
type history struct {
	*kit.Environment
	setting
	traffic
	prefix  string
	callers map[string]string // their tokens
	initial *model.State      // with projects, but no image
	start   time.Time

	restarted   time.Duration                // after a crash, since when nothing from before it happens any more; 0 for never
	forgettable []int                        // records of acknowledged writes, one of which the crash may have made forgotten
	found       struct{ images, shares int } // by the last look

	mu      sync.Mutex
	belief  *model.State // by the responses that came so far
	records []record
	met     counts
}

// setting is what a history must know of the service.
type setting struct {
	store  string
	limit  int
	lag    time.Duration // by which the index may be behind
	breaks bool          // connections may break at any moment
	// unlisted histories list no activities: the index is behind; or so many
	// responses are lost that a search for an order, which learns only at the end
	// what became of them, takes too long. There, fault injection and the crashes
	// hold each change to its activity.
	unlisted bool
}

func settingOf(e *kit.Environment) setting {
	return setting{store: e.Config.Store, limit: e.Config.ShareLimit}
}

// record is a request, and its response unless that was lost.
type record struct {
	client      int
	request     model.Request
	sent, ended time.Duration // since the start
	response    model.Response
	lost        bool
}

// counts count requests by what became of them.
type counts map[string]int

func (c counts) String() string {
	var b strings.Builder
	total := 0
	for _, what := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, ", %s: %d", what, c[what])
		total += c[what]
	}
	return fmt.Sprintf("%d%s", total, b.String())
}

// missing are those of the wanted that never happened.
func (c counts) missing(wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(what string) bool { return c[what] > 0 })
}

// What became of a request besides a response.
const (
	lost = "lost" // it took effect or not, or will
	busy = "busy" // nothing was written
)

// newHistory begins a history with owners and targets, all of them registered
// but the last target, and with a crowd that is registered already. Without
// targets of their own, the owners are each other's.
func newHistory(e *kit.Environment, s setting, owners, targets int, crowd []string, met counts) *history {
	h := &history{
		setting: s, prefix: strings.ToLower(rand.Text()[:8]) + "-", start: time.Now(), met: met,
		initial: &model.State{Limit: s.limit, Tidy: s.store == runner.SQLite, Unlisted: s.unlisted, Projects: map[string]model.Project{}},
		traffic: traffic{crowd: crowd, unlisted: s.unlisted, steady: true, exact: s.store == runner.SQLite},
	}
	h.owners, h.targets, h.keys = h.ids("owner", owners), h.ids("target", targets), append(h.ids("key", 2), "")
	h.leaving = h.ids("leaving", 3)
	if targets == 0 {
		h.targets = h.owners
	}
	h.connect(e)
	for _, p := range crowd {
		h.initial.Projects[p] = crowdProject
	}
	h.belief = h.initial
	h.all(h.registrations())
	h.all(h.choosy())
	for _, r := range h.records {
		var faults []string
		if h.initial, faults = model.Check(h.initial, r.request, r.response); len(faults) > 0 {
			h.T.Fatalf("the registration of a project has faults: %v", faults)
		}
	}
	h.records = nil
	return h
}

func (h *history) ids(name string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s%s%d", h.prefix, name, i))
	}
	return ids
}

// register registers images of the first owner.
func (h *history) register(images int) {
	h.images = append(h.images, h.ids("image", images)...)
	for _, id := range h.images {
		h.persist(0, model.PutImage{Owner: h.owners[0], Image: id, Spec: api.ImageBody(nil)})
	}
}

// connect has the clients call a service. One that was started again has a key
// and an address of its own.
func (h *history) connect(e *kit.Environment) {
	h.Environment = e
	projects := slices.Concat(h.projects(), h.crowd, h.leaving)
	h.callers = map[string]string{
		model.Platform:  e.TokenOf(model.Platform, api.PlatformScope),
		model.Tester:    e.TokenOf(model.Tester, api.TenantScope, projects...),
		model.Colleague: e.TokenOf(model.Colleague, api.TenantScope, projects...),
	}
}

func (h *history) registrations() (all []model.Request) {
	for _, p := range h.projects() {
		if p != h.targets[len(h.targets)-1] {
			all = append(all, model.PutProject{Project: p, Account: "acct-1", Name: "Project"})
		}
	}
	return all
}

// choosy are policies of some targets: one wants to be asked, one only by the second
// owner, and one takes nothing of that.
func (h *history) choosy() []model.Request {
	if len(h.owners) < 2 || len(h.targets) < 4 || &h.targets[0] == &h.owners[0] {
		return nil // sequences set their own
	}
	return []model.Request{
		model.PutPolicy{Project: h.targets[0], Policy: model.Policy{Incoming: "consent"}},
		model.PutPolicy{Project: h.targets[1], Policy: model.Policy{Incoming: "consent", TrustedProjects: h.owners[0]}},
		model.PutPolicy{Project: h.targets[2], Policy: model.Policy{Incoming: "open", BlockedProjects: h.owners[1]}},
	}
}

// projects are owners and targets.
func (h *history) projects() []string {
	all := slices.Concat(h.owners, h.targets)
	slices.Sort(all)
	return slices.Compact(all)
}

// crowdProject is how those of a crowd are registered.
var crowdProject = model.Project{Account: "acct", Name: "Project", Created: model.Unknown, Updated: model.Unknown, Policy: model.Policy{Incoming: "open"}}

// do sends a request and records what became of it.
func (h *history) do(ctx context.Context, client int, r model.Request) (got model.Response, outcome string) {
	form := r.Form()
	call := form.HTTP(h.callers[form.By])
	sent := time.Now()
	response, err := h.Do(ctx, call)
	ended := time.Now()
	got = model.Got(response, sent, ended)
	switch outcome = got.String(); {
	case err != nil && ctx.Err() == nil && !h.breaks:
		h.T.Errorf("%s: %v", call, err)
	case response.Status >= 500 && response.Status != 503:
		h.T.Errorf("%s got %d %s", call, response.Status, response.Raw)
	}
	switch {
	case err != nil, got.Code() == "OutcomeUnknown":
		outcome = lost
	case got.Code() == "Busy", got.Code() == "Throttled":
		outcome = busy
	}
	if outcome == busy {
		time.Sleep(10 * time.Millisecond) // the database may be dead
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if outcome == lost || outcome == busy {
		h.met[outcome]++
	} else {
		h.met[name(r)+" "+outcome]++
	}
	if outcome != busy && (outcome != lost || call.Method != "GET") {
		h.records = append(h.records, record{client, r, sent.Sub(h.start), ended.Sub(h.start), got, outcome == lost})
	}
	if got.Status/100 == 2 && outcome != lost {
		h.observe(r, got)
	}
	return got, outcome
}

func (h *history) recorded() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.records)
}

func name(r model.Request) string { return strings.TrimPrefix(fmt.Sprintf("%T", r), "model.") }

// observe takes from a response what the next requests may be about.
func (h *history) observe(r model.Request, got model.Response) {
	h.belief, _ = r.Apply(h.belief, model.Observe(got))
	if id, ok := got.Body["imageId"].(string); ok && !slices.Contains(h.images, id) {
		h.images = append(h.images, id)
	}
	if l, ok := r.(model.ListImages); ok && !h.steady {
		if next, more := l.Next(got); more {
			h.pages = append(h.pages, next)
			h.pages = h.pages[max(0, len(h.pages)-3):]
		}
	}
}

// clients is how many send requests at the same time.
const clients = 16

// all sends requests, many at a time.
func (h *history) all(requests []model.Request) {
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for i := client; i < len(requests); i += clients {
				h.persist(client, requests[i])
			}
		})
	}
	wg.Wait()
}

// persist repeats a request as long as it is told to, or is not told what became
// of it.
func (h *history) persist(client int, r model.Request) model.Response {
	for range 50 {
		if got, outcome := h.do(h.T.Context(), client, r); outcome != busy && outcome != lost {
			return got
		}
	}
	h.T.Errorf("%s got no response in 50 attempts", r.Form().Path)
	return model.Response{}
}

// work has clients send random requests at the same time, until stop says so.
// Some hang up before the response comes. Where connections break, a client ends
// when it has lost a response.
func (h *history) work(random *mathrand.Rand, clients int, stop func(sent int) bool) {
	var wg sync.WaitGroup
	for client := range clients {
		own := mathrand.New(mathrand.NewPCG(random.Uint64(), uint64(client)))
		wg.Go(func() {
			for n := 0; !stop(n); n++ {
				ctx, cancel := context.WithTimeout(h.T.Context(), h.patience(own))
				_, outcome := h.do(ctx, client, h.next(own))
				cancel()
				if outcome == lost && h.breaks {
					return
				}
			}
		})
	}
	wg.Wait()
}

func (h *history) patience(random *mathrand.Rand) time.Duration {
	if !h.breaks && random.IntN(20) == 0 {
		return time.Duration(random.IntN(20_000)) * time.Microsecond
	}
	return time.Minute
}

// next draws a request, by what a client may believe.
func (h *history) next(random *mathrand.Rand) model.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.choose = func(_ string, n int) int { return random.IntN(n) }
	for {
		if r := h.draw(h.belief); r != nil {
			return r
		}
	}
}

// look reads everything, and counts what it finds.
func (h *history) look() {
	before := len(h.records)
	h.all(h.everything())
	h.found.images, h.found.shares = 0, 0
	for _, r := range h.records[before:] {
		if l, ok := r.request.(model.ListImages); ok && !l.Received {
			for _, img := range model.Objects(r.response.Body["images"]) {
				h.found.images++
				h.found.shares += int(img["shareCount"].(float64))
			}
		}
	}
}

// everything is all there is to read, in every way, as far as it may be there.
func (h *history) everything() (all []model.Request) {
	for _, id := range h.images {
		img := h.belief.Images[id]
		if img == nil {
			continue
		}
		all = append(all, model.GetImage{Owner: img.Owner, Image: id}, model.ListShares{Owner: img.Owner, Image: id})
		for _, target := range h.targets {
			if _, has := img.Shares[target]; has {
				all = append(all, model.LaunchCheck{Project: target, Image: id})
			}
		}
	}
	for _, id := range h.images {
		for _, p := range h.projects() {
			if !h.setting.unlisted && (slices.Contains(h.owners, p) || h.belief.Images[id] != nil && h.belief.Images[id].Owner == p) {
				all = append(all, model.ListActivity{Project: p, Image: id})
			}
		}
	}
	for _, p := range h.projects() {
		all = append(all, model.ListImages{List: model.List{Project: p}, Limit: 100})
		for _, status := range h.statuses() {
			all = append(all, model.ListImages{List: model.List{Project: p, Received: true, Status: status}, Limit: 100})
		}
	}
	return all
}
