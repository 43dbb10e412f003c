package sqlite

import (
	"context"
	"errors"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"image-sharing/shared/sharing"
)

// write is transact, and lets Written know of what was or may have been committed.
func (s *Store) write(ctx context.Context, fn func(context.Context, *connection) error) error {
	err := s.transact(ctx, fn)
	if err == nil || errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		select {
		case s.written <- struct{}{}:
		default: // it will be looked at
		}
	}
	return err
}

// rollback has nothing left to do if SQLite has done it already, as it does when
// the disk fails.
func rollback(ctx context.Context, c *connection) { _, _ = c.exec(ctx, "ROLLBACK") }

// read runs fn on one snapshot of the database.
func (s *Store) read(ctx context.Context, fn func(context.Context, *connection) error) error {
	return refusal(s.reader.use(ctx, func(ctx context.Context, c *connection) error {
		if _, err := c.exec(ctx, "BEGIN"); err != nil {
			return err
		}
		defer rollback(ctx, c) // there is nothing to commit
		return fn(ctx, c)
	}))
}

// refusal makes Busy of an err that says that SQLite's lock or the caller's
// patience ended first.
func refusal(err error) error {
	if isBusy(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return sharing.Busy(err)
	}
	return err
}

// commitRefusal is for a failed commit. Unless it never got the lock, or no
// room on the disk, it failed while writing, and what reached the disk shows
// only when the log is read again after a restart.
func commitRefusal(err error) error {
	if isBusy(err) {
		return refusal(err)
	}
	return sharing.OutcomeUnknown(err)
}

// isBusy reports whether SQLite says that nothing was written and that it may be
// possible later: another has the lock, or the disk is full (its
// documentation, "Result and Error Codes").
func isBusy(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff { // the rest is SQLite's extended code
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_INTERRUPT, codes.SQLITE_FULL:
		return true
	}
	return false
}
