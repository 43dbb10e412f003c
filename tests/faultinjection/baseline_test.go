package faultinjection

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// baseline is a run of a use case without faults, which every other is held
// against.
type baseline struct {
	useCase
	attempts []*attempt
	got      response
	start    state // what the table holds at the start
	// What it may hold at the end, comparable: nothing but the concurrent write,
	// or the whole.
	before, end state
}

// record makes the baseline of a use case, and has a caller repeat it from where
// a run with faults may have left the table.
func (w *worker) record(t *testing.T, u useCase, start state) (*baseline, error) {
	b := &baseline{useCase: u, start: start, before: start}
	if err := w.restore(t.Context(), start); err != nil {
		return nil, err
	}
	r, got, err := w.call(t, u, u.run, faultless)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.name, err)
	}
	b.attempts, b.got = r.attempts, got
	end, err := w.sound(t.Context())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.name, err)
	}
	if got.code != u.refused {
		return nil, fmt.Errorf("%s: the response is %q, not %q", u.name, got, u.refused)
	}
	if got := b.callsMade(); got != u.calls {
		return nil, fmt.Errorf("%s: the calls are %s, not %s", u.name, got, u.calls)
	}
	if u.concurrent != nil {
		if b.before, err = w.after(t.Context(), start, u.concurrent); err != nil {
			return nil, fmt.Errorf("%s: %w", u.name, err)
		}
	}
	for _, from := range []state{b.before, end} {
		if err := w.repeat(t, u, from, end); err != nil {
			return nil, fmt.Errorf("%s: %w", u.name, err)
		}
	}
	if b.before, err = b.before.comparable(); err == nil {
		b.end, err = end.comparable()
	}
	return b, err
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
	u.concurrent = nil
	_, got, err := w.call(t, u, act, faultless)
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
		if s, err = s.comparable(); err != nil {
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

// after returns what the table holds after a write, which may be refused.
func (w *worker) after(ctx context.Context, start state, do write) (state, error) {
	if err := w.restore(ctx, start); err != nil {
		return nil, err
	}
	if err := do(ctx, w.plain); err != nil {
		return nil, err
	}
	return w.sound(ctx)
}

// sound returns what the table holds, and an error if an image and its share
// items do not say the same. Every case must end in one of the states that
// were found sound here, so none needs this check again.
func (w *worker) sound(ctx context.Context) (state, error) {
	found, err := w.plain.Inspect(ctx)
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
