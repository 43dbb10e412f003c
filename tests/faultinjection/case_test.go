package faultinjection

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"image-sharing/shared/sharing"
)

// trial is a use case with faults.
type trial struct {
	*recording
	what string
	plan plan
	// exactly is what the caller must be told, nil for whatever is true.
	exactly func(outcome) bool
}

// unplannedTries is how often a trial is made that does not go as planned.
const unplannedTries = 20

// try makes a trial and returns what is wrong.
func (l *lane) try(ctx context.Context, x trial) error {
	for range unplannedTries {
		if err := l.restore(ctx, x.start); err != nil {
			return err
		}
		r, told := l.call(ctx, x.useCase, x.plan)
		var err error
		if !r.unplanned {
			if err = l.judge(ctx, x, r, told); err == nil {
				return nil
			}
			err = fmt.Errorf("%s: told %q: %w; requests: %v", x.what, told, err, r.sends)
		}
		_, readErr := l.read(ctx) // for the next trial
		if err = errors.Join(err, readErr); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: the machine is too slow: %d times there was no connection within %s", x.what, unplannedTries, attemptTimeout)
}

// judge holds a run against the recording.
func (l *lane) judge(ctx context.Context, x trial, r *run, told outcome) error {
	if r.err != nil {
		return fmt.Errorf("DynamoDB Local: %w", r.err)
	}
	if err := checkSends(r.sends); err != nil {
		return err
	}
	before, end := x.start, x.endAlone
	if r.rivaled {
		before, end = x.rivaled, x.end
	}
	now, err := l.read(ctx)
	if err != nil {
		return err
	}
	if err := x.isTrue(r.sends, told, now, before); err != nil {
		return err
	}
	if x.exactly != nil && !x.exactly(told) {
		return fmt.Errorf("without faults it is %q", x.told)
	}
	if told.same(x.told) {
		return nil // there is nothing to repeat
	}
	// A repeat leads to where the use case leads without faults, however far
	// it had come.
	repeat := x.run
	if x.again != nil {
		repeat = x.again
	}
	_, err = repeat(ctx, l.plain)
	if repeated := (outcome{err: err}); !x.mayRepeatWith(repeated) {
		return fmt.Errorf("a repeat is told %q", repeated)
	}
	if now, err = l.read(ctx); err != nil {
		return err
	}
	if now, err = now.asOnce(); err != nil {
		return err
	}
	if end, err = end.asOnce(); err != nil {
		return err
	}
	if where := difference(now, end); where != "" {
		return fmt.Errorf("after a repeat %s", where)
	}
	return nil
}

// mayRepeatWith reports whether a repeat may be told that: what a faultless run
// is told, or success where the rival was not there in time; and whoever ends
// something is told that it is not there, if the first request has ended it.
func (x trial) mayRepeatWith(told outcome) bool {
	if told.err == nil || told.told() != "" && told.told() == x.told.told() {
		return true
	}
	return x.method == "DeleteImage" && told.told() == sharing.CodeImageNotFound ||
		x.method == "Unshare" && told.told() == sharing.CodeShareNotFound
}

// isTrue returns an error if what the caller was told is not true. before is
// what the table holds if nothing was written.
func (x trial) isTrue(sends []*send, told outcome, now, before state) error {
	notWritten, written := difference(now, before), difference(now, x.end)
	lost, open := lastDecision(sends)
	switch {
	case told.same(x.told):
		if written != "" {
			return fmt.Errorf("it is not done: %s", written)
		}
	case told.told() == sharing.CodeOutcomeUnknown:
		if !lost {
			return errors.New("no answer was lost")
		}
		if notWritten != "" && written != "" {
			return fmt.Errorf("it is neither done (%s) nor left alone (%s)", written, notWritten)
		}
	case told.told() == sharing.CodeBusy, told.told() == sharing.CodeThrottled, told.isInternal():
		if notWritten != "" {
			return fmt.Errorf("something was written: %s", notWritten)
		}
		if lost && open {
			return errors.New("an answer was lost")
		}
	default:
		return fmt.Errorf("without faults it is %q", x.told)
	}
	return nil
}

// lastDecision tells of the transaction that a run ended with, if it ended
// with one: whether an answer to it was lost, and whether none came that ends
// the matter.
func lastDecision(sends []*send) (lost, open bool) {
	if len(sends) == 0 || sends[len(sends)-1].operation != write {
		return false, false
	}
	last := sends[len(sends)-1]
	lost = slices.ContainsFunc(sends, func(s *send) bool {
		return s.token() == last.token() && s.lost()
	})
	return lost, last.open()
}
