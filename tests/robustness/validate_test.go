package robustness

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"image-sharing/local/runner"
	"image-sharing/tests/robustness/model"
)

// moment is what porcupine calls an input.
type moment struct {
	model.Moment
	text  string
	part  *part
	index int // in the part
	role  role

	seen     *model.State // the last state it was tried in
	possible bool
}

// role is what a moment has to do with a crash.
type role int

const (
	_         role = iota
	late           // of a lost request: after the restart it takes no effect any more
	forgotten      // of a write that the restart undoes
	restart
)

func (m *moment) isPossible(s *model.State) bool {
	if m.seen != s {
		_, m.possible = m.Do(s)
		m.seen = s
	}
	return m.possible
}

// part is what a history has of images that requests concern together: what
// happens to others makes no difference to it.
type part struct {
	images  []string
	moments []porcupine.Operation
}

// searchState is what porcupine searches through: the state after some of the
// moments of a part, and which.
type searchState struct {
	model     *model.State
	before    *model.State // the write that will be forgotten
	restarted bool
	done      []uint64
	due       int // the read that is due, once it was looked for
	known     bool
}

func (s *searchState) isDone(i int) bool { return i/64 < len(s.done) && s.done[i/64]&(1<<(i%64)) != 0 }

func (s *searchState) equal(other *searchState) bool {
	return s.model.Equal(other.model) && // restarted is equal where done is
		(s.before == nil) == (other.before == nil) && (s.before == nil || s.before.Equal(other.before))
}

// specification is the model for porcupine, with one reduction: a read that is
// possible now happens now. That loses no order worth finding, because where it
// could also happen later, nothing sees whether it did; but without it the
// search takes hours where it now takes moments.
func (h *history) specification(parts []*part) porcupine.Model {
	return porcupine.Model{
		Partition: func([]porcupine.Operation) (divided [][]porcupine.Operation) {
			for _, p := range parts {
				divided = append(divided, p.moments)
			}
			return divided
		},
		Init:              func() any { return &searchState{model: h.initial} },
		Step:              func(state, input, _ any) (bool, any) { return step(state.(*searchState), input.(*moment)) },
		Equal:             func(a, b any) bool { return a.(*searchState).equal(b.(*searchState)) },
		DescribeOperation: func(input, _ any) string { return input.(*moment).text },
		DescribeState:     func(state any) string { return state.(*searchState).model.String() },
	}
}

func step(s *searchState, m *moment) (bool, *searchState) {
	if due := m.part.dueRead(s); due >= 0 && due != m.index {
		return false, s
	}
	after, possible := m.Do(s.model)
	next := &searchState{model: after, before: s.before, restarted: s.restarted, done: make([]uint64, len(m.part.moments)/64+1)}
	copy(next.done, s.done)
	next.done[m.index/64] |= 1 << (m.index % 64)
	switch {
	case m.role == late && s.restarted:
		next.model = s.model
	case m.role == forgotten:
		next.before = s.model
	case m.role == restart:
		next.restarted = true
		if s.before != nil {
			next.model, next.before = s.before, nil
		}
	}
	return possible, next
}

// dueRead is the first read that is possible now, -1 if there is none.
func (p *part) dueRead(s *searchState) int {
	if s.known {
		return s.due
	}
	s.due, s.known = -1, true
	// What was sent after something undone had ended is not possible yet.
	end := int64(math.MaxInt64)
	for i, o := range p.moments {
		if !s.isDone(i) {
			end = min(end, o.Return)
		}
	}
	for i, o := range p.moments {
		if o.Call > end {
			break
		}
		if m := o.Input.(*moment); m.Reads && !s.isDone(i) && m.isPossible(s.model) {
			s.due = i
			break
		}
	}
	return s.due
}

// divide divides a history into what requests concern together.
func (h *history) divide() []*part {
	of := map[string]*part{}
	for _, r := range h.records {
		ids := r.concerns()
		for _, id := range ids {
			if of[id] == nil {
				of[id] = &part{images: []string{id}}
			}
			first, p := of[ids[0]], of[id]
			if first == p {
				continue
			}
			first.images = append(first.images, p.images...)
			for _, joined := range p.images {
				of[joined] = first
			}
		}
	}
	var parts []*part
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if !slices.Contains(parts, of[id]) {
			parts = append(parts, of[id])
		}
	}
	return parts
}

// concerns are the images that a request concerned; nil if it may be any.
func (r record) concerns() []string {
	ids := r.request.Form().Images
	if id, saved := r.response.Body["imageId"].(string); saved && ids != nil && !slices.Contains(ids, id) {
		ids = append(ids, id) // a copy without a key
	}
	return ids
}

