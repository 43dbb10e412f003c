package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Share implements service.Store with two calls: one read of image, owner and
// targets that explains every refusal, and one transaction that decides; one more read
// before them of the image, where there are more than fewTargets, and one between them for
// the shares of targets that have the image already. When
// somebody else was faster, the transaction brings the image back as it is then,
// and the same transition decides on that.
func (t *Store) Share(ctx context.Context, c sharing.ShareCommand) (after sharing.Image, outcomes []sharing.ShareOutcome, err error) {
	snapshot, err := t.readForShare(ctx, c)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		decision, standing, err := t.decideShare(ctx, c, snapshot)
		if err != nil {
			return nil, err
		}
		after, outcomes = decision.After, decision.Outcomes(c.Targets, standing)
		if decision.Activity == nil {
			return nil, nil
		}
		return t.withActivity(*decision.Activity, t.shareOperations(c, snapshot, decision)...), nil
	}, func(latest map[int]item) error {
		return snapshot.refresh(latest[0])
	})
	if err != nil {
		return sharing.Image{}, nil, err
	}
	return after, outcomes, nil
}

// decideShare decides on the snapshot, and returns the details of the shares
// that stand already. It reads those that the snapshot lacks. When one of them
// ended meanwhile, it reads everything again, and decides on that.
//
// The loop is not decide's: that one goes on from a transaction whose conditions
// failed, with the items that it brought back. Here reads do not agree, before
// anything is written, and nothing is written at all by a dry run or when every
// target has the image already.
func (t *Store) decideShare(ctx context.Context, c sharing.ShareCommand, s *shareSnapshot) (sharing.ShareDecision, map[sharing.ProjectID]sharing.Share, error) {
	for range maxDecisions {
		decision, err := sharing.ShareImage(s.image, s.projects, c)
		if err != nil {
			return sharing.ShareDecision{}, nil, err
		}
		standing, missing, err := s.standing(c.Targets)
		if err != nil {
			return sharing.ShareDecision{}, nil, err
		}
		if len(missing) > 0 {
			if err := t.readMore(ctx, s, missing); err != nil {
				return sharing.ShareDecision{}, nil, err
			}
			if standing, missing, err = s.standing(c.Targets); err != nil {
				return sharing.ShareDecision{}, nil, err
			}
		}
		if len(missing) == 0 {
			return decision, standing, nil
		}
		again, err := t.readForShare(ctx, c)
		if err != nil {
			return sharing.ShareDecision{}, nil, err
		}
		*s = *again
	}
	return sharing.ShareDecision{}, nil, errTooContended
}

// shareOperations are the transaction: the set on the image, under every
// condition the transition relied on, and the new share items. The puts have
// no condition: the set says that no share of this image is there, so what a
// put may overwrite was left by a former image with the same id.
func (t *Store) shareOperations(c sharing.ShareCommand, s *shareSnapshot, d sharing.ShareDecision) []types.TransactWriteItem {
	values := item{
		":uid":       str(s.image.UID),
		":available": str(string(sharing.Available)),
		":room":      number(c.Limit - len(d.Created)),
		":added":     projectSet(d.Added()),
	}
	// Marks of those who get the image anew are left by functions of a release that knows
	// none (decision 15): what a share begins with is what the policies say. One expression
	// cannot add to a set and take from it.
	expression := "ADD sharedWith :added DELETE pending :added, declined :added"
	if pending := d.Pending(); len(pending) > 0 {
		expression, values[":pending"] = "ADD sharedWith :added, pending :pending DELETE declined :added", projectSet(pending)
	}
	sinceRead := neverCancelled
	if s.cancelled != nil {
		sinceRead, values[":cancelled"] = noneCancelled, s.cancelled
	}
	condition := all(sameImage, available, notSuspended, sinceRead, hasRoom, targetsAsRead(s.image, c.Targets, values))
	operations := []types.TransactWriteItem{
		t.update(imageKey(c.ImageID), expression, condition, values),
	}
	for _, share := range d.Created {
		operations = append(operations, t.put(shareItem(*s.image, share), nil, nil))
	}
	return operations
}

// shareSnapshot is what a share is decided on, as read.
type shareSnapshot struct {
	image     *sharing.Image
	cancelled types.AttributeValue // how many shares of the image were, nil for none
	owner     *sharing.Project     // nil if whoever asks is not registered
	projects  map[sharing.ProjectID]sharing.Project
	items     map[key]item // all that was read, with the share items of targets that had the image
}

// refresh takes the image's item as it is by now.
func (s *shareSnapshot) refresh(image item) (err error) {
	s.cancelled = image[attrCancelled]
	s.image, err = imageOf(image)
	s.image.FollowOwner(s.owner)
	return err
}

// standing returns the shares of those targets that have the image, and the
// keys of those whose details the snapshot lacks.
func (s *shareSnapshot) standing(targets []sharing.ProjectID) (shares map[sharing.ProjectID]sharing.Share, missing []key, err error) {
	shares = make(map[sharing.ProjectID]sharing.Share)
	for _, p := range targets {
		if !s.image.IsSharedWith(p) {
			continue
		}
		k := shareKey(s.image.ID, p)
		share, ok, err := shareOf(s.items[k], s.image)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			missing = append(missing, k)
		}
		share.ProjectName, share.AccountID = s.projects[p].Name, s.projects[p].AccountID
		shares[p] = share
	}
	return shares, missing, nil
}

// fewTargets are read together with the image. Of more, the image is read first: one call
// more, of some 5 ms, against a unit for each target that a stranger's request would spend.
const fewTargets = 10

// readForShare reads the image, the project that asks, for the account by which policies
// may decide, and the targets with their policies. It reads no share, and of more than
// fewTargets no project of an image that the project does not own: whoever does not own
// the image reads what he would of one that does not exist, however many shares it has.
func (t *Store) readForShare(ctx context.Context, c sharing.ShareCommand) (*shareSnapshot, error) {
	first, rest := []key{imageKey(c.ImageID)}, []key{projectKey(c.Owner)}
	for _, p := range c.Targets {
		rest = append(rest, projectKey(p))
	}
	if len(c.Targets) <= fewTargets {
		first, rest = append(first, rest...), nil
	}
	found, err := t.batchGet(ctx, first)
	if err != nil {
		return nil, err
	}
	s := &shareSnapshot{items: found}
	if len(rest) > 0 {
		if err := t.readIfOwned(ctx, s, c, rest); err != nil {
			return nil, err
		}
	}
	if s.owner, err = projectOf(found[projectKey(c.Owner)]); err != nil {
		return nil, err
	}
	if err := s.refresh(found[imageKey(c.ImageID)]); err != nil {
		return nil, err
	}
	s.projects, err = projectsIn(found, c.Targets)
	return s, err
}

// readIfOwned adds items to a snapshot that has the image's. It returns ImageNotFound when
// the image is not the owner's.
func (t *Store) readIfOwned(ctx context.Context, s *shareSnapshot, c sharing.ShareCommand, keys []key) error {
	img, err := imageOf(s.items[imageKey(c.ImageID)])
	if err != nil {
		return err
	}
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return err
	}
	return t.readMore(ctx, s, keys)
}

// readMore adds items to the snapshot.
func (t *Store) readMore(ctx context.Context, s *shareSnapshot, keys []key) error {
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return err
	}
	for k, it := range found {
		s.items[k] = it
	}
	return nil
}
