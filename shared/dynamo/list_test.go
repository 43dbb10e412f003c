package dynamo

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
)

// listed is what lists are made of, written item by item: many images, and such as
// no command of today leaves.
type listed struct {
	*testing.T
	table *Store
}

func (l listed) put(items ...item) {
	l.Helper()
	for _, it := range items {
		_, err := l.table.db.PutItem(l.Context(), &dynamodb.PutItemInput{TableName: l.table.name, Item: it})
		fatal(l.T, err)
	}
}

// image puts an image that the target has. The share's key is that of a former
// release, or names another image's uid.
func (l listed) image(id sharing.ImageID, owner sharing.ProjectID, name string, at time.Time, keyOf func(indexEntry) indexEntry) {
	l.Helper()
	img := sharing.Image{ID: id, UID: "U" + string(id), Owner: owner, AccountID: "of the registration", CreatedAt: at, UpdatedAt: at}
	img.Name, img.Region, img.State = name, "region", sharing.Available
	share := sharing.Share{ProjectID: "target", SharedAt: at}
	whole, part := imageItem(img), shareItem(img, share)
	whole[AttrSharedWith] = projectSet([]sharing.ProjectID{"target"})
	part[attrGSSK] = str(keyOf(shareEntry(img, share)).indexSK(sharedPrefix))
	l.put(whole, part)
}

func (l listed) received(q sharing.PageQuery) sharing.Page[sharing.Received] {
	l.Helper()
	q.Project = "target"
	page, err := l.table.ReceivedImages(l.Context(), q)
	fatal(l.T, err)
	for _, r := range page.Items {
		if want := "account of " + string(r.Image.Owner); r.Image.AccountID != want {
			l.Errorf("%s is of the %s, not the %s", r.Image.ID, r.Image.AccountID, want)
		}
	}
	return page
}

func today(e indexEntry) indexEntry  { return e }
func former(e indexEntry) indexEntry { return indexEntry{Position: e.Position} }

func newListed(t *testing.T) listed {
	l := listed{t, newTable(t)}
	for _, p := range []sharing.ProjectID{"owner", "other"} {
		l.put(projectItem(sharing.Project{ID: p, AccountID: "account of " + string(p)}))
	}
	return l
}

// TestPagesOfFormerKeysAndTodays: a position has neither owner nor uid, and the
// list goes on right after it, whatever the entry has.
func TestPagesOfFormerKeysAndTodays(t *testing.T) {
	ids := []sharing.ImageID{"IMG", "img", "img-2", "img.a", "img0"} // in this order, at the same time
	for _, keys := range [][]func(indexEntry) indexEntry{{today}, {former}, {today, former}, {former, today}} {
		l := newListed(t)
		for i, id := range ids {
			l.image(id, []sharing.ProjectID{"owner", "other"}[i/2%2], "name", instant, keys[i%len(keys)])
		}
		for limit := range len(ids) + 1 {
			var got []sharing.ImageID
			q := sharing.PageQuery{Limit: limit + 1}
			for page := l.received(q); ; page = l.received(q) {
				for _, r := range page.Items {
					got = append(got, r.Image.ID)
				}
				if q.After = page.Next; q.After == nil || len(got) > len(ids) {
					break
				}
			}
			if slices.Reverse(got); !slices.Equal(got, ids) {
				t.Errorf("by %d: %v, not %v", limit+1, got, ids)
			}
		}
		q := sharing.PageQuery{Owner: "other", Limit: 10}
		if page := l.received(q); len(page.Items) != 2 || page.Next != nil {
			t.Errorf("of one owner: %+v", page)
		}
	}
}

// TestAnEntryOfAnEarlierImageIsDropped, also when the one that has the id now is
// shared with the same project: the index may be late.
func TestAnEntryOfAnEarlierImageIsDropped(t *testing.T) {
	l := newListed(t)
	l.image("img", "owner", "name", instant, func(e indexEntry) indexEntry {
		e.uid = "earlier"
		return e
	})
	l.image("moved", "owner", "name", instant, func(e indexEntry) indexEntry {
		e.Region = "another"
		return former(e)
	})
	if page := l.received(sharing.PageQuery{Limit: 10}); len(page.Items) != 0 {
		t.Errorf("listed is %+v", page.Items)
	}
}

// TestAPageReadsSoMuchAndNoMore: a filter that little passes makes short pages.
func TestAPageReadsSoMuchAndNoMore(t *testing.T) {
	l := newListed(t)
	const each = 110
	for i := range 2 * each { // the newest first, of two owners by turns
		name := "name"
		if i >= 2*each-2 {
			name = "rare"
		}
		l.image(sharing.ImageID(fmt.Sprintf("img-%03d", i)), []sharing.ProjectID{"owner", "other"}[i%2], name, instant.Add(-time.Duration(i)*time.Second), today)
	}
	nth := func(i int) sharing.ImageID { return sharing.ImageID(fmt.Sprintf("img-%03d", i)) }
	type page struct {
		items int
		last  sharing.ImageID // where the next page goes on, "" for the last one
	}
	pages := func(read func(sharing.PageQuery) (int, *sharing.Position), q sharing.PageQuery) (all []page) {
		for {
			n, next := read(q)
			if next == nil {
				return append(all, page{n, ""})
			}
			all, q.After = append(all, page{n, next.Image}), next
		}
	}
	received := func(q sharing.PageQuery) (int, *sharing.Position) {
		p := l.received(q)
		return len(p.Items), p.Next
	}
	owned := func(q sharing.PageQuery) (int, *sharing.Position) {
		q.Project = "owner"
		p, err := l.table.OwnedImages(t.Context(), q)
		fatal(t, err)
		return len(p.Items), p.Next
	}
	for name, c := range map[string]struct {
		read func(sharing.PageQuery) (int, *sharing.Position)
		q    sharing.PageQuery
		want []page
	}{
		"full pages of own images":      {owned, sharing.PageQuery{Limit: 100}, []page{{100, nth(198)}, {10, ""}}},
		"own images by name":            {owned, sharing.PageQuery{Limit: 100, Name: "rare"}, []page{{0, nth(198)}, {1, ""}}},
		"received images by name":       {received, sharing.PageQuery{Limit: 100, Name: "rare"}, []page{{0, nth(99)}, {0, nth(199)}, {2, ""}}},
		"by owner, keys alone":          {received, sharing.PageQuery{Limit: 100, Owner: "other"}, []page{{100, nth(199)}, {10, ""}}},
		"by an owner of none":           {received, sharing.PageQuery{Limit: 100, Owner: "nobody"}, []page{{0, ""}}},
		"by owner and name, 100 images": {received, sharing.PageQuery{Limit: 1, Owner: "other", Name: "rare"}, []page{{0, nth(200)}, {1, ""}}},
	} {
		if got := pages(c.read, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}
