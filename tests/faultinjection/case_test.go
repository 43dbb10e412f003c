package faultinjection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"image-sharing/shared/sharing"
)

// testCase is a use case with faults.
type testCase struct {
	*baseline
	what string
	plan plan
	// expected reports whether the caller must get that response, nil for
	// whatever is true.
	expected func(response) bool
}

// try runs a case and returns what is wrong.
func (w *worker) try(t *testing.T, c testCase) error {
	if err := w.restore(t.Context(), c.start); err != nil {
		return err
	}
	var concurrent func() error
	if c.concurrent != nil { // what it leads to is known
		concurrent = func() error { return w.restore(context.Background(), c.overtaken) }
	}
	r, got, err := w.call(t, c.useCase, c.run, c.plan, concurrent)
	if err == nil {
		err = w.judge(t, c, r, got)
	}
	if err != nil {
		err = fmt.Errorf("%s: the response is %q: %w; requests: %v", c.what, got, err, r.attempts)
		return errors.Join(err, w.read(t.Context())) // for the next case
	}
	return nil
}

// judge holds a run against the baseline.
func (w *worker) judge(t *testing.T, c testCase, r *run, got response) error {
	now := c.before
	if r.written {
		err := w.read(t.Context())
		if err == nil {
			now, err = w.holds.comparable(c.useCase)
		}
		if err != nil {
			return err
		}
	}
	if err := checkAttempts(r.attempts); err != nil {
		return err
	}
	if err := c.isTrue(r.attempts, got, now); err != nil {
		return err
	}
	if c.expected != nil && !c.expected(got) {
		return fmt.Errorf("without faults it is %q", c.got)
	}
	return nil
}

// isTrue returns an error if the response is not true. The table must hold what
// it held before, or what it holds without faults: what a repeat leads to from
// there is known from the baseline.
func (c testCase) isTrue(attempts []*attempt, got response, now state) error {
	notWritten, written := difference(now, c.before), difference(now, c.end)
	if notWritten != "" && written != "" {
		return fmt.Errorf("it is neither done (%s) nor left alone (%s)", written, notWritten)
	}
	lost, open := lastDecision(attempts)
	switch {
	case got.same(c.got):
		if written != "" {
			return fmt.Errorf("it is not done: %s", written)
		}
	case c.comesAgain && got.code != "": // it is done or left alone
	case got.code == sharing.CodeOutcomeUnknown:
		if !lost {
			return errors.New("no reply was lost")
		}
	case got.code == sharing.CodeBusy, got.code == sharing.CodeThrottled, got.code == sharing.CodeInternal:
		if notWritten != "" {
			return fmt.Errorf("something was written: %s", notWritten)
		}
		if lost && open {
			return errors.New("a reply was lost")
		}
	default:
		return fmt.Errorf("without faults it is %q", c.got)
	}
	return nil
}

// lastDecision is about the transaction that a run ended with, if it ended
// with one: whether a reply to it was lost, and whether none came that ends
// the matter.
func lastDecision(attempts []*attempt) (lost, open bool) {
	if len(attempts) == 0 || attempts[len(attempts)-1].operation != transact {
		return false, false
	}
	last := attempts[len(attempts)-1]
	lost = slices.ContainsFunc(attempts, func(a *attempt) bool {
		return a.token() == last.token() && a.lost()
	})
	return lost, last.open()
}
