package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Share implements service.Engine with two calls: one read of image, targets
// and their shares that explains every refusal, and one transaction that
// decides. When somebody else was faster, the transaction brings the image
// back as it is then, and the same transition decides on that.
func (t *Store) Share(ctx context.Context, w sharing.ShareCommand) (sharing.Image, []sharing.ShareOutcome, error) {
	seen, err := t.readForShare(ctx, w)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	for range maxDecisions {
		after, added, err := sharing.ShareImage(seen.image, seen.projects, w)
		if err != nil {
			return sharing.Image{}, nil, err
		}
		created := w.NewShares(added, seen.projects)
		complete, err := t.readMissing(ctx, w, seen, added)
		if err != nil {
			return sharing.Image{}, nil, err
		}
		if !complete {
			if seen, err = t.readForShare(ctx, w); err != nil {
				return sharing.Image{}, nil, err
			}
			continue
		}
		if len(added) == 0 || w.DryRun {
			return after, seen.outcomes(w, created), nil
		}
		err = t.write(ctx, t.shareOperations(w, seen, created)...)
		if err == nil {
			return after, seen.outcomes(w, created), nil
		}
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return sharing.Image{}, nil, err
		}
		if err := seen.saw(failed.items[0]); err != nil {
			return sharing.Image{}, nil, err
		}
	}
	return sharing.Image{}, nil, errTooContended
}

// shareOperations are the transaction: the set on the image, under every
// condition the transition relied on, and the new share items. The puts have
// no condition: the set says that no share of this image is there, so what a
// put may overwrite was left by a former image with the same id.
func (t *Store) shareOperations(w sharing.ShareCommand, seen *seenForShare, created []sharing.Share) []types.TransactWriteItem {
	added := make([]sharing.ProjectID, len(created))
	for i, s := range created {
		added[i] = s.ProjectID
	}
	values := item{
		":uid":       str(seen.image.UID),
		":available": str(string(sharing.Available)),
		":room":      number(w.Limit - len(added)),
		":added":     projectSet(added),
	}
	asSeen := neverCancelled
	if seen.cancelled != nil {
		asSeen, values[":cancelled"] = noneCancelled, seen.cancelled
	}
	condition := all(sameImage, available, asSeen, hasRoom, targetsAsSeen(seen.image, w.Targets, values))
	operations := []types.TransactWriteItem{
		t.update(imageKey(w.ImageID), "ADD sharedWith :added", condition, values),
	}
	for _, s := range created {
		operations = append(operations, t.put(shareItem(*seen.image, s), nil, nil))
	}
	return operations
}

// seenForShare is what a share is decided on, as read.
type seenForShare struct {
	image     *sharing.Image
	cancelled types.AttributeValue // how many shares of the image were, nil for none
	projects  map[sharing.ProjectID]sharing.Project
	items     map[key]item // the targets' share items
}

// saw takes note of the image's item.
func (s *seenForShare) saw(it item) (err error) {
	s.cancelled = it[attrCancelled]
	s.image, err = imageOf(it)
	return err
}

func (t *Store) readForShare(ctx context.Context, w sharing.ShareCommand) (*seenForShare, error) {
	keys := []key{imageKey(w.ImageID)}
	for _, p := range w.Targets {
		keys = append(keys, projectKey(p))
	}
	for _, p := range w.Targets {
		keys = append(keys, shareKey(w.ImageID, p))
	}
	// One image, 50 projects and 50 shares are one key too many for one call:
	// readMissing gets the last share in the rare case that it is needed.
	keys = keys[:min(len(keys), batchSize)]
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, err
	}
	seen := &seenForShare{items: found}
	if err := seen.saw(found[imageKey(w.ImageID)]); err != nil {
		return nil, err
	}
	seen.projects, err = projectsIn(found, w.Targets)
	return seen, err
}

// readMissing makes sure that the details of the shares that stand already
// are there, reading those that are not. It returns false when one of them
// ended meanwhile, and all must be read again.
func (t *Store) readMissing(ctx context.Context, w sharing.ShareCommand, seen *seenForShare, added []sharing.ProjectID) (bool, error) {
	isNew := make(map[sharing.ProjectID]bool, len(added))
	for _, p := range added {
		isNew[p] = true
	}
	var missing []key
	for _, p := range w.Targets {
		if _, ok, err := seen.share(p); err != nil {
			return false, err
		} else if !ok && !isNew[p] {
			missing = append(missing, shareKey(w.ImageID, p))
		}
	}
	if len(missing) == 0 {
		return true, nil
	}
	found, err := t.batchGet(ctx, missing)
	if err != nil {
		return false, err
	}
	for _, k := range missing {
		if text(found[k], attrUID) != seen.image.UID {
			return false, nil
		}
		seen.items[k] = found[k]
	}
	return true, nil
}

func (s *seenForShare) share(p sharing.ProjectID) (sharing.Share, bool, error) {
	share, ok, err := shareOf(s.items[shareKey(s.image.ID, p)], s.image)
	share.ProjectName, share.AccountID = s.projects[p].Name, s.projects[p].AccountID
	return share, ok, err
}

func (s *seenForShare) outcomes(w sharing.ShareCommand, created []sharing.Share) []sharing.ShareOutcome {
	outcomes := make([]sharing.ShareOutcome, 0, len(w.Targets))
	for _, p := range w.Targets {
		if len(created) > 0 && created[0].ProjectID == p { // same order as the targets
			outcomes = append(outcomes, sharing.ShareOutcome{Share: created[0], Result: sharing.ShareCreated})
			created = created[1:]
			continue
		}
		share, _, _ := s.share(p) // readMissing has seen it
		outcomes = append(outcomes, sharing.ShareOutcome{Share: share, Result: sharing.ShareUnchanged})
	}
	return outcomes
}
