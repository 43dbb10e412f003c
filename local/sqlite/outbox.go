package sqlite

import (
	"context"
)

// Outgoing is an activity in a feed, as it is kept.
type Outgoing struct {
	Seq        int64 // the order of the commits
	Feed       string
	Attributes string // JSON
}

// Outgoing returns the oldest activities after seq.
func (s *Store) Outgoing(ctx context.Context, seq int64, most int) ([]Outgoing, error) {
	found, err := findAll(ctx, s.reader, scanOutgoing, `SELECT seq, feed, attributes FROM activities WHERE seq > ? ORDER BY seq LIMIT ?`, seq, most)
	return found, refusal(err)
}

func scanOutgoing(row scanner) (o Outgoing, err error) {
	err = row.Scan(&o.Seq, &o.Feed, &o.Attributes)
	return o, err
}

// Delivered returns the seq up to which everything is delivered, or, if that is
// less, the one after which the newest so many changes come.
func (s *Store) Delivered(ctx context.Context, newest int) (seq int64, err error) {
	found, err := findOne(ctx, s.reader, scanNumber, `
		SELECT min(seq, coalesce((
			SELECT seq FROM activities WHERE attributes ->> 'echo' IS NULL ORDER BY seq DESC LIMIT 1 OFFSET ?), 0))
		FROM delivered`, newest)
	if err != nil {
		return 0, refusal(err)
	}
	return *found, nil // there is one row
}

// SetDelivered says that everything up to seq is delivered.
func (s *Store) SetDelivered(ctx context.Context, seq int64) error {
	return s.transact(ctx, func(ctx context.Context, tx *connection) error {
		_, err := tx.exec(ctx, `UPDATE delivered SET seq = max(seq, ?)`, seq)
		return err
	})
}

// Written receives when something was committed that may have left activities
// since it received before.
func (s *Store) Written() <-chan struct{} { return s.written }
