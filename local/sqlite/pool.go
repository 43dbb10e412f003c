package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// pool hands out connections in the order in which they are asked for.
// database/sql would wake any of those who wait: the unlucky ones would be the long
// tail of a busy service.
type pool struct {
	db   *sql.DB
	name string           // of the database, as SQLite takes it
	free chan *connection // who waited first receives first; closed with the pool
}

// openPool sets on every connection: WAL, so that reads and writes do not wait
// for each other; FULL, so that a commit is on disk when it is answered; and
// how many milliseconds to wait for another process.
func openPool(name string, connections int) (*pool, error) {
	db, err := sql.Open("sqlite", name+"?_busy_timeout=5000&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=ON&_dqs=0")
	if err != nil {
		return nil, err
	}
	p := &pool{db, name, make(chan *connection, connections)}
	for range connections {
		conn, err := db.Conn(context.Background())
		if err != nil {
			return nil, errors.Join(damage(err, name), db.Close())
		}
		p.give(&connection{conn: conn, compiled: map[string]*sql.Stmt{}})
	}
	return p, nil
}

// take returns a connection when it is the caller's turn, and waits for that as long as
// ctx lasts. The caller gives it back.
func (p *pool) take(ctx context.Context) (*connection, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case c, open := <-p.free:
		if !open {
			return nil, sql.ErrConnDone
		}
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pool) give(c *connection) { p.free <- c }

// use calls fn with a connection that it takes. What fn has begun runs to its end,
// which is near: fn gets a context for that. To stop it would cost each statement a
// goroutine that waits for ctx, and the connection what it has compiled.
func (p *pool) use(ctx context.Context, fn func(context.Context, *connection) error) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	whole := false
	defer func() {
		if !whole { // a panic leaves statements in the middle of their rows
			_ = c.forget()
		}
		p.give(c)
	}()
	err = fn(context.WithoutCancel(ctx), c)
	whole = true
	return damage(err, p.name)
}

// Close waits for what is running.
func (p *pool) Close() error {
	var errs []error
	for range cap(p.free) {
		c, open := <-p.free
		if !open {
			return nil // it was closed before
		}
		if c.group != nil {
			c.commit(context.Background()) // or those who wait for it would wait for ever
		}
		errs = append(errs, c.close())
	}
	close(p.free)
	return errors.Join(append(errs, p.db.Close())...)
}

// connection compiles each statement once. One caller has it at a time.
type connection struct {
	conn     *sql.Conn
	compiled map[string]*sql.Stmt
	group    *group // of the transaction that is open, nil for none
}

// mostCompiled is more than the statements there are. Those that change a record
// have as many forms as a record has sets of attributes, so there is a bound.
const mostCompiled = 200

// use calls fn with the connection itself.
func (c *connection) use(ctx context.Context, fn func(context.Context, *connection) error) error {
	return fn(ctx, c)
}

func (c *connection) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.compiled[query]; ok {
		return s, nil
	}
	if len(c.compiled) == mostCompiled {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	s, err := c.conn.PrepareContext(ctx, query)
	if err == nil {
		c.compiled[query] = s
	}
	return s, err
}

// exec carries out a statement and returns how many rows it changed.
func (c *connection) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// forget closes all statements.
func (c *connection) forget() error {
	var errs []error
	for _, s := range c.compiled {
		errs = append(errs, s.Close())
	}
	clear(c.compiled)
	return errors.Join(errs...)
}

func (c *connection) close() error { return errors.Join(c.forget(), c.conn.Close()) }
