// Package faultinjection has everything that can go wrong between the SDK and
// DynamoDB happen to every request of every use case, and holds what the caller
// gets against what the table holds. The use cases are those of the deployed
// functions, from event to reply; so it also sees what each function calls, and
// what it logs.
package faultinjection

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"image-sharing/tests/kit/budget"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// TestFaults has every fault happen at every place, once and without end, and
// every two of them at one place and at two. The places are the requests of a run
// without faults, so none is left to chance.
//
// The short form leaves out what proves nothing new as long as the code is of
// one piece: each kind of request meets every fault, and every two classes of
// them; each single request meets one fault of each class, another one in turn.
// The long form, with DURATION, has everything, and goes on with any two faults
// for that long. SEED replays which fault stands for its class, and the order.
func TestFaults(t *testing.T) {
	over := budget.Overtime(1)
	t.Logf("SEED=%d", budget.Seed)
	p := newPool(t)
	s := newSelection(p.baselines, budget.Seed)
	if budget.Duration > 0 {
		s.takeAll()
	}
	t.Run("once", func(t *testing.T) { p.try(t, s.once(t), never) })
	t.Run("without end", func(t *testing.T) { p.try(t, s.endless(), never) })
	t.Run("two at one request", func(t *testing.T) { p.try(t, s.twoAtOne(), never) })
	if budget.Duration == 0 {
		return
	}
	t.Run("two at two requests", func(t *testing.T) { p.try(t, s.twoAtTwo(), never) })
	t.Run("any two", func(t *testing.T) {
		p.try(t, s.anyTwo(rand.New(rand.NewPCG(budget.Seed, 0))), over)
	})
}

func never() bool { return false }

// try runs cases until over.
func (p *pool) try(t *testing.T, cases []testCase, over func() bool) {
	done := p.each(t, len(cases), over, func(w *worker, i int) error { return w.try(t, cases[i]) })
	t.Logf("%d of %d cases", done, len(cases))
}

// place is a request of a use case.
type place struct {
	*baseline
	n int
}

func (p place) attempt() *attempt { return p.attempts[p.n] }

func (p place) String() string { return fmt.Sprintf("request %d of %s", p.n+1, p.name) }
