package faultinjection

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit"
)

// baseline is a run of a use case without faults, which every other is held
// against.
type baseline struct {
	useCase
	attempts []*attempt
	got      response
	// What the table holds at the start, and after the concurrent write.
	start, overtaken state
	// What it may hold at the end, comparable: nothing of the use case, or all.
	before, end state
}

// record makes the baseline of a use case, and has a caller repeat it from where
// a run with faults may have left the table.
func (w *worker) record(t *testing.T, u useCase, start state) (*baseline, error) {
	b := &baseline{useCase: u, start: start, overtaken: start}
	end, err := w.observe(t, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.name, err)
	}
	if err := oneActivity(b.overtaken, end); err != nil {
		return nil, fmt.Errorf("%s: %w", u.name, err)
	}
	for _, from := range []state{b.overtaken, end} {
		if err := w.repeat(t, u, from, end); err != nil {
			return nil, fmt.Errorf("%s: %w", u.name, err)
		}
	}
	if b.before, err = b.overtaken.comparable(u); err == nil {
		b.end, err = end.comparable(u)
	}
	return b, err
}

// observe runs the use case, and returns what the table holds at its end.
func (w *worker) observe(t *testing.T, b *baseline) (end state, err error) {
	if err := w.restore(t.Context(), b.start); err != nil {
		return nil, err
	}
	var concurrent func() error
	if b.concurrent != nil {
		concurrent = func() (err error) {
			if err = b.concurrent(t.Context(), w.plain); err == nil {
				b.overtaken, err = w.sound(t.Context())
			}
			return err
		}
	}
	r, got, err := w.call(t, b.useCase, b.run, faultless, concurrent)
	if err != nil {
		return nil, err
	}
	b.attempts, b.got = r.attempts, got
	if got.code != b.refused {
		return nil, fmt.Errorf("the response is %q, not %q", got, b.refused)
	}
	if got := b.callsMade(); got != b.calls {
		return nil, fmt.Errorf("the calls are %s, not %s", got, b.calls)
	}
	return w.sound(t.Context())
}

// repeat has a caller who does not know the outcome do it again, from what a
// run with faults has left. It must lead where a run without faults leads.
func (w *worker) repeat(t *testing.T, u useCase, from, end state) error {
	if err := w.restore(t.Context(), from); err != nil {
		return err
	}
	act := u.run
	if u.again != nil {
		act = u.again
	}
	_, got, err := w.call(t, u, act, faultless, nil)
	if err != nil {
		return err
	}
	if got.code != "" && got.code != u.refused && got.code != u.ended {
		return fmt.Errorf("a repeat is %q", got)
	}
	if err := w.read(t.Context()); err != nil {
		return err
	}
	states := [2]state{w.holds, end}
	for i, s := range states {
		if s, err = s.comparable(u); err != nil {
			return fmt.Errorf("after a repeat %w", err)
		}
		if states[i], err = s.once(); err != nil {
			return err
		}
	}
	if where := difference(states[0], states[1]); where != "" {
		return fmt.Errorf("after a repeat %s", where)
	}
	return nil
}

// sound returns what the table holds, and an error if an image and its share
// items do not say the same. Every case must end in one of the states that
// were found sound here, so none needs this check again.
func (w *worker) sound(ctx context.Context) (state, error) {
	found, err := kit.Inspect(ctx, w.plain, dynamo.Whole)
	if err != nil {
		return nil, err
	}
	if len(found.Broken) > 0 {
		return nil, fmt.Errorf("the table is broken: %q", found.Broken)
	}
	err = w.read(ctx)
	return maps.Clone(w.holds), err
}

func (b *baseline) callsMade() string {
	calls := make([]string, len(b.attempts))
	for i, a := range b.attempts {
		calls[i] = a.operation
	}
	return strings.Join(calls, " ")
}

// differs is the number of the first attempt that the same use case without
// the concurrent write does not make as well.
func (b *baseline) differs() int {
	if b.concurrent == nil {
		return 0
	}
	if b.useCase.after > 0 {
		return b.useCase.after
	}
	return slices.IndexFunc(b.attempts, func(a *attempt) bool { return a.operation == transact })
}
