package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Save implements service.Engine with two calls: one read that explains every
// refusal, and one transaction that checks the source and puts the copy. A
// refusal with a key takes a second read instead.
func (t *Store) Save(ctx context.Context, w sharing.SaveCommand) (sharing.Image, error) {
	seen, err := t.readForSave(ctx, w)
	if err != nil {
		return sharing.Image{}, err
	}
	for range maxDecisions {
		copied, replayed, err := sharing.SaveImage(seen.source, seen.recipient, seen.prior, w)
		if err != nil || replayed {
			return copied, err
		}
		err = t.write(ctx, t.saveOperations(w, seen.source, copied)...)
		if err == nil {
			return copied, nil
		}
		// The same key may have made the copy meanwhile, the share may have
		// ended, or both: each brings its image along.
		latestSource, refusedSource, fault := imageIn(err, 0)
		if fault != nil {
			return sharing.Image{}, fault
		}
		latestPrior, refusedPrior, fault := imageIn(err, 1)
		switch {
		case fault != nil:
			return sharing.Image{}, fault
		case !refusedSource && !refusedPrior:
			return sharing.Image{}, err
		}
		if refusedSource {
			seen.source = latestSource
		}
		if refusedPrior {
			seen.prior = latestPrior
		}
	}
	return sharing.Image{}, errTooContended
}

// seenForSave is what a save is decided on, as read; nil where there is none.
type seenForSave struct {
	source, prior *sharing.Image
	recipient     *sharing.Project
}

func (t *Store) readForSave(ctx context.Context, w sharing.SaveCommand) (seen seenForSave, err error) {
	found, err := t.batchGet(ctx, []key{imageKey(w.SourceID), projectKey(w.Project), imageKey(w.NewID)})
	if err != nil {
		return seen, err
	}
	if seen.recipient, err = projectOrNone(found[projectKey(w.Project)]); err != nil {
		return seen, err
	}
	if seen.source, err = imageOf(found[imageKey(w.SourceID)]); err != nil {
		return seen, err
	}
	if seen.prior, err = imageOf(found[imageKey(w.NewID)]); err != nil || seen.prior != nil || w.Key == "" {
		return seen, err
	}
	// The read is no snapshot. Another request with the same key may have made
	// the copy after this one had looked for it, and the share may have ended
	// before this one read the source: a refusal then would be untrue, because
	// the key has a copy, which is the answer. So look again before refusing.
	if _, _, refused := sharing.SaveImage(seen.source, seen.recipient, nil, w); refused != nil {
		if found, err = t.batchGet(ctx, []key{imageKey(w.NewID)}); err == nil {
			seen.prior, err = imageOf(found[imageKey(w.NewID)])
		}
	}
	return seen, err
}

func (t *Store) saveOperations(w sharing.SaveCommand, source *sharing.Image, copied sharing.Image) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		t.check(imageKey(w.SourceID), all(sameImage, available, sharedWithTarget), item{
			":uid":       str(source.UID),
			":available": str(string(sharing.Available)),
			":target":    str(string(w.Project)),
		}),
		t.put(imageItem(copied), all(nothingHere), nil),
	}
}
