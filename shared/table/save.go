package table

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Save implements service.Engine with two calls: one read that explains every
// refusal, and one transaction that checks the source and puts the copy.
func (t *Table) Save(ctx context.Context, w sharing.SaveWish) (sharing.Image, error) {
	found, err := t.batchGet(ctx, []key{imageKey(w.SourceID), projectKey(w.Project), imageKey(w.NewID)})
	if err != nil {
		return sharing.Image{}, err
	}
	projects, err := projectsIn(found, []sharing.ProjectID{w.Project})
	if err != nil {
		return sharing.Image{}, err
	}
	var recipient *sharing.Project
	if p, ok := projects[w.Project]; ok {
		recipient = &p
	}
	source, err := imageOf(found[imageKey(w.SourceID)])
	if err != nil {
		return sharing.Image{}, err
	}
	prior, err := imageOf(found[imageKey(w.NewID)])
	if err != nil {
		return sharing.Image{}, err
	}
	for range maxDecisions {
		copied, replayed, err := sharing.SaveImage(source, recipient, prior, w)
		if err != nil || replayed {
			return copied, err
		}
		err = t.write(ctx, t.saveOperations(w, source, copied)...)
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
			source = latestSource
		}
		if refusedPrior {
			prior = latestPrior
		}
	}
	return sharing.Image{}, errTooContended
}

func (t *Table) saveOperations(w sharing.SaveWish, source *sharing.Image, copied sharing.Image) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		t.check(imageKey(w.SourceID), all(sameImage, available, sharedWithTarget), item{
			":uid":       str(source.UID),
			":available": str(string(sharing.Available)),
			":target":    str(string(w.Project)),
		}),
		t.put(imageItem(copied), all(nothingHere), nil),
	}
}
