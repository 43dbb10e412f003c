package sqlite

import (
	"context"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
	"image-sharing/shared/timestamp"
)

// insertActivity puts an activity into the feed of each project that it
// concerns, in the transaction of its change.
func insertActivity(ctx context.Context, tx *connection, a sharing.Activity) error {
	for _, e := range a.Feeds() {
		text, err := attributesText(stored.EncodeActivity(e))
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `INSERT INTO activities (feed, attributes) VALUES (?, ?)`, e.Feed, text); err != nil {
			return err
		}
	}
	return nil
}

func scanActivity(row scanner) (sharing.Activity, error) {
	var e sharing.FeedEntry
	err := row.Scan(scanRecord(&e, stored.DecodeActivity))
	return e.Activity, err
}

// Activities implements service.Store.
func (s *Store) Activities(ctx context.Context, q sharing.ActivityQuery) (sharing.ActivityPage, error) {
	at, id := afterAll, sharing.ActivityID(afterAll)
	if q.After != nil {
		at, id = timestamp.Format(q.After.At), q.After.ID
	}
	found, err := findAll(ctx, s.reader, scanActivity, `
		SELECT attributes FROM activities
		WHERE feed = ?1 AND (at, id) < (?2, ?3) AND (?4 = '' OR type = ?4) AND (?5 = '' OR ?5 IN (image_id, copy_id))
		ORDER BY at DESC, id DESC LIMIT ?6`,
		q.Project, at, id, q.Type, q.ImageID, q.Limit+1)
	if err != nil {
		return sharing.ActivityPage{}, refusal(err)
	}
	page := sharing.ActivityPage{Activities: found}
	if len(found) > q.Limit {
		page.Activities = found[:q.Limit]
		last := page.Activities[q.Limit-1]
		page.Next = &sharing.ActivityPosition{At: last.At, ID: last.ID}
	}
	return page, nil
}

// RemoveExpired removes the activities whose time is over, but none that is not
// delivered, and returns how many there were.
func (s *Store) RemoveExpired(ctx context.Context, now time.Time) (removed int64, err error) {
	err = s.transact(ctx, func(ctx context.Context, tx *connection) (err error) {
		removed, err = tx.exec(ctx, `DELETE FROM activities WHERE expires_at < ? AND seq <= (SELECT seq FROM delivered)`, now.Unix())
		return err
	})
	return removed, err
}
