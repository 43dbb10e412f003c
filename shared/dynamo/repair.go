package dynamo

import (
	"context"
	"errors"
)

// Remove removes an orphan, unless a new share has taken its place. It also
// checks that the image is gone: Inspect reads an image before its shares, and
// if the image is registered and shared in between, it takes shares that stand
// for orphans. It reports whether it has removed it.
func (t *Store) Remove(ctx context.Context, l Orphan) (removed bool, err error) {
	values := item{":uid": str(l.UID)}
	err = t.write(ctx,
		t.check(imageKey(l.Image), all(imageGone), values),
		t.delete(shareKey(l.Image, l.Target), all(orphaned), values))
	if errors.As(err, new(*conditionsFailed)) {
		return false, nil
	}
	return err == nil, err
}
