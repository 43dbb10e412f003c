package dynamo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// OwnedImages implements service.Store; see list.
func (t *Store) OwnedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Image], error) {
	return list(ctx, t, q, ownedPrefix, func(at sharing.Position, img *sharing.Image) (sharing.Image, bool) {
		// An entry with another time is of a former image with the id.
		if img == nil || img.Owner != q.Project || !img.CreatedAt.Equal(at.At) {
			return sharing.Image{}, false
		}
		return *img, true
	})
}

// ReceivedImages implements service.Store; see list.
func (t *Store) ReceivedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Received], error) {
	return list(ctx, t, q, sharedPrefix, func(at sharing.Position, img *sharing.Image) (sharing.Received, bool) {
		// An entry of another region is of a former image with the id (R2).
		if img == nil || !img.IsSharedWith(q.Project) || img.Region != at.Region {
			return sharing.Received{}, false
		}
		return sharing.Received{Image: *img, SharedAt: at.At}, true
	})
}

// list reads one page: keys from the index, then the images themselves, and
// drops what an image does not confirm. So the index may be late and what a
// deleted image left behind may still be in it: neither is ever shown. An image
// that cannot be read is left out too, but named: one broken item must not take
// all others from everybody who lists it.
//
// It takes two calls, and two more for each further 100 keys (at most 200 and
// some read units) that stale ones make it read on its way to a full page.
// Stale keys exist only between an image's deletion and its clean-up, so that
// is rare. Beyond what fits into the request's time the response is Busy, until
// the clean-up or "make repair" has removed them.
func list[T any](ctx context.Context, t *Store, q sharing.PageQuery, prefix string, confirm func(sharing.Position, *sharing.Image) (T, bool)) (sharing.Page[T], error) {
	page := sharing.Page[T]{}
	var last sharing.Position
	listed := make(map[sharing.ImageID]bool, q.Limit)
	after, want := q.After, q.Limit
	for {
		positions, more, err := t.indexPositions(ctx, q, prefix, after, want)
		if err != nil {
			return sharing.Page[T]{}, err
		}
		images, unreadable, err := t.imagesAt(ctx, positions)
		if err != nil {
			return sharing.Page[T]{}, err
		}
		page.Unreadable = errors.Join(page.Unreadable, unreadable)
		for _, at := range positions {
			entry, ok := confirm(at, images[at.Image])
			// While the index follows a share that was cancelled and given
			// again, it may have both: the newer comes first and is the right one.
			if !ok || listed[at.Image] {
				continue
			}
			if len(page.Items) == q.Limit {
				page.Next = &last
				return page, nil
			}
			page.Items = append(page.Items, entry)
			listed[at.Image], last = true, at
		}
		if !more {
			return page, nil
		}
		if len(page.Items) == q.Limit {
			page.Next = &last
			return page, nil
		}
		after, want = &positions[len(positions)-1], batchSize
	}
}

// indexPositions returns up to most entries of a list after a position, and
// whether there are more.
func (t *Store) indexPositions(ctx context.Context, q sharing.PageQuery, prefix string, after *sharing.Position, most int) ([]sharing.Position, bool, error) {
	input := &dynamodb.QueryInput{
		TableName: t.name, IndexName: aws.String(indexName),
		KeyConditionExpression: aws.String("gsi1pk = :project AND begins_with(gsi1sk, :prefix)"),
		ExpressionAttributeValues: item{
			":project": str(indexPK(q.Project)),
			":prefix":  str(indexSKPrefix(prefix, q.Region)),
		},
		ScanIndexForward: aws.Bool(false),
		Limit:            aws.Int32(int32(most) + 1), // one more reports whether there are more
	}
	if after != nil {
		input.ExclusiveStartKey = indexEntry(q.Project, prefix, *after)
	}
	out, err := t.db.Query(ctx, input)
	if err != nil {
		return nil, false, refusal(err)
	}
	positions := make([]sharing.Position, 0, len(out.Items))
	for _, it := range out.Items {
		at, err := positionOf(prefix, text(it, attrGSSK))
		if err != nil {
			return nil, false, err
		}
		positions = append(positions, at)
	}
	more := len(positions) > most
	return positions[:min(len(positions), most)], more, nil
}

// indexEntry is the full key of an index entry.
func indexEntry(p sharing.ProjectID, prefix string, at sharing.Position) item {
	k := imageKey(at.Image)
	if prefix == sharedPrefix {
		k = shareKey(at.Image, p)
	}
	it := k.item()
	it[attrGSPK] = str(indexPK(p))
	it[attrGSSK] = str(indexSK(prefix, at))
	return it
}

// imagesAt reads the images themselves. What it cannot make an image of is not
// among them, and named by unreadable.
func (t *Store) imagesAt(ctx context.Context, positions []sharing.Position) (images map[sharing.ImageID]*sharing.Image, unreadable, err error) {
	keys := make([]key, len(positions))
	for i, at := range positions {
		keys[i] = imageKey(at.Image)
	}
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, nil, err
	}
	images = make(map[sharing.ImageID]*sharing.Image, len(found))
	for _, it := range found {
		img, err := imageOf(it)
		if err != nil {
			unreadable = errors.Join(unreadable, err)
			continue
		}
		images[img.ID] = img
	}
	return images, unreadable, nil
}

// Shares implements service.Store with one GetItem of the image, so that whoever
// does not own it reads nothing else, and if it is shared one BatchGetItem of its
// shares and their projects: a hundred at most. The two are no snapshot: a share
// counts only if image and share item both have it.
func (t *Store) Shares(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, []sharing.Share, error) {
	it, err := t.get(ctx, imageKey(id))
	if err != nil {
		return sharing.Image{}, nil, err
	}
	img, err := imageOf(it)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	if err := img.OwnedBy(owner, id); err != nil {
		return sharing.Image{}, nil, err
	}
	var keys []key
	for _, p := range img.SharedWith {
		keys = append(keys, shareKey(id, p), projectKey(p))
	}
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	shares, err := sharesIn(found, img)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	projects, err := projectsIn(found, img.SharedWith)
	if err != nil {
		return sharing.Image{}, nil, err
	}
	for i, s := range shares {
		shares[i].ProjectName, shares[i].AccountID = projects[s.ProjectID].Name, projects[s.ProjectID].AccountID
	}
	return *img, shares, nil
}

// sharesIn returns the shares that stand, newest first.
func sharesIn(items map[key]item, img *sharing.Image) ([]sharing.Share, error) {
	shares := []sharing.Share{}
	for _, p := range img.SharedWith {
		s, ok, err := shareOf(items[shareKey(img.ID, p)], img)
		if err != nil {
			return nil, err
		}
		if ok {
			shares = append(shares, s)
		}
	}
	slices.SortFunc(shares, func(a, b sharing.Share) int {
		if c := b.SharedAt.Compare(a.SharedAt); c != 0 {
			return c
		}
		return strings.Compare(string(a.ProjectID), string(b.ProjectID))
	})
	return shares, nil
}
