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
		decision, err := sharing.PutProject(existing, c)
		if err != nil {
			return nil, err
		}
		after, created = decision.After, decision.Created
		if decision.Activity == nil {
			return nil, nil
		}
		operation := t.put(projectItem(after), all(nothingHere), nil)
		if !created {
			operation = t.changeProject(*existing, after)
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

// PutPolicy implements service.Store with one GetItem and one write, which counts that it
// was asked also when nothing changes: an attempt that was lost must not take effect
// after another policy was answered. It leaves the catalog's fields alone, and the
// catalog the policy.
func (t *Store) PutPolicy(ctx context.Context, c sharing.PutPolicyCommand) (after sharing.Project, err error) {
	found, err := t.get(ctx, projectKey(c.Project))
	if err != nil {
		return sharing.Project{}, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		existing, err := projectOf(found)
		if err != nil {
			return nil, err
		}
		decision, err := sharing.PutPolicy(existing, c)
		if err != nil {
			return nil, err
		}
		after = decision.After
		return t.policyOperations(*existing, found[attrPolicyAsked], decision), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
	if err != nil {
		return sharing.Project{}, err
	}
	return after, nil
}

func (t *Store) policyOperations(before sharing.Project, asked types.AttributeValue, d sharing.ProjectDecision) []types.TransactWriteItem {
	values := item{":one": number(1)}
	sinceRead := policyNeverAsked
	if asked != nil {
		sinceRead, values[":asked"] = policyAskedAsRead, asked
	}
	const count = "ADD policyAsked :one"
	condition := all(notClosed, sinceRead)
	if d.Activity == nil {
		return []types.TransactWriteItem{t.update(projectKey(before.ID), count, condition, values)}
	}
	operation := t.change(projectKey(before.ID), stored.EncodeProject(before), stored.EncodeProject(d.After), condition, values)
	*operation.Update.UpdateExpression += " " + count
	return t.withActivity(*d.Activity, operation)
}

// CloseProject implements service.Store with one GetItem, one page of the
// project's images, and one write. Nothing ties the write to the images: a
// condition on the project in every registration and save would make all those of
// one project meet in one item, and cost two units more
// (docs/decisions/0011-closing-a-project.md).
func (t *Store) CloseProject(ctx context.Context, c sharing.CloseProjectCommand) error {
	found, err := t.get(ctx, projectKey(c.ID))
	if err != nil {
		return err
	}
	return t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		existing, err := projectOf(found)
		if err != nil {
			return nil, err
		}
		ownsImages := false
		if existing != nil && existing.State != sharing.Closed {
			if ownsImages, err = t.ownsImages(ctx, c.ID); err != nil {
				return nil, err
			}
		}
		decision, err := sharing.CloseProject(existing, ownsImages, c)
		if err != nil || decision.Activity == nil {
			return nil, err
		}
		return t.withActivity(*decision.Activity, t.changeProject(*existing, decision.After)), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
}

// ownsImages takes an image that cannot be read for one of the project's.
func (t *Store) ownsImages(ctx context.Context, p sharing.ProjectID) (bool, error) {
	page, err := t.OwnedImages(ctx, sharing.PageQuery{Project: p, Limit: 1})
	return len(page.Items) > 0 || page.Unreadable != nil, err
}

func (t *Store) changeProject(before, after sharing.Project) types.TransactWriteItem {
	return t.change(projectKey(before.ID), stored.EncodeProject(before), stored.EncodeProject(after),
		all(unchanged), item{":read": moment(before.UpdatedAt)})
}

// PutImage implements service.Store; see changeImageBy.
func (t *Store) PutImage(ctx context.Context, c sharing.PutImageCommand) (after sharing.Image, created bool, err error) {
	decided, err := t.changeImage(ctx, c.Owner, c.ImageID, func(img *sharing.Image, owner *sharing.Project) (sharing.ImageDecision, error) {
		return sharing.PutImage(img, owner, c)
	})
	return decided.After, decided.Created, err
}

// PatchImage implements service.Store; see changeImageBy.
func (t *Store) PatchImage(ctx context.Context, c sharing.PatchImageCommand) (sharing.Image, error) {
	decided, err := t.changeImage(ctx, c.Owner, c.ImageID, func(img *sharing.Image, _ *sharing.Project) (sharing.ImageDecision, error) {
		return sharing.PatchImage(img, c)
	})
	return decided.After, err
}

// SuspendImage implements service.Store; see changeImageBy and suspensionOperations.
func (t *Store) SuspendImage(ctx context.Context, c sharing.SuspendImageCommand) (sharing.Image, error) {
	decided, err := t.changeImageBy(ctx, c.Owner, c.ImageID, t.suspensionOperations, func(img *sharing.Image, _ *sharing.Project) (sharing.ImageDecision, error) {
		return sharing.SuspendImage(img, c)
	})
	return decided.After, err
}

// ResumeImage implements service.Store; see changeImageBy and suspensionOperations.
func (t *Store) ResumeImage(ctx context.Context, c sharing.ResumeImageCommand) (sharing.Image, error) {
	decided, err := t.changeImageBy(ctx, c.Owner, c.ImageID, t.suspensionOperations, func(img *sharing.Image, _ *sharing.Project) (sharing.ImageDecision, error) {
		return sharing.ResumeImage(img, c)
	})
	return decided.After, err
}

// changeImage is changeImageBy with imageOperations.
func (t *Store) changeImage(ctx context.Context, asks sharing.ProjectID, id sharing.ImageID, transition imageTransition) (decided sharing.ImageDecision, err error) {
	return t.changeImageBy(ctx, asks, id, t.imageOperations, transition)
}

// imageTransition decides on an image and the project that asks, nil for none.
type imageTransition = func(*sharing.Image, *sharing.Project) (sharing.ImageDecision, error)

func (t *Store) imageOperations(img *sharing.Image, _ item, d sharing.ImageDecision) []types.TransactWriteItem {
	if d.Activity == nil {
		return nil
	}
	return t.withActivity(*d.Activity, t.putImageOperation(d.After, img))
}

// suspensionOperations count also that it was asked, and do so when nothing changes:
// an attempt that was lost must not take effect after its opposite was answered.
func (t *Store) suspensionOperations(img *sharing.Image, read item, d sharing.ImageDecision) []types.TransactWriteItem {
	values := item{":uid": str(img.UID), ":read": moment(img.UpdatedAt), ":one": number(1)}
	sinceRead := neverAsked
	if asked := read[attrAsked]; asked != nil {
		sinceRead, values[":asked"] = askedAsRead, asked
	}
	const count = "ADD suspensionAsked :one"
	condition := all(sameImage, unchanged, sinceRead)
	if d.Activity == nil {
		return []types.TransactWriteItem{t.update(imageKey(img.ID), count, condition, values)}
	}
	operation := t.change(imageKey(img.ID), stored.EncodeImage(*img), stored.EncodeImage(d.After), condition, values)
	*operation.Update.UpdateExpression += " " + count
	return t.withActivity(*d.Activity, operation)
}

// changeImageBy registers or changes an image with one BatchGetItem, of the image and
// of the project that asks, and one write. When somebody else has changed the image
// meanwhile, the transition decides on that: what both change, the later one has
// said, and what one changes, it keeps.
func (t *Store) changeImageBy(ctx context.Context, asks sharing.ProjectID, id sharing.ImageID, operations func(*sharing.Image, item, sharing.ImageDecision) []types.TransactWriteItem, transition imageTransition) (decided sharing.ImageDecision, err error) {
	found, err := t.batchGet(ctx, []key{imageKey(id), projectKey(asks)})
	if err != nil {
		return sharing.ImageDecision{}, err
	}
	owner, err := projectOf(found[projectKey(asks)])
	if err != nil {
		return sharing.ImageDecision{}, err
	}
	latest := found[imageKey(id)]
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(latest)
		if err != nil {
			return nil, err
		}
		img.FollowOwner(owner)
		if decided, err = transition(img, owner); err != nil {
			return nil, err
		}
		return operations(img, latest, decided), nil
	}, func(items map[int]item) error {
		latest = items[0]
		return nil
	})
	if err != nil {
		return sharing.ImageDecision{}, err
	}
	return decided, nil
}

func (t *Store) putImageOperation(img sharing.Image, existing *sharing.Image) types.TransactWriteItem {
	if existing == nil {
		return t.put(imageItem(img), all(nothingHere), nil)
	}
	return t.changeOperation(*existing, img)
}

// changeOperation changes an image that stands as it was read.
func (t *Store) changeOperation(before, after sharing.Image) types.TransactWriteItem {
	return t.change(imageKey(after.ID), stored.EncodeImage(copyEnded(before, after)), stored.EncodeImage(after),
		all(sameImage, unchanged), item{":uid": str(after.UID), ":read": moment(before.UpdatedAt)})
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
