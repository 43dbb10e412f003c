package faultinjection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"image-sharing/shared/dynamo"
)

// recording is a run of a use case without faults, which every other is held
// against.
type recording struct {
	useCase
	sends []*send
	told  outcome
	// What the table holds at the start, when the rival has written, at the
	// end, and at the end of a run without the rival.
	start, rivaled, end, endAlone state
}

func (l *lane) record(ctx context.Context, u useCase, start state) (*recording, error) {
	rec := &recording{useCase: u, start: start, rivaled: start}
	var err error
	rec.end, err = l.after(ctx, start, func(ctx context.Context, _ *dynamo.Store) (any, error) {
		var r *run
		r, rec.told = l.call(ctx, u, faultless)
		rec.sends = r.sends
		return nil, r.err
	})
	if rec.endAlone = rec.end; err == nil && u.rival != nil {
		if rec.rivaled, err = l.after(ctx, start, u.rival); err == nil {
			rec.endAlone, err = l.after(ctx, start, u.run)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.name, err)
	}
	if got := rec.told.told(); got != u.refused || rec.told.isInternal() {
		return nil, fmt.Errorf("%s: it is told %q, not %q", u.name, rec.told, u.refused)
	}
	if got := rec.calls(); got != u.calls {
		return nil, fmt.Errorf("%s: the calls are %s, not %s", u.name, got, u.calls)
	}
	return rec, nil
}

// after returns what the table holds after a call, which may be refused.
func (l *lane) after(ctx context.Context, start state, do call) (state, error) {
	if err := l.restore(ctx, start); err != nil {
		return nil, err
	}
	if _, err := do(ctx, l.plain); (outcome{err: err}).isInternal() {
		return nil, err
	}
	return l.sound(ctx)
}

// sound returns what the table holds, and an error if an image and its share
// items do not say the same. Every trial must end in one of the states that
// were found sound here, so none needs this check again.
func (l *lane) sound(ctx context.Context) (state, error) {
	found, err := l.plain.Inspect(ctx)
	if err != nil {
		return nil, err
	}
	if len(found.Broken) > 0 {
		return nil, fmt.Errorf("the table is broken: %q", found.Broken)
	}
	return l.read(ctx)
}

func (rec *recording) calls() string {
	calls := make([]string, len(rec.sends))
	for i, s := range rec.sends {
		calls[i] = s.operation
	}
	return strings.Join(calls, " ")
}

// differs is the number of the first request that the same use case without
// the rival does not make as well.
func (rec *recording) differs() int {
	if rec.rival == nil {
		return 0
	}
	if rec.rivalAfter > 0 {
		return rec.rivalAfter
	}
	return slices.IndexFunc(rec.sends, func(s *send) bool { return s.operation == write })
}
