package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// DeletedImage is what a stream record says of an image that is gone.
type DeletedImage struct {
	ID         sharing.ImageID
	UID        string
	Region     string // "" if the record does not say it
	SharedWith []sharing.ProjectID
}

// RemoveShares removes what a deleted image left of its shares. It may come
// late, or more than once: a share item of an image that has the id by then
// has another uid and stays. It returns Busy, Throttled or OutcomeUnknown when
// it must be called again.
func (t *Store) RemoveShares(ctx context.Context, d DeletedImage) error {
	left := d.SharedWith
	return t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		var operations []types.TransactWriteItem
		for _, p := range left {
			operations = append(operations, t.delete(shareKey(d.ID, p), all(orphaned), item{":uid": str(d.UID)}))
		}
		return operations, nil
	}, func(latest map[int]item) error {
		// Those are of a new image with the id, and must stay.
		var orphans []sharing.ProjectID
		for i, p := range left {
			if _, isNew := latest[i]; !isNew {
				orphans = append(orphans, p)
			}
		}
		left = orphans
		return nil
	})
}
