package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// Orphan is a share item of an image that is gone: what a lost or late
// clean-up leaves behind. No user can see it.
type Orphan struct {
	Image  sharing.ImageID
	Target sharing.ProjectID
	UID    string // of the image that is gone
}

// ClosedShare is a share that stands of a project that is closed.
type ClosedShare struct {
	Project sharing.ProjectID
	Image   sharing.ImageID
}

// Inspection is what Inspect found in the whole table.
type Inspection struct {
	Projects, Images, Shares, Activities int
	Orphans                              []Orphan
	// OfClosed are the shares of closed projects: those that are ending just now, and
	// what came too late for it.
	OfClosed []ClosedShare
	// Broken says, one sentence each, where the table breaks a promise: an
	// image with more than sharing.MaxShares projects, an image and its share
	// items that do not say the same, an answer of a project that does not have the
	// image, or an item that is none of these. There is no known way to get there, but
	// that a release from before answers leaves one when it cancels a share.
	Broken []string
}

// Inspect reads the whole table and holds every image against its share items.
// It costs a read of every item, and memory for all images and shares. While
// others write, the parts of one image can be met apart; what Inspect finds then
// is confirmed by reading the image and its shares again.
func (t *Store) Inspect(ctx context.Context) (Inspection, error) {
	c := contents{images: make(map[sharing.ImageID]*sharing.Image), shares: make(map[sharing.ImageID][]item), odd: make(map[sharing.ImageID]bool), closed: make(map[sharing.ProjectID]bool)}
	if err := t.scan(ctx, c.add); err != nil {
		return Inspection{}, err
	}
	found := c.found
	found.Images = len(c.images)
	for id, img := range c.images {
		for _, p := range img.SharedWith {
			if c.closed[p] {
				found.OfClosed = append(found.OfClosed, ClosedShare{p, id})
			}
		}
	}
	for _, shares := range c.shares {
		found.Shares += len(shares)
	}
	for _, id := range c.suspects() {
		if err := t.inspectImage(ctx, id, &found); err != nil {
			return Inspection{}, err
		}
	}
	return found, nil
}

// contents is what the table holds.
type contents struct {
	images map[sharing.ImageID]*sharing.Image
	shares map[sharing.ImageID][]item
	odd    map[sharing.ImageID]bool // there is an item that cannot be read
	closed map[sharing.ProjectID]bool
	found  Inspection
}

// add takes an item. One that cannot be read is reported, and does not keep the
// rest from being looked at.
func (c *contents) add(it item) {
	k := keyOf(it)
	id, err := ParseImagePK(k.pk)
	switch {
	case strings.HasPrefix(k.sk, activityPrefix):
		_, err = activityOf(it)
		c.found.Activities++
	case strings.HasPrefix(k.pk, projectPrefix) && k.sk == projectSK:
		var p *sharing.Project
		p, err = projectOf(it)
		c.found.Projects++
		c.closed[p.ID] = p.State == sharing.Closed
	case err != nil:
	case k.sk == ImageSK:
		c.images[id], err = imageOf(it)
	default:
		_, err = targetOf(k.sk)
		c.shares[id] = append(c.shares[id], it)
	}
	if err != nil {
		c.odd[id] = true
		c.found.Broken = append(c.found.Broken, fmt.Sprintf("item %q, %q cannot be read: %v", k.pk, k.sk, err))
	}
}

