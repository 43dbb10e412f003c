package dynamo

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// PutProject implements service.Engine with one GetItem and one write.
func (t *Store) PutProject(ctx context.Context, id sharing.ProjectID, spec sharing.ProjectSpec, now time.Time) (sharing.Project, bool, error) {
	found, err := t.get(ctx, projectKey(id))
	if err != nil {
		return sharing.Project{}, false, err
	}
	for range maxDecisions {
		existing, err := projectOrNone(found)
		if err != nil {
			return sharing.Project{}, false, err
		}
		p, created := sharing.PutProject(existing, id, spec, now)
		operation := t.put(projectItem(p), all(nothingHere), nil)
		if !created {
			operation = t.put(projectItem(p), all(unchanged), item{":seen": timestamp(existing.UpdatedAt)})
		}
		err = t.write(ctx, operation)
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return p, created, err
		}
		found = failed.items[0]
	}
	return sharing.Project{}, false, errTooContended
}

func projectOrNone(it item) (*sharing.Project, error) {
	if len(it) == 0 {
		return nil, nil
	}
	p, err := projectOf(it)
	return &p, err
}

// PutImage implements service.Engine with one BatchGetItem and one write.
func (t *Store) PutImage(ctx context.Context, w sharing.PutImageCommand) (sharing.Image, bool, error) {
	found, err := t.batchGet(ctx, []key{imageKey(w.ImageID), projectKey(w.Owner)})
	if err != nil {
		return sharing.Image{}, false, err
	}
	owner, err := projectOrNone(found[projectKey(w.Owner)])
	if err != nil {
		return sharing.Image{}, false, err
	}
	existing, err := imageOf(found[imageKey(w.ImageID)])
	if err != nil {
		return sharing.Image{}, false, err
	}
	for range maxDecisions {
		img, created, err := sharing.PutImage(existing, owner, w)
		if err != nil {
			return sharing.Image{}, false, err
		}
		err = t.write(ctx, t.putImageOperation(img, existing))
		if err == nil {
			return img, created, nil
		}
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return sharing.Image{}, false, err
		}
		if existing, err = imageOf(failed.items[0]); err != nil {
			return sharing.Image{}, false, err
		}
	}
	return sharing.Image{}, false, errTooContended
}

// putImageOperation changes of an existing image only what the catalog may
// change: a put of the whole item would lose shares made meanwhile.
func (t *Store) putImageOperation(img sharing.Image, existing *sharing.Image) types.TransactWriteItem {
	if existing == nil {
		return t.put(imageItem(img), all(nothingHere), nil)
	}
	values := item{":uid": str(img.UID), ":seen": timestamp(existing.UpdatedAt)}
	var sets []string
	attributes := changeableAttributes(img)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		sets = append(sets, name+" = :"+name)
		values[":"+name] = attributes[name]
	}
	return t.update(imageKey(img.ID), "SET "+strings.Join(sets, ", "), all(sameImage, unchanged), values)
}

// DeleteImage implements service.Engine with one GetItem and one write: an
// attempt that was lost, arriving after the write was repeated, must not delete
// an image that was registered under the id since. The image's end is the end
// of every share of it; what remains of those is invisible, and RemoveShares
// clears it away.
func (t *Store) DeleteImage(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) error {
	found, err := t.get(ctx, imageKey(id))
	if err != nil {
		return err
	}
	for range maxDecisions {
		img, err := imageOf(found)
		if err != nil {
			return err
		}
		if err := img.OwnedBy(owner); err != nil {
			return err
		}
		err = t.write(ctx, t.delete(imageKey(id), all(sameImage), item{":uid": str(img.UID)}))
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return err
		}
		found = failed.items[0]
	}
	return errTooContended
}
