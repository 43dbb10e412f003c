package dynamo

import (
	"context"
	"errors"
	"fmt"

	"image-sharing/shared/sharing"
)

// Unshare implements service.Engine with one transaction. It takes away only a
// share that is older than the command, so that an attempt that was lost, arriving
// after the command was repeated, leaves a newer share alone. When clocks differ,
// the share that is meant may look newer: then the transaction brings it back,
// and the next one names that very share. A share that is not there takes one
// more; see voidLostShares.
func (t *Store) Unshare(ctx context.Context, w sharing.UnshareCommand) error {
	older, shared := notNewer, timestamp(w.Now)
	for range maxDecisions {
		err := t.write(ctx,
			t.update(imageKey(w.ImageID), "DELETE sharedWith :targets ADD cancelled :one", all(ownedByCaller, sharedWithTarget), item{
				":owner":   str(string(w.Owner)),
				":target":  str(string(w.Target)),
				":targets": projectSet([]sharing.ProjectID{w.Target}),
				":one":     number(1),
			}),
			t.delete(shareKey(w.ImageID, w.Target), all(older), item{":shared": shared}))
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return err
		}
		it, refused := failed.items[0]
		if !refused {
			older, shared = sameShare, failed.items[1]["sharedAt"]
			continue
		}
		if err := refusedUnshare(it, w); !errors.Is(err, sharing.ShareNotFound()) {
			return err
		}
		if err := t.voidLostShares(ctx, w); !errors.As(err, &failed) {
			return err
		}
	}
	return errTooContended
}

// refusedUnshare explains why an image's conditions failed.
func refusedUnshare(it item, w sharing.UnshareCommand) error {
	img, err := imageOf(it)
	if err != nil {
		return err
	}
	if _, err := sharing.UnshareImage(img, w); err != nil {
		return err
	}
	return fmt.Errorf("unshare of image %s: the condition refused what the rule allows", w.ImageID)
}

// voidLostShares returns ShareNotFound, and sees to it that it stays so: an
// attempt to share that was lost, and that the caller means to be rid of, must
// not take effect after this answer. It returns *conditionsFailed when the
// share is there by now.
func (t *Store) voidLostShares(ctx context.Context, w sharing.UnshareCommand) error {
	err := t.write(ctx, t.update(imageKey(w.ImageID), "ADD cancelled :one", all(ownedByCaller, notSharedWithTarget), item{
		":owner":  str(string(w.Owner)),
		":target": str(string(w.Target)),
		":one":    number(1),
	}))
	if err != nil {
		return err
	}
	return sharing.ShareNotFound()
}