// suspects are the images whose items do not agree, or that are gone and left
// shares. Of one with an item that cannot be read, nobody should judge the
// others.
func (c *contents) suspects() (ids []sharing.ImageID) {
	for id, img := range c.images {
		if !c.odd[id] && (len(img.SharedWith) > sharing.MaxShares || !agree(img, c.shares[id])) {
			ids = append(ids, id)
		}
	}
	for id := range c.shares {
		if !c.odd[id] && c.images[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// agree reports whether the share items are exactly those of the image's set, each in
// the list of its status.
func agree(img *sharing.Image, shares []item) bool {
	for _, it := range shares {
		if s, ok, err := shareOf(it, img); err != nil || !ok || misplaced(it, s) {
			return false
		}
	}
	return len(shares) == len(img.SharedWith) && len(unasked(img)) == 0
}

// misplaced reports whether the index has a share in the list of another status.
func misplaced(it item, s sharing.Share) bool {
	return !strings.HasPrefix(text(it, attrGSSK), statusPrefix(s.Status))
}

// unasked are those whose answer the image has, and not the share; or two answers.
func unasked(img *sharing.Image) (odd []sharing.ProjectID) {
	for _, p := range slices.Concat(img.Pending, img.Declined) {
		if !img.IsSharedWith(p) || slices.Contains(img.Pending, p) && slices.Contains(img.Declined, p) {
			odd = append(odd, p)
		}
	}
	return odd
}

// inspectTries is how often an image whose parts do not agree is read again
// before that is believed: somebody may be writing it.
const inspectTries = 5

func (t *Store) inspectImage(ctx context.Context, id sharing.ImageID, found *Inspection) error {
	var orphans []Orphan
	var broken []string
	for range inspectTries {
		items, err := t.collection(ctx, id)
		if err != nil {
			return err
		}
		if orphans, broken, err = inspectItems(id, items); err != nil {
			return err
		}
		if len(broken) == 0 {
			break
		}
	}
	found.Orphans = append(found.Orphans, orphans...)
	found.Broken = append(found.Broken, broken...)
	return nil
}

// collection reads the image and everything else in its partition but its
// activities.
func (t *Store) collection(ctx context.Context, id sharing.ImageID) (map[key]item, error) {
	items := make(map[key]item)
	input := &dynamodb.QueryInput{
		TableName:                 t.name,
		KeyConditionExpression:    aws.String("pk = :image AND sk >= :self"),
		ExpressionAttributeValues: item{":image": str(imageKey(id).pk), ":self": str(ImageSK)},
		ConsistentRead:            aws.Bool(true),
	}
	for {
		out, err := t.db.Query(ctx, input)
		if err != nil {
			return nil, refusal(err)
		}
		for _, it := range out.Items {
			items[keyOf(it)] = it
		}
		if out.LastEvaluatedKey == nil {
			return items, nil
		}
		input.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func inspectItems(id sharing.ImageID, items map[key]item) (orphans []Orphan, broken []string, err error) {
	img, err := imageOf(items[imageKey(id)])
	if err != nil {
		return nil, nil, err
	}
	listed := make(map[sharing.ProjectID]bool)
	for k, it := range items {
		if k == imageKey(id) {
			continue
		}
		target, err := targetOf(k.sk)
		if err != nil {
			return nil, nil, err
		}
		switch uid := text(it, AttrUID); {
		case img == nil || uid != img.UID:
			orphans = append(orphans, Orphan{id, target, uid})
		case img.IsSharedWith(target):
			listed[target] = true
			if s, _, err := shareOf(it, img); err != nil {
				broken = append(broken, fmt.Sprintf("image %s: its share with %s cannot be read: %v", id, target, err))
			} else if misplaced(it, s) {
				broken = append(broken, fmt.Sprintf("image %s: its share with %s is %s, but not in that list", id, target, s.Status))
			}
		default:
			broken = append(broken, fmt.Sprintf("image %s has a share item for %s, but its set does not", id, target))
		}
	}
	if img == nil {
		return orphans, broken, nil
	}
	for _, p := range img.SharedWith {
		if !listed[p] {
			broken = append(broken, fmt.Sprintf("image %s is shared with %s, but there is no share item", id, p))
		}
	}
	for _, p := range unasked(img) {
		broken = append(broken, fmt.Sprintf("image %s has an answer of %s that goes with no share, or two", id, p))
	}
	if n := len(img.SharedWith); n > sharing.MaxShares {
		broken = append(broken, fmt.Sprintf("image %s is shared with %d projects", id, n))
	}
	return orphans, broken, nil
}

func (t *Store) scan(ctx context.Context, visit func(item)) error {
	input := &dynamodb.ScanInput{TableName: t.name, ConsistentRead: aws.Bool(true)}
	for {
		out, err := t.db.Scan(ctx, input)
		if err != nil {
			return refusal(err)
		}
		for _, it := range out.Items {
			visit(it)
		}
		if out.LastEvaluatedKey == nil {
			return nil
		}
		input.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// Remove removes an orphan, unless a new share has taken its place. It also
// checks that the image is gone: Inspect reads an image before its shares, and
// if the image is registered and shared in between, it takes shares that stand
// for orphans. It reports whether it has removed it.
func (t *Store) Remove(ctx context.Context, l Orphan) (removed bool, err error) {
	values := item{":uid": str(l.UID)}
	err = t.write(ctx,
		t.check(imageKey(l.Image), all(imageGone), values),
		t.delete(shareKey(l.Image, l.Target), all(orphaned), values))
	if errors.As(err, new(*conditionsFailed)) {
		return false, nil
	}
	return err == nil, err
}
