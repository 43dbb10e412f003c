package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Unshare implements service.Store with one transaction. It takes away only a
// share that is older than the command, so that an attempt that was lost,
// arriving after the command was repeated, leaves a newer share alone. When
// clocks differ, the share that is meant may look newer: then the transaction
// brings it back, and the next one names that very share. A share that is not
// there takes one more; see voidLostShares.
func (t *Store) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	older, sharedAt := notNewer, timestamp(c.Now)
	return t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		return []types.TransactWriteItem{
			t.update(imageKey(c.ImageID), "DELETE sharedWith :targets ADD cancelled :one", all(ownedByCaller, sharedWithTarget), item{
				":owner":   str(string(c.Owner)),
				":target":  str(string(c.Target)),
				":targets": projectSet([]sharing.ProjectID{c.Target}),
				":one":     number(1),
			}),
			t.delete(shareKey(c.ImageID, c.Target), all(older), item{":shared": sharedAt}),
		}, nil
	}, func(latest map[int]item) error {
		img, refused := latest[0]
		if !refused {
			older, sharedAt = sameShare, latest[1]["sharedAt"]
			return nil
		}
		err := explainUnshare(img, c)
		if !errors.Is(err, sharing.ShareNotFound()) {
			return err
		}
		return t.voidLostShares(ctx, c)
	})
}

// explainUnshare explains why an image's conditions failed.
func explainUnshare(it item, c sharing.UnshareCommand) error {
	img, err := imageOf(it)
	if err != nil {
		return err
	}
	if _, err := sharing.UnshareImage(img, c); err != nil {
		return err
	}
	return fmt.Errorf("unshare of image %s: the condition refused what the rule allows", c.ImageID)
}

// voidLostShares returns ShareNotFound, and sees to it that it stays so: an
// attempt to share that was lost, and that the caller means to be rid of, must
// not take effect after this response. It returns nil when the share is there
// by now.
func (t *Store) voidLostShares(ctx context.Context, c sharing.UnshareCommand) error {
	err := t.write(ctx, t.update(imageKey(c.ImageID), "ADD cancelled :one", all(ownedByCaller, notSharedWithTarget), item{
		":owner":  str(string(c.Owner)),
		":target": str(string(c.Target)),
		":one":    number(1),
	}))
	switch {
	case err == nil:
		return sharing.ShareNotFound()
	case errors.As(err, new(*conditionsFailed)):
		return nil
	}
	return err
}