// moments divides a history into parts, and its requests into moments. One of its
// writes was forgotten by a crash, or none for -1.
func (h *history) moments(forgottenWrite int) []*part {
	parts := h.divide()
	for i, r := range h.records {
		ids := r.concerns()
		for _, p := range parts {
			if ids != nil && !slices.Contains(p.images, ids[0]) {
				continue
			}
			if decision := h.add(p, r); i == forgottenWrite {
				decision.role = forgotten
			}
		}
	}
	for _, p := range parts {
		if h.restarted > 0 {
			same := model.Moment{Do: func(s *model.State) (*model.State, bool) { return s, true }}
			p.add(0, h.restarted, h.restarted, &moment{Moment: same, role: restart, text: "restart"})
		}
	}
	for _, p := range parts {
		slices.SortStableFunc(p.moments, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
		for i := range p.moments {
			m := p.moments[i].Input.(*moment)
			m.part, m.index = p, i
		}
	}
	return parts
}

// add adds the moments of a request to a part, and returns that of the decision.
func (h *history) add(p *part, r record) (decision *moment) {
	text := fmt.Sprintf("%s%+v: ", name(r.request), r.request)
	if r.lost {
		m := &moment{Moment: model.Lost(r.request), text: text + lost}
		if r.sent < h.restarted {
			m.role = late
		}
		return p.add(r.client, r.sent, math.MaxInt64, m)
	}
	got := r.response
	if l, ok := r.request.(model.ListImages); ok {
		got = l.Only(got, p.images)
	}
	scope := model.Scope{Exact: h.store == runner.SQLite, Images: p.images, Projects: slices.Collect(maps.Keys(h.initial.Projects))}
	for i, m := range model.Moments(r.request, got, scope) {
		sent := r.sent
		if m.Indexed {
			sent -= h.lag
		}
		added := p.add(r.client, sent, r.ended, &moment{Moment: m, text: fmt.Sprint(text, got, " ", got.Body)})
		if i == 0 {
			decision = added
		}
	}
	return decision
}

func (p *part) add(client int, sent, ended time.Duration, m *moment) *moment {
	p.moments = append(p.moments, porcupine.Operation{ClientId: client, Input: m, Call: int64(sent), Return: int64(ended)})
	return m
}

// check fails the test unless the history is linearizable, with one write
// forgotten if that may be. Otherwise it leaves a picture of it, which a browser
// shows. It returns how many moments there are.
func (h *history) check() (moments int) {
	h.T.Helper()
	h.checkLists()
	v := h.search(-1)
	for _, write := range h.forgettable {
		if v.result != porcupine.Illegal {
			break
		}
		if other := h.search(write); other.result != porcupine.Illegal {
			v = other
			h.met[forgottenWrites]++
		}
	}
	switch v.result {
	case porcupine.Ok:
	case porcupine.Unknown:
		h.T.Errorf("a history of %d requests could not be decided in time", len(h.records))
	default:
		h.T.Errorf("a history of %d requests is not linearizable, where it has %q: see %s", len(h.records), impossible(v.info), v.picture())
	}
	return v.moments
}

// checkLists looks at what the parts of a history do not see of lists: their order,
// and images that were reported to nobody. Only a save or copy without a key whose response
// was lost makes such.
func (h *history) checkLists() {
	h.T.Helper()
	known, strangers, lostSaves := h.divide(), map[string]bool{}, 0
	for _, r := range h.records {
		if form := r.request.Form(); r.lost && form.Method == "POST" && form.Key == "" && !strings.HasSuffix(form.Path, "/shares") {
			lostSaves++
		}
		if !model.InOrder(r.request, r.response) {
			h.T.Errorf("%s: the list is not in order: %v", r.request.Form().Path, r.response.Body)
		}
		for _, img := range model.Objects(r.response.Body["images"]) {
			id := img["imageId"].(string)
			if !slices.ContainsFunc(known, func(p *part) bool { return slices.Contains(p.images, id) }) {
				strangers[id] = true
			}
		}
	}
	if len(strangers) > lostSaves {
		h.T.Errorf("the images %q were reported to nobody, and %d saves were lost", slices.Sorted(maps.Keys(strangers)), lostSaves)
	}
}

const forgottenWrites = "a write that DynamoDB Local forgot"

// decisionTime is for the search of an order, which takes seconds of an idle machine:
// tests beside it, and their race detector, leave it a tenth of one.
const decisionTime = 6 * time.Minute

type verdict struct {
	specification porcupine.Model
	moments       int
	result        porcupine.CheckResult
	info          porcupine.LinearizationInfo
}

// search looks for an order of a history, one of whose writes was forgotten.
func (h *history) search(forgottenWrite int) (v verdict) {
	parts := h.moments(forgottenWrite)
	for _, p := range parts {
		v.moments += len(p.moments)
	}
	v.specification = h.specification(parts)
	v.result, v.info = porcupine.CheckOperationsVerbose(v.specification, nil, decisionTime)
	return v
}

// picture draws a history, for a browser, and returns where.
func (v verdict) picture() string {
	f, err := os.CreateTemp("", "linearizability-*.html")
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if err := porcupine.Visualize(v.specification, v.info, f); err != nil {
		return err.Error()
	}
	return f.Name()
}

// impossible names the moments that the search got no further than: the first to
// end of those that the longest order it found leaves out.
func impossible(info porcupine.LinearizationInfo) (texts []string) {
	for _, orders := range info.PartialLinearizationsOperations() {
		if len(orders) == 0 || len(orders[0]) == 0 {
			texts = append(texts, "the first of all")
			continue
		}
		longest := slices.MaxFunc(orders, func(a, b []porcupine.Operation) int { return len(a) - len(b) })
		placed := map[int]bool{}
		for _, o := range longest {
			placed[o.Input.(*moment).index] = true
		}
		var next *porcupine.Operation
		for i, o := range longest[0].Input.(*moment).part.moments {
			if !placed[i] && (next == nil || o.Return < next.Return) {
				next = &o
			}
		}
		if next != nil {
			texts = append(texts, next.Input.(*moment).text)
		}
	}
	return texts
}
