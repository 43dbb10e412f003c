package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Unshare implements service.Store with one GetItem and one transaction. A
// stranger's request reads one item and writes nothing.
//
// It takes away only a share that is older than the command, so that an attempt
// that was lost, arriving after the command was repeated, leaves a newer share
// alone. When clocks differ, the share that is meant may look newer: then the
// transaction brings it back, and the next one names that very share.
func (t *Store) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	found, err := t.get(ctx, imageKey(c.ImageID))
	if err != nil {
		return err
	}
	var notFound error
	older, sharedAt := notNewer, moment(c.Now)
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(found)
		if err != nil {
			return nil, err
		}
		_, activity, err := sharing.UnshareImage(img, c)
		if notFound = nil; errors.Is(err, &sharing.Error{Code: sharing.CodeShareNotFound}) {
			notFound = err
			return []types.TransactWriteItem{t.voidLostShares(img.UID, c)}, nil
		}
		if err != nil {
			return nil, err
		}
		return t.withActivity(activity,
			t.update(imageKey(c.ImageID), "DELETE sharedWith :targets, pending :targets, declined :targets ADD cancelled :one", all(sameImage, sharedWithTarget), item{
				":uid":     str(img.UID),
				":target":  str(string(c.Target)),
				":targets": projectSet([]sharing.ProjectID{c.Target}),
				":one":     number(1),
			}),
			t.delete(shareKey(c.ImageID, c.Target), all(older), item{":shared": sharedAt})), nil
	}, func(latest map[int]item) error {
		if img, refused := latest[0]; refused {
			found = img
		} else {
			older, sharedAt = sameShare, latest[1]["sharedAt"]
		}
		return nil
	})
	if err != nil {
		return err
	}
	return notFound
}

// voidLostShares sees to it that ShareNotFound stays true: an attempt to share
// that was lost, and that the caller means to be rid of, must not take effect
// after that response.
func (t *Store) voidLostShares(uid string, c sharing.UnshareCommand) types.TransactWriteItem {
	return t.update(imageKey(c.ImageID), "ADD cancelled :one", all(sameImage, notSharedWithTarget), item{
		":uid":    str(uid),
		":target": str(string(c.Target)),
		":one":    number(1),
	})
}

// RevokeShares implements service.Store with one GetItem and one transaction. It
// names what it was decided on: who has the image, so that the activity names
// everybody who lost it, and how many shares were cancelled so far, so that an
// attempt that was lost and arrives after it was repeated ends no newer share.
func (t *Store) RevokeShares(ctx context.Context, c sharing.RevokeSharesCommand) (revoked []sharing.ProjectID, err error) {
	found, err := t.get(ctx, imageKey(c.ImageID))
	if err != nil {
		return nil, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(found)
		if err != nil {
			return nil, err
		}
		decision, err := sharing.RevokeShares(img, c)
		if err != nil {
			return nil, err
		}
		revoked = decision.Revoked
		return t.revokeOperations(img, found[attrCancelled], decision), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
	return revoked, err
}

// revokeOperations count a cancellation also when there is no share: an attempt to
// share that was lost must not take effect after the response.
func (t *Store) revokeOperations(img *sharing.Image, cancelled types.AttributeValue, d sharing.RevokeDecision) []types.TransactWriteItem {
	values := item{":uid": str(img.UID), ":one": number(1)}
	sinceRead, who := neverCancelled, sharedWithNobody
	if cancelled != nil {
		sinceRead, values[":cancelled"] = noneCancelled, cancelled
	}
	if d.Activity == nil {
		return []types.TransactWriteItem{t.update(imageKey(img.ID), "ADD cancelled :one", all(sameImage, sinceRead, who), values)}
	}
	who, values[":sharedWith"] = sharedAsRead, projectSet(img.SharedWith)
	operations := []types.TransactWriteItem{
		t.update(imageKey(img.ID), "REMOVE sharedWith, pending, declined ADD cancelled :one", all(sameImage, sinceRead, who), values),
	}
	for _, p := range d.Revoked {
		operations = append(operations, t.delete(shareKey(img.ID, p), nil, nil))
	}
	return t.withActivity(*d.Activity, operations...)
}
