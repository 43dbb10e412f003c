package table

import (
	"context"
	"fmt"

	"image-sharing/shared/sharing"
)

// Unshare implements service.Engine with one transaction. The share item goes
// without a condition of its own: the set had the target, so the item is of
// this image.
func (t *Table) Unshare(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID, target sharing.ProjectID) error {
	err := t.write(ctx,
		t.update(imageKey(id), "DELETE sharedWith :targets", all(ownedByCaller, sharedWithTarget), item{
			":owner":   str(string(owner)),
			":target":  str(string(target)),
			":targets": projectSet([]sharing.ProjectID{target}),
		}),
		t.delete(shareKey(id, target), nil, nil))
	img, refused, fault := imageIn(err, 0)
	switch {
	case fault != nil:
		return fault
	case !refused:
		return err
	}
	if _, err := sharing.UnshareImage(img, owner, target); err != nil {
		return err
	}
	return fmt.Errorf("unshare of image %s: the condition refused what the rule allows: %w", id, err)
}
