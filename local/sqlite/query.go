package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// source is where rows are read from: a pool, or the connection that a transaction
// has.
type source interface {
	use(ctx context.Context, fn func(context.Context, *connection) error) error
}

// scanner is a row, alone or of several.
type scanner interface{ Scan(dest ...any) error }

func scanNumber(row scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

// findOne returns the row a query finds, nil when there is none.
func findOne[T any](ctx context.Context, from source, scan func(scanner) (T, error), query string, args ...any) (found *T, err error) {
	err = from.use(ctx, func(ctx context.Context, c *connection) error {
		s, err := c.statement(ctx, query)
		if err != nil {
			return err
		}
		item, err := scan(s.QueryRowContext(ctx, args...))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = &item
		return err
	})
	return found, err
}

// findAll returns the rows a query finds.
func findAll[T any](ctx context.Context, from source, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	return findSome(ctx, from, 0, scan, query, args...)
}

// findSome is findAll where there are not many more rows than most. It makes room for them
// in larger steps than append does, which takes half the memory, and for few it makes little.
func findSome[T any](ctx context.Context, from source, most int, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	err = from.use(ctx, func(ctx context.Context, c *connection) error {
		s, err := c.statement(ctx, query)
		if err != nil {
			return err
		}
		rows, err := s.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // Err has what matters
		for rows.Next() {
			if n := len(all); n == cap(all) && n < most {
				all = append(make([]T, 0, min(most, max(8, 4*n))), all...)
			}
			item, err := scan(rows)
			if err != nil {
				return err
			}
			all = append(all, item)
		}
		return rows.Err()
	})
	return all, err
}
