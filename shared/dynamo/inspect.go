package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// Slice is one of Of parts of the table, counted from 0 (DynamoDB API reference, Scan:
// Segment and TotalSegments). Together they are the table, and Whole is all of it. That
// an item is in the same slice each time is not promised, but assumed.
type Slice struct{ Index, Of int }

// Whole is the table in one slice.
var Whole = Slice{0, 1}

// MostSlices is the largest Of (DynamoDB API reference, Scan).
const MostSlices = 1_000_000

// Counts are how many pages and items an inspection has read.
type Counts struct {
	Pages      int `json:"pages"` // of 1 MB
	Projects   int `json:"projects"`
	Images     int `json:"images"`
	Shares     int `json:"shares"`
	Activities int `json:"activities"`
}

// Finding is one thing that an inspection has found. One of its fields is set.
type Finding struct {
	Orphan *Orphan
	Closed *ClosedShares
	// Broken says in a sentence where the table breaks a promise: an
	// image with more than sharing.MaxShares projects, an image and its share
	// items that do not say the same, an item in another place of the index than its
	// own, an answer of a project that does not have the image, or an item that is none
	// of these. The known ways to get there are two: a release from before answers
	// leaves an answer when it cancels a share, and puts a share that was answered in
	// another list when it gives it again.
	Broken string
}

// Orphan is a share item of an image that is gone: what a lost or late
// clean-up leaves behind. No user can see it.
type Orphan struct {
	Image  sharing.ImageID
	Target sharing.ProjectID
	UID    string // of the image that is gone
}

// ClosedShares are what a project that is closed has all the same: shares that stand,
// those that are ending just now and what came too late for it, and images of its own,
// which came at the moment of its closing. The shares are up to sharing.MaxPageLimit of
// them, by their images; More says that there are others.
type ClosedShares struct {
	Project sharing.ProjectID
	Images  []sharing.ImageID
	More    bool
	Owned   sharing.ImageID // one of those that it owns, "" for none
}

// Inspect reads a slice of the table and holds every image against its share items. It
// tells what it finds once each, as it finds it, and stops with the first error of tell.
// The counts are of the pages that are done, also when there is an error: Busy,
// Throttled, one of tell, or DynamoDB's own when it refuses, such as for want of a
// permission.
//
// It keeps no more than a page, 1 MB, however large the table is. The scan is
// eventually consistent, for half the price: a page only says which images to read
// again, consistently and whole, because their items in it do not agree, be it that
// somebody is writing them or that the page ends within them. Each finding is of one
// item, and told on the page with that item, so it does not matter where pages end.
func (t *Store) Inspect(ctx context.Context, slice Slice, tell func(Finding) error) (n Counts, err error) {
	input := &dynamodb.ScanInput{
		TableName: t.name, Segment: aws.Int32(int32(slice.Index)), TotalSegments: aws.Int32(int32(slice.Of)),
	}
	for {
		out, err := t.db.Scan(ctx, input)
		if err != nil {
			return n, refusal(err)
		}
		if err := t.inspectPage(ctx, out.Items, &n, tell); err != nil {
			return n, err
		}
		if out.LastEvaluatedKey == nil {
			return n, nil
		}
		input.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func (t *Store) inspectPage(ctx context.Context, items []item, n *Counts, tell func(Finding) error) error {
	p := page{of: make(map[sharing.ImageID]*met)}
	for _, it := range items {
		p.add(it)
	}
	for _, sentence := range p.unreadable {
		if err := tell(Finding{Broken: sentence}); err != nil {
			return err
		}
	}
	for _, id := range p.images {
		if m := p.of[id]; m.isSuspect() {
			if err := t.inspectImage(ctx, id, m.keys, tell); err != nil {
				return err
			}
		}
	}
	for _, project := range p.closed {
		if err := t.inspectClosed(ctx, project, tell); err != nil {
			return err
		}
	}
	n.add(p.Counts)
	return nil
}

func (n *Counts) add(p Counts) {
	n.Pages++
	n.Projects += p.Projects
	n.Images += p.Images
	n.Shares += p.Shares
	n.Activities += p.Activities
}

// inspectClosed tells what a closed project has. A place in the index that cannot be
// read is of this project alone, and does not keep the rest from being looked at.
func (t *Store) inspectClosed(ctx context.Context, p sharing.ProjectID, tell func(Finding) error) error {
	found, err := t.closedShares(ctx, p)
	switch {
	case err != nil && (isRefused(err) || errors.As(err, new(*sharing.Error))):
		return err
	case err != nil:
		return tell(broken("the lists of the closed project %s cannot be read: %v", p, err))
	case len(found.Images) == 0 && found.Owned == "":
		return nil
	}
	return tell(Finding{Closed: &found})
}

// closedShares asks the index; a list of it drops what the images do not confirm.
func (t *Store) closedShares(ctx context.Context, p sharing.ProjectID) (ClosedShares, error) {
	owned, err := t.OwnedImages(ctx, sharing.PageQuery{Project: p, Limit: 1})
	if err != nil {
		return ClosedShares{}, err
	}
	received, err := t.ReceivedImages(ctx, sharing.PageQuery{Project: p, Limit: sharing.MaxPageLimit})
	if err != nil {
		return ClosedShares{}, err
	}
	found := ClosedShares{Project: p, More: received.Next != nil}
	for _, img := range owned.Items {
		found.Owned = img.ID
	}
	for _, r := range received.Items {
		found.Images = append(found.Images, r.Image.ID)
	}
	return found, nil
}

// inspectTries is how often an image whose parts do not agree is read again
// before that is believed: somebody may be writing it, for longer than a read takes.
const inspectTries = 5

// inspectBackoff is the wait between two of them. Tests, which meet the same images on
// thousands of pages, make it short.
var inspectBackoff = backoff

// inspectImage reads an image and its share items, and tells what is wrong with those
// that a page has.
func (t *Store) inspectImage(ctx context.Context, id sharing.ImageID, keys map[key]bool, tell func(Finding) error) error {
	var found []Finding
	for attempt := 1; ; attempt++ {
		j := judge{id: id, keys: keys, listed: make(map[sharing.ProjectID]bool)}
		if err := t.collection(ctx, id, j.add); err != nil {
			return err
		}
		found = j.findings()
		if !slices.ContainsFunc(found, Finding.isBroken) || attempt == inspectTries {
			break
		}
		if !inspectBackoff.Wait(ctx, attempt) {
			return refusal(ctx.Err())
		}
	}
	for _, f := range found {
		if err := tell(f); err != nil {
			return err
		}
	}
	return nil
}

func (f Finding) isBroken() bool { return f.Broken != "" }

// collection visits the image and everything else in its partition but its
// activities, in the order of their keys: the image is the first.
func (t *Store) collection(ctx context.Context, id sharing.ImageID, visit func(item)) error {
	input := &dynamodb.QueryInput{
		TableName:                 t.name,
		KeyConditionExpression:    aws.String("pk = :image AND sk >= :self"),
		ExpressionAttributeValues: item{":image": str(imageKey(id).pk), ":self": str(ImageSK)},
		ConsistentRead:            aws.Bool(true),
	}
	for {
		out, err := t.db.Query(ctx, input)
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

// broken is a finding about a promise.
func broken(format string, args ...any) Finding {
	return Finding{Broken: fmt.Sprintf(format, args...)}
}
