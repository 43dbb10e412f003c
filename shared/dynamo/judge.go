package dynamo

import "image-sharing/shared/sharing"

// judge holds an image against its share items. They come one by one, the image first,
// so that no more is kept than what is wrong with the items of one page.
type judge struct {
	id     sharing.ImageID
	keys   map[key]bool // of the page: of other items another page tells
	img    *sharing.Image
	odd    bool // an item cannot be read
	listed map[sharing.ProjectID]bool
	found  []Finding

	misplaced bool // the image, in the index
}

func (j *judge) add(it item) {
	k := keyOf(it)
	if k == imageKey(j.id) {
		img, err := imageOf(it)
		j.img, j.odd = img, err != nil
		j.misplaced = err == nil && !isAt(it, img.Owner, imageEntry(*img).indexSK(ownedPrefix))
		return
	}
	target, err := targetOf(k.sk)
	if j.odd = j.odd || err != nil; j.odd {
		return
	}
	if found, wrong := j.share(target, it); wrong && j.keys[k] {
		j.found = append(j.found, found)
	}
}

// share is what is wrong with a share item.
func (j *judge) share(target sharing.ProjectID, it item) (found Finding, wrong bool) {
	uid, listed := text(it, AttrUID), j.img != nil && j.img.IsSharedWith(target)
	j.listed[target] = listed
	switch {
	case uid == "":
		return broken("image %s: its share item for %s has no uid", j.id, target), true
	case !listed && (j.img == nil || uid != j.img.UID):
		return Finding{Orphan: &Orphan{j.id, target, uid}}, true
	case !listed:
		return broken("image %s has a share item for %s, but its set does not", j.id, target), true
	case uid != j.img.UID:
		return broken("image %s is shared with %s, but the share item is of a former image (uid %s)", j.id, target, uid), true
	}
	s, _, err := shareOf(it, j.img)
	switch {
	case err != nil:
		return broken("image %s: its share with %s cannot be read: %v", j.id, target, err), true
	case misplaced(it, j.img, s):
		return broken("image %s: its share with %s is %s, but not in its place of that list", j.id, target, s.Status), true
	}
	return Finding{}, false
}

// findings are what is wrong once all items have come. Of an image with an item that
// cannot be read, nobody should judge the others.
func (j *judge) findings() []Finding {
	if j.odd {
		return nil
	}
	if j.img == nil || !j.keys[imageKey(j.id)] {
		return j.found
	}
	found := j.found
	if j.misplaced {
		found = append(found, broken("image %s is not in its place of its owner's list", j.id))
	}
	for _, p := range j.img.SharedWith {
		if !j.listed[p] {
			found = append(found, broken("image %s is shared with %s, but there is no share item", j.id, p))
		}
	}
	for _, p := range unasked(j.img) {
		found = append(found, broken("image %s has an answer of %s that goes with no share, or two", j.id, p))
	}
	if n := len(j.img.SharedWith); n > sharing.MaxShares {
		found = append(found, broken("image %s is shared with %d projects", j.id, n))
	}
	return found
}
