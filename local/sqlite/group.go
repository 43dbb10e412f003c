package sqlite

import (
	"context"
	"fmt"

	"image-sharing/shared/sharing"
)

// group is writes that are committed together, because each commit waits for the disk.
// A write that finds others waiting when it is done leaves the commit to them: its
// connection goes on to the next with the transaction open. It stands itself in line
// behind those who wait, and commits for all when its turn comes, if nobody else has. So
// a group is as large as the line was, and whoever is alone waits for nobody. Nothing is
// answered before it is committed.
type group struct {
	size int           // how many have their part in it
	done chan struct{} // closed when it is known what has become of all
	err  error         // why it is not committed
}

// transact runs fn in a transaction that is committed if fn returns nil. It waits
// for its turn as long as ctx lasts. Once begun it runs to its end whatever
// becomes of ctx, so that a caller who gives up never leaves a commit in
// doubt. It takes the write lock when it begins: one that read first and then found
// the lock taken could only fail.
func (s *Store) transact(ctx context.Context, fn func(context.Context, *connection) error) error {
	c, err := s.writer.take(ctx)
	if err != nil {
		return refusal(err)
	}
	ctx = context.WithoutCancel(ctx)
	if err := c.begin(ctx); err != nil {
		s.writer.give(c)
		return refusal(damage(err, s.writer.name))
	}
	g, whole := c.group, false
	defer func() {
		if !whole { // a panic leaves statements in the middle of their rows
			c.undo(ctx)
			_ = c.forget()
			s.finish(ctx, c, g)
		}
	}()
	if err = fn(ctx, c); err == nil {
		err = c.keep(ctx)
	}
	whole = true
	if err != nil {
		c.undo(ctx)
	}
	switch failed := s.finish(ctx, c, g); {
	case failed != nil && err != nil: // it was decided on what may never have been
		// Nobody may find the refusal in the cause, and act on it.
		return sharing.Busy(fmt.Errorf("%w; what was decided on it is void: %v", failed, err))
	case err != nil:
		return refusal(damage(err, s.writer.name))
	default:
		return failed
	}
}

// finish passes the connection on, waits until the group is committed, and returns why
// it is not.
func (s *Store) finish(ctx context.Context, c *connection, g *group) error {
	if s.writer == s.reader && c.group != nil {
		c.commit(ctx) // or those who read would see what is not committed
	}
	s.writer.give(c)
	select {
	case <-g.done:
	case c, open := <-s.writer.free: // in line with those who wait to write
		if open {
			if c.group == g {
				c.commit(ctx)
			}
			s.writer.give(c)
		}
		<-g.done
	}
	return g.err
}

// begin begins a transaction. In that of others it begins a part that can be rolled
// back by itself.
func (c *connection) begin(ctx context.Context) error {
	if c.group != nil {
		_, err := c.exec(ctx, "SAVEPOINT part")
		return err
	}
	_, err := c.exec(ctx, "BEGIN IMMEDIATE")
	if err == nil {
		c.group = &group{done: make(chan struct{})}
	}
	return err
}

// keep ends a part that will be committed. The first has the transaction to itself.
func (c *connection) keep(ctx context.Context) error {
	if c.group.size > 0 {
		if _, err := c.exec(ctx, "RELEASE part"); err != nil {
			return err
		}
	}
	c.group.size++
	return nil
}

// undo rolls a part back. When SQLite has rolled back the whole transaction already, as
// it does when the disk fails, nothing is left of the others' parts either.
func (c *connection) undo(ctx context.Context) {
	if c.group.size == 0 {
		rollback(ctx, c)
		c.end(nil)
		return
	}
	_, err := c.exec(ctx, "ROLLBACK TO part")
	if err == nil {
		_, err = c.exec(ctx, "RELEASE part")
	}
	if err != nil {
		rollback(ctx, c)
		c.end(sharing.Busy(err))
	}
}

// commit commits the group.
func (c *connection) commit(ctx context.Context) {
	_, err := c.exec(ctx, "COMMIT")
	if err != nil {
		rollback(ctx, c)
		err = commitRefusal(err)
	}
	c.end(err)
}

func (c *connection) end(err error) {
	c.group.err = err
	close(c.group.done)
	c.group = nil
}
