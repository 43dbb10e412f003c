package dynamo

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// PutProject implements service.Store with one GetItem and one write.
func (t *Store) PutProject(ctx context.Context, c sharing.PutProjectCommand) (after sharing.Project, created bool, err error) {
	found, err := t.get(ctx, projectKey(c.ID))
	if err != nil {
		return sharing.Project{}, false, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		existing, err := projectOf(found)
		if err != nil {
			return nil, err
		}
		after, created = sharing.PutProject(existing, c)
		if created {
			return []types.TransactWriteItem{t.put(projectItem(after), all(nothingHere), nil)}, nil
		}
		return []types.TransactWriteItem{t.put(projectItem(after), all(unchanged), item{":read": timestamp(existing.UpdatedAt)})}, nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
	if err != nil {
		return sharing.Project{}, false, err
	}
	return after, created, nil
}

// PutImage implements service.Store with one BatchGetItem and one write.
func (t *Store) PutImage(ctx context.Context, c sharing.PutImageCommand) (after sharing.Image, created bool, err error) {
	found, err := t.batchGet(ctx, []key{imageKey(c.ImageID), projectKey(c.Owner)})
	if err != nil {
		return sharing.Image{}, false, err
	}
	owner, err := projectOf(found[projectKey(c.Owner)])
	if err != nil {
		return sharing.Image{}, false, err
	}
	existing, err := imageOf(found[imageKey(c.ImageID)])
	if err != nil {
		return sharing.Image{}, false, err
	}
	err = t.decide(ctx, func() (_ []types.TransactWriteItem, err error) {
		if after, created, err = sharing.PutImage(existing, owner, c); err != nil {
			return nil, err
		}
		return []types.TransactWriteItem{t.putImageOperation(after, existing)}, nil
	}, func(latest map[int]item) (err error) {
		existing, err = imageOf(latest[0])
		return err
	})
	if err != nil {
		return sharing.Image{}, false, err
	}
	return after, created, nil
}

// putImageOperation changes of an existing image only what the catalog may
// change: a put of the whole item would lose shares made meanwhile.
func (t *Store) putImageOperation(img sharing.Image, existing *sharing.Image) types.TransactWriteItem {
	if existing == nil {
		return t.put(imageItem(img), all(nothingHere), nil)
	}
	values := item{":uid": str(img.UID), ":read": timestamp(existing.UpdatedAt)}
	var sets []string
	attributes := changeableAttributes(img)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		sets = append(sets, name+" = :"+name)
		values[":"+name] = attributes[name]
	}
	return t.update(imageKey(img.ID), "SET "+strings.Join(sets, ", "), all(sameImage, unchanged), values)
}

// DeleteImage implements service.Store with one GetItem and one write: an
// attempt that was lost, arriving after the write was repeated, must not delete
// an image that was registered under the id since. The image's end is the end
// of every share of it; what remains of those is invisible, and RemoveShares
// clears it away.
func (t *Store) DeleteImage(ctx context.Context, c sharing.DeleteImageCommand) error {
	found, err := t.get(ctx, imageKey(c.ImageID))
	if err != nil {
		return err
	}
	return t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(found)
		if err != nil {
			return nil, err
		}
		if err := img.OwnedBy(c.Owner); err != nil {
			return nil, err
		}
		return []types.TransactWriteItem{t.delete(imageKey(c.ImageID), all(sameImage), item{":uid": str(img.UID)})}, nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
}
