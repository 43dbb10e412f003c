package dynamo

import (
	"fmt"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
)

// page is what a page of a scan has.
type page struct {
	Counts
	images     []sharing.ImageID // of which it has an item, in its order
	of         map[sharing.ImageID]*met
	closed     []sharing.ProjectID
	unreadable []string // one sentence for each
}

// met is what a page has of an image.
type met struct {
	keys   map[key]bool
	img    *sharing.Image
	shares []item
	odd    bool // an item cannot be read, or the image's place in the index is another's
}

// add takes an item. One that cannot be read is reported, and does not keep the
// rest from being looked at.
func (p *page) add(it item) {
	k := keyOf(it)
	id, err := ParseImagePK(k.pk)
	switch {
	case strings.HasPrefix(k.sk, activityPrefix):
		_, err = activityOf(it)
		p.Activities++
	case strings.HasPrefix(k.pk, projectPrefix) && k.sk == projectSK:
		err = p.addProject(it)
	case err == nil:
		err = p.addOf(id, k, it)
	}
	if err != nil {
		p.unreadable = append(p.unreadable, fmt.Sprintf("item %.80q, %.80q cannot be read: %v", k.pk, k.sk, err))
	}
}

func (p *page) addProject(it item) error {
	p.Projects++
	project, err := projectOf(it)
	if err == nil && project.State == sharing.Closed {
		p.closed = append(p.closed, project.ID)
	}
	return err
}

// addOf takes an item of an image: its own or a share's.
func (p *page) addOf(id sharing.ImageID, k key, it item) (err error) {
	m := p.of[id]
	if m == nil {
		m = &met{keys: make(map[key]bool)}
		p.of[id], p.images = m, append(p.images, id)
	}
	m.keys[k] = true
	if k.sk == ImageSK {
		p.Images++
		m.img, err = imageOf(it)
		m.odd = m.odd || err == nil && !isAt(it, m.img.Owner, imageEntry(*m.img).indexSK(ownedPrefix))
	} else {
		m.shares = append(m.shares, it)
		if _, err = targetOf(k.sk); err == nil {
			p.Shares++
		}
	}
	m.odd = m.odd || err != nil
	return err
}

// isSuspect reports whether the page leaves open if all is well with the image.
func (m *met) isSuspect() bool {
	return m.odd || m.img == nil || len(m.img.SharedWith) > sharing.MaxShares || !agree(m.img, m.shares)
}

// agree reports whether the share items are exactly those of the image's set, each in
// its place of the list of its status.
func agree(img *sharing.Image, shares []item) bool {
	for _, it := range shares {
		if s, ok, err := shareOf(it, img); err != nil || !ok || misplaced(it, img, s) {
			return false
		}
	}
	return len(shares) == len(img.SharedWith) && len(unasked(img)) == 0
}

// misplaced reports whether the index has a share elsewhere than the store puts it, or a
// former release did, which named no owner and uid.
func misplaced(it item, img *sharing.Image, s sharing.Share) bool {
	prefix, e := statusPrefix(s.Status), shareEntry(*img, s)
	former := indexEntry{Position: e.Position}
	return !isAt(it, s.ProjectID, e.indexSK(prefix)) && !isAt(it, s.ProjectID, former.indexSK(prefix))
}

// isAt reports whether the index has an item in a project's list, at a sort key.
func isAt(it item, p sharing.ProjectID, sk string) bool {
	return text(it, attrGSPK) == indexPK(p) && text(it, attrGSSK) == sk
}

// unasked are those whose answer the image has, and not the share; or two answers.
func unasked(img *sharing.Image) (odd []sharing.ProjectID) {
	for _, p := range slices.Concat(img.Pending, img.Declined) {
		twice := slices.Contains(img.Pending, p) && slices.Contains(img.Declined, p)
		if (!img.IsSharedWith(p) || twice) && !slices.Contains(odd, p) {
			odd = append(odd, p)
		}
	}
	return odd
}
