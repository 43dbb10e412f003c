package table

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// Leftover is a share item of an image that is gone: what a lost or late
// clean-up leaves behind. No user can see it.
type Leftover struct {
	Image  sharing.ImageID
	Target sharing.ProjectID
	UID    string // of the image that is gone
}

// Inspection is what Inspect found in the whole table.
type Inspection struct {
	Projects, Images, Shares int
	Leftovers                []Leftover
	// Broken says, one sentence each, where the table breaks a promise: an
	// image with more than sharing.MaxShares projects, or an image and its
	// share items that do not say the same. There is no known way to get there.
	Broken []string
}

// Inspect reads the whole table and holds every image against its share items.
// It costs a read of every item. While others write, the parts of one image
// can be met apart; what Inspect finds then is confirmed by reading the image
// and its shares again.
func (t *Table) Inspect(ctx context.Context) (Inspection, error) {
	var found Inspection
	suspects := make(map[sharing.ImageID]bool)
	images := make(map[sharing.ImageID]*sharing.Image)
	shares := make(map[sharing.ImageID][]item)
	err := t.scan(ctx, func(it item) error {
		k := keyOf(it)
		if k.sk == projectSK {
			found.Projects++
			return nil
		}
		id, err := imageIDOf(k.pk)
		if err != nil {
			return err
		}
		if k.sk != imageSK {
			shares[id] = append(shares[id], it)
			return nil
		}
		img, err := imageOf(it)
		images[id] = img
		return err
	})
	if err != nil {
		return Inspection{}, err
	}
	for id, img := range images {
		suspects[id] = len(img.SharedWith) > sharing.MaxShares || !agree(img, shares[id])
	}
	for id, left := range shares {
		suspects[id] = suspects[id] || images[id] == nil
		found.Shares += len(left)
	}
	found.Images = len(images)
	for id, suspect := range suspects {
		if !suspect {
			continue
		}
		if err := t.inspectImage(ctx, id, &found); err != nil {
			return Inspection{}, err
		}
	}
	return found, nil
}

// agree tells whether the share items are exactly those of the image's set.
func agree(img *sharing.Image, shares []item) bool {
	for _, it := range shares {
		if _, ok, err := shareOf(it, img); err != nil || !ok {
			return false
		}
	}
	return len(shares) == len(img.SharedWith)
}

// inspectTries is how often an image whose parts do not agree is read again
// before that is believed: somebody may be writing it.
const inspectTries = 5

func (t *Table) inspectImage(ctx context.Context, id sharing.ImageID, found *Inspection) error {
	var leftovers []Leftover
	var broken []string
	for range inspectTries {
		items, err := t.collection(ctx, id)
		if err != nil {
			return err
		}
		if leftovers, broken, err = faultsOf(id, items); err != nil {
			return err
		}
		if len(broken) == 0 {
			break
		}
	}
	found.Leftovers = append(found.Leftovers, leftovers...)
	found.Broken = append(found.Broken, broken...)
	return nil
}

func faultsOf(id sharing.ImageID, items map[key]item) (leftovers []Leftover, broken []string, err error) {
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
		switch uid := text(it, attrUID); {
		case img == nil || uid != img.UID:
			leftovers = append(leftovers, Leftover{id, target, uid})
		case img.IsSharedWith(target):
			listed[target] = true
		default:
			broken = append(broken, fmt.Sprintf("image %s has a share item for %s, but its set does not", id, target))
		}
	}
	if img == nil {
		return leftovers, broken, nil
	}
	for _, p := range img.SharedWith {
		if !listed[p] {
			broken = append(broken, fmt.Sprintf("image %s is shared with %s, but there is no share item", id, p))
		}
	}
	if n := len(img.SharedWith); n > sharing.MaxShares {
		broken = append(broken, fmt.Sprintf("image %s is shared with %d projects", id, n))
	}
	return leftovers, broken, nil
}

func (t *Table) scan(ctx context.Context, visit func(item) error) error {
	input := &dynamodb.ScanInput{TableName: t.name, ConsistentRead: aws.Bool(true)}
	for {
		out, err := t.db.Scan(ctx, input)
		if err != nil {
			return refusal(err)
		}
		for _, it := range out.Items {
			if err := visit(it); err != nil {
				return err
			}
		}
		if out.LastEvaluatedKey == nil {
			return nil
		}
		input.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// Remove removes a leftover, unless a new share has taken its place. It also
// checks that the image is gone: Inspect reads an image before its shares, and
// if the image is registered and shared in between, it takes shares that stand
// for leftovers.
func (t *Table) Remove(ctx context.Context, l Leftover) error {
	values := item{":uid": str(l.UID)}
	err := t.write(ctx,
		t.check(imageKey(l.Image), all(imageGone), values),
		t.delete(shareKey(l.Image, l.Target), all(leftFrom), values))
	if errors.As(err, new(*conditionsFailed)) {
		return nil
	}
	return err
}
