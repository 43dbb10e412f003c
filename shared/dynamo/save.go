package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Save implements service.Store with two calls: one read that explains every
// refusal, and one transaction that checks the source and puts the copy, or changes the one whose
// copying failed. A
// refusal with a key takes a second read instead.
func (t *Store) Save(ctx context.Context, c sharing.SaveCommand) (copied sharing.Image, err error) {
	snapshot, err := t.readForSave(ctx, c)
	if err != nil {
		return sharing.Image{}, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		snapshot.prior.FollowOwner(snapshot.project)
		decision, err := sharing.SaveImage(snapshot.source, snapshot.project, snapshot.prior, c)
		if err != nil {
			return nil, err
		}
		copied = decision.After
		if decision.Activity == nil {
			return nil, nil
		}
		return t.withActivity(*decision.Activity, t.saveOperations(c, snapshot, copied)...), nil
	}, snapshot.refresh)
	if err != nil {
		return sharing.Image{}, err
	}
	return copied, nil
}

// saveSnapshot is what a save is decided on, as read; nil where there is none.
type saveSnapshot struct {
	source, prior *sharing.Image
	project       *sharing.Project
}

// refresh takes what saveOperations found: the share may have ended, the same
// key may have made the copy meanwhile, or both.
func (s *saveSnapshot) refresh(latest map[int]item) (err error) {
	if it, refused := latest[0]; refused {
		if s.source, err = imageOf(it); err != nil {
			return err
		}
	}
	if it, refused := latest[1]; refused {
		s.prior, err = imageOf(it)
	}
	return err
}

func (t *Store) readForSave(ctx context.Context, c sharing.SaveCommand) (s saveSnapshot, err error) {
	found, err := t.batchGet(ctx, []key{imageKey(c.SourceID), projectKey(c.Project), imageKey(c.NewID)})
	if err != nil {
		return s, err
	}
	if s.project, err = projectOf(found[projectKey(c.Project)]); err != nil {
		return s, err
	}
	if s.source, err = imageOf(found[imageKey(c.SourceID)]); err != nil {
		return s, err
	}
	if s.prior, err = imageOf(found[imageKey(c.NewID)]); err != nil || s.prior != nil && !s.prior.CopyFailed() || c.Key == "" {
		return s, err
	}
	// BatchGetItem is no snapshot in one moment. Another request with the same
	// key may have made the copy, or begun it again, after this one had looked for
	// it, and the share may have ended before this one read the source: a refusal
	// then would be untrue, because the key has a copy. So look again before
	// refusing.
	if _, refused := sharing.SaveImage(s.source, s.project, s.prior, c); refused != nil {
		if found, err = t.batchGet(ctx, []key{imageKey(c.NewID)}); err == nil {
			s.prior, err = imageOf(found[imageKey(c.NewID)])
		}
	}
	return s, err
}

func (t *Store) saveOperations(c sharing.SaveCommand, read saveSnapshot, copied sharing.Image) []types.TransactWriteItem {
	values := item{":uid": str(read.source.UID), ":available": str(string(sharing.Available))}
	condition := all(sameImage, available, notSuspended)
	if c.Via != sharing.ViaOwn {
		values[":target"] = str(string(c.Project))
		condition = all(sameImage, available, notSuspended, sharedWithTarget, acceptedByTarget)
	}
	return []types.TransactWriteItem{
		t.check(imageKey(c.SourceID), condition, values),
		t.putImageOperation(copied, read.prior),
	}
}
