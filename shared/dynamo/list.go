package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// OwnedImages implements service.Store; see list.
func (t *Store) OwnedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Image], error) {
	return list(ctx, t, q, []string{ownedPrefix}, func(e indexEntry, img *sharing.Image) (sharing.Image, bool) {
		// An entry with another time is of a former image with the id.
		if img == nil || img.Owner != q.Project || !img.CreatedAt.Equal(e.At) {
			return sharing.Image{}, false
		}
		return *img, true
	})
}

// ReceivedImages implements service.Store; see list. The shares of a status are a range
// of the index: 10,000 declined ones in front of an accepted one are not read, and it
// is on the first page, for two calls and 2.5 read units. Those of all statuses
// are three ranges, which are read at once: two calls more.
func (t *Store) ReceivedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Received], error) {
	var prefixes []string
	for _, status := range sharing.ShareStatuses() {
		if q.Status == "" || q.Status == status {
			prefixes = append(prefixes, statusPrefix(status))
		}
	}
	return list(ctx, t, q, prefixes, func(e indexEntry, img *sharing.Image) (sharing.Received, bool) {
		// An entry of another region is of a former image with the id (R2), as is
		// one with another uid.
		if img == nil || !img.IsSharedWith(q.Project) || img.Region != e.Region || e.uid != "" && e.uid != img.UID {
			return sharing.Received{}, false
		}
		// While the index follows an answer, it has the entry where it was.
		status := img.StatusOf(q.Project)
		return sharing.Received{Image: *img, SharedAt: e.At, Status: status}, q.Status == "" || q.Status == status
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
// the clean-up or a repair has removed them.
//
// With a filter it goes that way once, and the page is short when it did not meet
// enough that pass.
func list[T any](ctx context.Context, t *Store, q sharing.PageQuery, prefixes []string, confirm func(indexEntry, *sharing.Image) (T, bool)) (sharing.Page[T], error) {
	page := sharing.Page[T]{}
	var last sharing.Position
	listed := make(map[sharing.ImageID]bool, q.Limit)
	after, most := q.After, keysToRead(q)
	for {
		entries, end, err := t.indexEntries(ctx, q, prefixes, after, most)
		if err != nil {
			return sharing.Page[T]{}, err
		}
		images, unreadable, err := t.imagesAt(ctx, entries)
		if err != nil {
			return sharing.Page[T]{}, err
		}
		page.Unreadable = errors.Join(page.Unreadable, unreadable)
		for _, e := range entries {
			entry, ok := confirm(e, images[e.Image])
			// While the index follows a share that was cancelled and given again, it
			// may have both: the newer comes first and is the right one. While it follows
			// an answer, it may have two of one time.
			if !ok || listed[e.Image] || !q.Wants(images[e.Image]) {
				continue
			}
			if len(page.Items) == q.Limit {
				page.Next = &last
				return page, nil
			}
			page.Items = append(page.Items, entry)
			listed[e.Image], last = true, e.Position
		}
		switch {
		case end == nil:
			return page, nil
		case len(page.Items) == q.Limit:
			page.Next = &last
			return page, nil
		case q.Filtered():
			page.Next = end
			return page, nil
		}
		after, most = end, batchSize
	}
}

// mostOwnerKeys is how many keys of the index a page reads when they alone decide:
// 60 read units at most, and of all statuses together three times that.
const mostOwnerKeys = 1000

// keysToRead is how many keys a page begins with.
func keysToRead(q sharing.PageQuery) int {
	switch {
	case q.Owner != "":
		return mostOwnerKeys
	case q.Filtered():
		return batchSize
	}
	return q.Limit
}

// indexEntries reads up to most keys of a list, which is in one range of the index or in
// several, after a position. It returns up to batchSize entries, without those that say
// that they are of another owner than is asked for, and how far it got; nil for the end
// of the list.
func (t *Store) indexEntries(ctx context.Context, q sharing.PageQuery, prefixes []string, after *sharing.Position, most int) (entries []indexEntry, end *sharing.Position, err error) {
	read, err := t.indexRanges(ctx, q, prefixes, after, most)
	if err != nil {
		return nil, nil, err
	}
	var last sharing.Position
	more := len(read) > most
	for _, e := range read[:min(len(read), most)] {
		wanted := q.Owner == "" || e.owner == "" || e.owner == q.Owner
		if wanted && len(entries) == batchSize {
			more = true
			break
		}
		if wanted {
			entries = append(entries, e)
		}
		last = e.Position
	}
	if more {
		end = &last
	}
	return entries, end, nil
}

// indexRanges reads some ranges of the index at once, up to most keys and one more of
// each, which reports whether there are more. It returns them in the order of the list.
func (t *Store) indexRanges(ctx context.Context, q sharing.PageQuery, prefixes []string, after *sharing.Position, most int) ([]indexEntry, error) {
	ranges, failed := make([][]indexEntry, len(prefixes)), make([]error, len(prefixes))
	var running sync.WaitGroup
	for i, prefix := range prefixes {
		running.Go(func() { ranges[i], failed[i] = t.indexRange(ctx, q, prefix, after, most+1) })
	}
	running.Wait()
	merged := slices.Concat(ranges...)
	slices.SortStableFunc(merged, func(a, b indexEntry) int { return b.compare(a) })
	return merged, errors.Join(failed...)
}

// indexRange reads up to most keys of one range.
func (t *Store) indexRange(ctx context.Context, q sharing.PageQuery, prefix string, after *sharing.Position, most int) (entries []indexEntry, err error) {
	input := &dynamodb.QueryInput{
		TableName: t.name, IndexName: aws.String(indexName),
		KeyConditionExpression: aws.String("gsi1pk = :project AND begins_with(gsi1sk, :prefix)"),
		ExpressionAttributeValues: item{
			":project": str(indexPK(q.Project)),
			":prefix":  str(indexSKPrefix(prefix, q.Region)),
		},
		ScanIndexForward: aws.Bool(false),
		Limit:            aws.Int32(int32(most)),
	}
	if after != nil {
		input.ExclusiveStartKey = startKey(q.Project, prefix, *after)
	}
	out, err := t.db.Query(ctx, input)
	if err != nil {
		return nil, refusal(err)
	}
	for _, it := range out.Items {
		e, err := parseIndexSK(prefix, text(it, attrGSSK))
		if err != nil {
			return nil, err
		}
		if prefix == ownedPrefix {
			e.owner = q.Project
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// startKey is where the index goes on after a position, whether or not the entry
// is still there.
func startKey(p sharing.ProjectID, prefix string, at sharing.Position) item {
	k := shareKey(at.Image, p)
	if prefix == ownedPrefix {
		k = imageKey(at.Image)
	}
	it := k.item()
	it[attrGSPK] = str(indexPK(p))
	it[attrGSSK] = str(indexEntry{Position: at}.indexSK(prefix))
	return it
}

// imagesAt reads the images themselves, with their owners: in one call, or more
// for more than 100 of both together. The owners of shares of former releases, whose
// keys do not name them, take one more. What it cannot make an image of, or whose owner
// it cannot read, is not among them, and named by unreadable.
func (t *Store) imagesAt(ctx context.Context, entries []indexEntry) (images map[sharing.ImageID]*sharing.Image, unreadable, err error) {
	var keys, unnamed []key
	for _, e := range entries {
		keys = append(keys, imageKey(e.Image))
		if e.owner != "" {
			keys = append(keys, projectKey(e.owner))
		}
	}
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, nil, err
	}
	images = make(map[sharing.ImageID]*sharing.Image, len(found))
	for _, e := range entries {
		img, err := imageOf(found[imageKey(e.Image)])
		unreadable = errors.Join(unreadable, err)
		if err != nil || img == nil {
			continue
		}
		images[e.Image] = img
		if k := projectKey(img.Owner); e.owner == "" && found[k] == nil {
			unnamed = append(unnamed, k)
		}
	}
	owners, err := t.batchGet(ctx, unnamed)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(found, owners)
	for id, img := range images {
		owner, err := projectOf(found[projectKey(img.Owner)])
		if err != nil {
			unreadable = errors.Join(unreadable, fmt.Errorf("the owner of %s: %w", id, err))
			delete(images, id)
		}
		img.FollowOwner(owner)
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
