package robustness

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/budget"
	"image-sharing/tests/robustness/model"
)

// TestModel does random sequences of requests and holds each response against
// the specification: status, code, extension fields, bodies and lists, step by
// step. Half of the sequences meet a limit of 3, so that it is reached often;
// the others have the default one and a crowd to reach it with.
//
// A sequence that fails is made as small as possible and kept in
// testdata/rapid, where every later run tries it first.
func TestModel(t *testing.T) {
	onEachStore(t, func(t *testing.T, store string) {
		low := kit.Start(t, runner.Config{Store: store, ShareLimit: lowLimit})
		full := kit.Start(t, runner.Config{Store: store})
		crowd := full.Projects("crowd", 52)
		met, sequences, givenUp := counts{}, 0, 0
		budget.Check(t, modelShare, 48, func(r *rapid.T) {
			var q sequence
			if rapid.Bool().Draw(r, "default limit") {
				q.history = newHistory(full, settingOf(full), 6, 0, crowd, met)
			} else {
				q.history = newHistory(low, settingOf(low), 6, 0, nil, met)
			}
			sequences++
			q.begin(r)
			r.Repeat(map[string]func(*rapid.T){"request": q.request})
			if q.givenUp {
				givenUp++
				return
			}
			q.sweep(r)
		})
		t.Logf("%d sequences, %s", sequences, met)
		sound(low)
		sound(full)
		usual := budget.Duration == 0 && budget.Seed == 1 // always the same sequences
		if missing := met.missing(everyOutcome()); len(missing) > 0 && (usual || sequences > manySequences) {
			t.Errorf("no sequence met %q", missing)
		}
		if givenUp*10 > sequences {
			t.Errorf("%d of %d sequences were given up", givenUp, sequences)
		}
	})
}

// manySequences are so many that each outcome should be met by chance.
const manySequences = 500

// What must be met too.
const (
	limitReached = "the limit reached: "
	savedAgain   = "saved again after the share had ended"
	copiedAgain  = "copied again after the original was deleted"
	begunAgain   = "a failed copy begun again"
	secondPage   = "a second page"
)

// everyOutcome is what must be met for the sequences to prove something.
func everyOutcome() []string {
	all := []string{limitReached + "3", limitReached + "50", savedAgain, copiedAgain, begunAgain, secondPage}
	for _, r := range model.Requests {
		for _, outcome := range r.Form().Outcomes {
			all = append(all, name(r)+" "+outcome)
		}
	}
	return all
}

// sequence is a history of one client, which knows the state.
type sequence struct {
	*history
	givenUp bool
}

// begin registers two images of four, and two projects, of which one is closed.
func (q *sequence) begin(t *rapid.T) {
	q.steady = false
	q.images = q.ids("image", 4)
	for _, p := range q.leaving[:2] {
		q.ask(t, model.PutProject{Project: p, Account: "acct-1", Name: "Project"})
	}
	q.ask(t, model.CloseProject{Project: q.leaving[0]})
	for i, id := range q.images[:2] {
		q.ask(t, model.PutImage{Owner: q.owners[i], Image: id, Spec: api.ImageBody(nil)})
	}
}

// sweep reads all lists in the end.
func (q *sequence) sweep(t *rapid.T) {
	for _, r := range q.everything() {
		switch r.(type) {
		case model.ListImages, model.ListShares, model.ListActivity:
			q.ask(t, r)
		}
	}
}

func (q *sequence) request(t *rapid.T) {
	if q.givenUp {
		return
	}
	q.choose = func(label string, n int) int { return evenly(n).Draw(t, label) }
	r := q.draw(q.belief)
	if r == nil {
		t.Skip("it cannot be")
	}
	q.ask(t, r)
}

// evenly draws a number from 0 to n-1. What rapid has for that prefers the first
// and the last.
func evenly(n int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) int {
		const bits = 10
		value := 0
		for range bits {
			value <<= 1
			if rapid.Bool().Draw(t, "bit") {
				value++
			}
		}
		return value * n >> bits
	})
}

// ask fails the sequence unless the response is as specified. Failures are told
// in texts without ids, times or bodies: rapid makes a sequence smaller only as
// long as it fails with the very same text. What they leave out is in the log. A
// sequence whose response was lost is given up: it cannot be told what is there
// now.
func (q *sequence) ask(t *rapid.T, r model.Request) {
	before := q.belief
	got, outcome := q.do(q.T.Context(), 0, r)
	t.Logf("%s got %s %v", r.Form().HTTP(""), outcome, got.Body)
	if outcome == lost || outcome == busy {
		q.givenUp = true
		t.Skip("the store is out of breath")
	}
	if _, faults := model.Check(before, r, got); len(faults) > 0 {
		_, want := r.Apply(before, model.Observe(got))
		t.Logf("it must be %s %v", want, want.Body)
		t.Fatalf("%s: not as specified: %v", name(r), faults)
	}
	switch r := r.(type) {
	case model.ShareImage:
		if img := q.belief.Images[r.Image]; img != nil && len(img.Shares) == q.limit {
			q.met[limitReached+fmt.Sprint(q.limit)]++
		}
	case model.SaveImage:
		if source := before.Images[r.Image]; got.Status == 202 && (source == nil || source.Shares[r.Project] == model.Share{}) {
			q.met[savedAgain]++
		}
		if copied := before.Images[r.Copy]; got.Status == 202 && copied != nil && copied.Spec["state"] == "Failed" && got.Body["state"] == "Creating" {
			q.met[begunAgain]++
		}
	case model.CopyImage:
		if got.Status == 202 && before.Images[r.Image] == nil {
			q.met[copiedAgain]++
		}
	case model.ListImages:
		if got.Status == 200 && r.After.Token != "" {
			q.met[secondPage]++
		}
	}
}
