package table

import (
	"context"
	"errors"
	"fmt"

	"image-sharing/shared/sharing"
)

// Unshare implements service.Engine with one transaction. It takes away only a
// share that is older than the wish, so that an attempt that was lost, arriving
// after the wish was repeated, leaves a newer share alone. When clocks differ,
// the share that is meant may look newer: then the transaction brings it back,
// and the next one names its time.
func (t *Table) Unshare(ctx context.Context, w sharing.UnshareWish) error {
	newest := w.Now
	for range maxDecisions {
		err := t.write(ctx,
			t.update(imageKey(w.ImageID), "DELETE sharedWith :targets ADD cancelled :one", all(ownedByCaller, sharedWithTarget), item{
				":owner":   str(string(w.Owner)),
				":target":  str(string(w.Target)),
				":targets": projectSet([]sharing.ProjectID{w.Target}),
				":one":     number(1),
			}),
			t.delete(shareKey(w.ImageID, w.Target), all(notNewer), item{":newest": timestamp(newest)}))
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return err
		}
		img, refused, fault := imageIn(err, 0)
		if fault != nil {
			return fault
		}
		if refused {
			if _, err := sharing.UnshareImage(img, w); err != nil {
				return err
			}
			return fmt.Errorf("unshare of image %s: the condition refused what the rule allows: %w", w.ImageID, err)
		}
		share := reader{it: failed.items[1]}
		if newest = share.time("sharedAt"); share.err != nil {
			return share.err
		}
	}
	return errTooContended
}
