package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
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
		decision := sharing.PutProject(existing, c)
		after, created = decision.After, decision.Created
		if decision.Activity == nil {
			return nil, nil
		}
		operation := t.put(projectItem(after), all(nothingHere), nil)
		if !created {
			operation = t.change(projectKey(c.ID), stored.EncodeProject(*existing), stored.EncodeProject(after),
				all(unchanged), item{":read": timestamp(existing.UpdatedAt)})
		}
		return t.withActivity(*decision.Activity, operation), nil
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
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		decision, err := sharing.PutImage(existing, owner, c)
		if err != nil {
			return nil, err
		}
		after, created = decision.After, decision.Created
		if decision.Activity == nil {
			return nil, nil
		}
		return t.withActivity(*decision.Activity, t.putImageOperation(after, existing)), nil
	}, func(latest map[int]item) (err error) {
		existing, err = imageOf(latest[0])
		return err
	})
	if err != nil {
		return sharing.Image{}, false, err
	}
	return after, created, nil
}

// PatchImage implements service.Store; see changeImage. When somebody else has
// changed the image meanwhile, the patch is applied to that: what both name of it,
// the later one has said, and what one names, it keeps.
func (t *Store) PatchImage(ctx context.Context, c sharing.PatchImageCommand) (sharing.Image, error) {
	return t.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.PatchImage(img, c) })
}

// SuspendImage implements service.Store; see changeImage.
func (t *Store) SuspendImage(ctx context.Context, c sharing.SuspendImageCommand) (sharing.Image, error) {
	return t.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.SuspendImage(img, c) })
}

// ResumeImage implements service.Store; see changeImage.
func (t *Store) ResumeImage(ctx context.Context, c sharing.ResumeImageCommand) (sharing.Image, error) {
	return t.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.ResumeImage(img, c) })
}

// changeImage changes an image with one GetItem and one write.
func (t *Store) changeImage(ctx context.Context, id sharing.ImageID, transition func(*sharing.Image) (sharing.ImageDecision, error)) (after sharing.Image, err error) {
	found, err := t.get(ctx, imageKey(id))
	if err != nil {
		return sharing.Image{}, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(found)
		if err != nil {
			return nil, err
		}
		decision, err := transition(img)
		if err != nil {
			return nil, err
		}
		after = decision.After
		if decision.Activity == nil {
			return nil, nil
		}
		return t.withActivity(*decision.Activity, t.putImageOperation(after, img)), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
	if err != nil {
		return sharing.Image{}, err
	}
	return after, nil
}

func (t *Store) putImageOperation(img sharing.Image, existing *sharing.Image) types.TransactWriteItem {
	if existing == nil {
		return t.put(imageItem(img), all(nothingHere), nil)
	}
	return t.imageChange(*existing, img)
}

// imageChange changes an image that stands as it was read.
func (t *Store) imageChange(before, after sharing.Image) types.TransactWriteItem {
	return t.change(imageKey(after.ID), stored.EncodeImage(copyEnded(before, after)), stored.EncodeImage(after),
		all(sameImage, unchanged), item{":uid": str(after.UID), ":read": timestamp(before.UpdatedAt)})
}

// change updates what differs before and after, which is updatedAt at least. It
// leaves alone what others write into the item meanwhile, such as shares, and
// what another release keeps there that this one does not know. Names have a '#'
// so that an attribute may be called what DynamoDB has reserved.
func (t *Store) change(k key, before, after stored.Attributes, condition *string, values item) types.TransactWriteItem {
	change := stored.ChangeOf(before, after)
	names := make(map[string]string)
	var sets, removed []string
	for name, value := range change.Set {
		names["#"+name], values[":new_"+name] = name, attributeValue(value)
		sets = append(sets, "#"+name+" = :new_"+name)
	}
	for _, name := range change.Removed {
		names["#"+name] = name
		removed = append(removed, "#"+name)
	}
	expression := "SET " + strings.Join(sets, ", ")
	if len(removed) > 0 {
		expression += " REMOVE " + strings.Join(removed, ", ")
	}
	operation := t.update(k, expression, condition, values)
	operation.Update.ExpressionAttributeNames = names
	return operation
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
		activity, err := sharing.DeleteImage(img, c)
		if err != nil {
			return nil, err
		}
		condition, values := all(sameImage, sharedWithNobody), item{":uid": str(img.UID)}
		if len(img.SharedWith) > 0 {
			condition, values[":sharedWith"] = all(sameImage, sharedAsRead), projectSet(img.SharedWith)
		}
		return t.withActivity(activity, t.delete(imageKey(c.ImageID), condition, values)), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
}
