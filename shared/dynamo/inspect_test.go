package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

// Nobody writes what these tests inspect.
func init() { inspectBackoff = awsclient.Backoff{Least: 1, Most: 1} }

// pager is an HTTP client that ends the pages of scans after so many items, as DynamoDB
// does after 1 MB, and counts how often each partition is read again for a page.
type pager struct {
	dynamodb.HTTPClient
	items   int
	rereads map[string]int // of the page
	most    int            // of one that is in order
}

func (p *pager) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "Scan":
		var request map[string]any
		if err := json.Unmarshal(body, &request); err != nil {
			return nil, err
		}
		request["Limit"] = p.items
		if body, err = json.Marshal(request); err != nil {
			return nil, err
		}
		p.rereads = make(map[string]int)
	case "Query":
		var request struct {
			IndexName                 string
			ExpressionAttributeValues map[string]struct{ S string }
		}
		if err := json.Unmarshal(body, &request); err != nil {
			return nil, err
		}
		if of := request.ExpressionAttributeValues[":image"].S; request.IndexName == "" && strings.HasPrefix(of, "IMAGE#full") {
			p.rereads[of]++
			p.most = max(p.most, p.rereads[of])
		}
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return p.HTTPClient.Do(r)
}

// inspectionOf returns what is found in slices, sorted, and the counts without pages.
func inspectionOf(t *testing.T, table *Store, parts ...Slice) (found []string, all Counts) {
	t.Helper()
	for _, s := range parts {
		n, err := table.Inspect(t.Context(), s, func(f Finding) error {
			switch {
			case f.Orphan != nil:
				found = append(found, fmt.Sprintf("orphan %v", *f.Orphan))
			case f.Closed != nil:
				slices.Sort(f.Closed.Images)
				found = append(found, fmt.Sprintf("closed %v", *f.Closed))
			default:
				found = append(found, f.Broken)
			}
			return nil
		})
		fatal(t, err)
		all.add(n)
	}
	all.Pages = 0
	slices.Sort(found)
	return found, all
}

// everythingWrong fills a table with all that can be found, and with what is in order.
func (l listed) everythingWrong() (want []string, n Counts) {
	l.Helper()
	image := func(id sharing.ImageID, uid string, change func(*sharing.Image), with ...sharing.ProjectID) sharing.Image {
		img := sharing.Image{ID: id, UID: uid, Owner: "owner", CreatedAt: instant, UpdatedAt: instant, SharedWith: with}
		img.Region, img.State = "region", sharing.Available
		if change != nil {
			change(&img)
		}
		it := imageItem(img)
		for name, set := range map[string][]sharing.ProjectID{AttrSharedWith: img.SharedWith, attrPending: img.Pending, attrDeclined: img.Declined} {
			if len(set) > 0 {
				it[name] = projectSet(set)
			}
		}
		l.put(it)
		n.Images++
		return img
	}
	shares := func(img sharing.Image, with ...sharing.ProjectID) {
		for _, p := range with {
			l.put(shareItem(img, sharing.Share{ProjectID: p, SharedAt: instant, Status: img.StatusOf(p)}))
			n.Shares++
		}
	}
	activities := func(id sharing.ImageID, some int) {
		for i := range some {
			o := sample.Origin(instant.Add(time.Duration(i) * time.Second))
			a := sharing.Activity{ID: o.ActivityID, At: o.Now, Type: sharing.ImageChanged, ProjectID: "owner", ImageID: id, Region: "region", Actor: o.Actor, RequestID: "r"}
			l.put(activityItem(sharing.FeedEntry{Activity: a, Feed: "owner", Under: id}))
			n.Activities++
		}
	}
	var many []sharing.ProjectID
	for i := range sharing.MaxShares + 1 {
		many = append(many, sharing.ProjectID(fmt.Sprintf("many-%02d", i)))
	}
	// What is in order.
	n.Projects = 2 // newListed's
	for _, id := range []sharing.ImageID{"alone-1", "alone-2"} {
		image(id, "u", nil)
	}
	for _, id := range []sharing.ImageID{"full"} {
		shares(image(id, "u", nil, many[1:]...), many[1:]...)
	}
	activities("full", 5)
	answered := func(img *sharing.Image) {
		img.Pending, img.Declined = []sharing.ProjectID{"b"}, []sharing.ProjectID{"c"}
	}
	shares(image("answered", "u", answered, "a", "b", "c"), "a", "b", "c")
	former := image("former", "u", nil, "a")
	former.Owner = "" // not named by the places of former releases
	shares(former, "a")

	// What was left: of an image that is gone, and of one whose id lives again.
	shares(sharing.Image{ID: "gone", UID: "g", ImageSpec: sharing.ImageSpec{Region: "region"}}, "a", "b")
	activities("gone", 3)
	shares(sharing.Image{ID: "reborn", UID: "former", ImageSpec: sharing.ImageSpec{Region: "region"}}, "a", "b", "c")
	reborn := image("reborn", "new", nil, "c", "d")
	n.Shares-- // c's takes the place of its former one
	shares(reborn, "c", "d")
	want = append(want, "orphan {gone a g}", "orphan {gone b g}", "orphan {reborn a former}", "orphan {reborn b former}")

	// What came too late: the project has answered to some, and had some that have ended.
	n.Projects++
	l.put(projectItem(sharing.Project{ID: "ended", State: sharing.Closed, CreatedAt: instant, UpdatedAt: instant, ClosedAt: instant}))
	shares(image("late-1", "u", nil, "a", "ended"), "a", "ended")
	shares(image("late-2", "u", func(img *sharing.Image) { img.Declined = []sharing.ProjectID{"ended"} }, "ended"), "ended")
	shares(sharing.Image{ID: "gone", UID: "g", ImageSpec: sharing.ImageSpec{Region: "region"}}, "ended")
	want = append(want, "closed {ended [late-1 late-2] false }", "orphan {gone ended g}")
	for _, id := range []sharing.ProjectID{"owning", "unlisted"} {
		n.Projects++
		l.put(projectItem(sharing.Project{ID: id, State: sharing.Closed, CreatedAt: instant, UpdatedAt: instant, ClosedAt: instant}))
	}
	image("too-late", "u", func(img *sharing.Image) { img.Owner = "owning" })
	want = append(want, "closed {owning [] false too-late}")

	// What breaks a promise.
	place := func(img sharing.Image, p, list sharing.ProjectID, sk string) {
		it := shareItem(img, sharing.Share{ProjectID: p, SharedAt: instant})
		it[attrGSPK], it[attrGSSK] = str(indexPK(list)), str(sk)
		l.put(it)
		n.Shares++
	}
	place(image("unlisted", "u", nil, "unlisted"), "unlisted", "unlisted", "SHARED#x")
	elsewhere := image("elsewhere", "u", nil, "a", "b")
	right := shareEntry(elsewhere, sharing.Share{SharedAt: instant}).indexSK(sharedPrefix)
	place(elsewhere, "a", "b", right)
	place(elsewhere, "b", "b", right+"x")
	shares(image("strayed", "u", nil, "a"), "a")
	strayed := imageItem(sharing.Image{ID: "strayed", UID: "u", Owner: "owner", CreatedAt: instant, UpdatedAt: instant, ImageSpec: sharing.ImageSpec{Region: "region", State: sharing.Available}})
	strayed[attrGSPK], strayed[AttrSharedWith] = str(indexPK("a")), projectSet([]sharing.ProjectID{"a"})
	l.put(strayed)
	shares(sharing.Image{ID: "replaced", UID: "former", ImageSpec: sharing.ImageSpec{Region: "region"}}, "a")
	image("replaced", "new", nil, "a")
	for _, id := range []sharing.ImageID{"nameless", "nameless-gone"} {
		shares(sharing.Image{ID: id, ImageSpec: sharing.ImageSpec{Region: "region"}}, "a")
	}
	image("nameless", "u", nil, "a")
	both := image("both", "u", func(img *sharing.Image) {
		img.Pending, img.Declined = []sharing.ProjectID{"a"}, []sharing.ProjectID{"a"}
	}, "a")
	shares(both, "a")
	want = append(want,
		"image both has an answer of a that goes with no share, or two",
		"image elsewhere: its share with a is accepted, but not in its place of that list",
		"image elsewhere: its share with b is accepted, but not in its place of that list",
		"image nameless: its share item for a has no uid",
		"image nameless-gone: its share item for a has no uid",
		"image replaced is shared with a, but the share item is of a former image (uid former)",
		"image strayed is not in its place of its owner's list",
		"image unlisted: its share with unlisted is accepted, but not in its place of that list",
		`the lists of the closed project unlisted cannot be read: not a SHARED# sort key: "SHARED#x"`)
	shares(image("lost-item", "u", nil, "a", "b"), "a")
	shares(image("lost-member", "u", nil, "b"), "a", "b")
	misplaced := image("misplaced", "u", nil, "a")
	shares(misplaced, "a")
	wrong := shareItem(misplaced, sharing.Share{ProjectID: "a", SharedAt: instant, Status: sharing.Pending})
	l.put(wrong)
	unasked := image("unasked", "u", func(img *sharing.Image) { img.Pending = []sharing.ProjectID{"z"} }, "a")
	shares(unasked, "a")
	shares(image("too-many", "u", nil, many...), many...)
	unread := image("unread-share", "u", nil, "a", "b")
	shares(unread, "a", "b")
	l.put(item{AttrPK: str("IMAGE#unread-share"), AttrSK: str("SHARE#b"), AttrUID: str("u")})
	want = append(want,
		"image lost-item is shared with b, but there is no share item",
		"image lost-member has a share item for a, but its set does not",
		"image misplaced: its share with a is accepted, but not in its place of that list",
		"image too-many is shared with 51 projects",
		"image unasked has an answer of z that goes with no share, or two",
		"image unread-share: its share with b cannot be read: item {IMAGE#unread-share SHARE#b}: attribute sharedAt: missing or of the wrong type")

	// What cannot be read. Of its image nobody judges the others, if it is one of those
	// that judge.
	for _, k := range []key{{"NOTE", "x"}, {"PROJECT#odd", "PROJECT"}, {"IMAGE#odd", "IMAGE"}, {"IMAGE#odd", "AAA"}, {"IMAGE#lost-item-2", "ZZZ"}, {"IMAGE#lost-item-3", "AAA"}, {"IMAGE#lost-item-3", "ACTIVITY#x"}} {
		l.put(k.item())
	}
	shares(sharing.Image{ID: "odd", UID: "u", ImageSpec: sharing.ImageSpec{Region: "region"}}, "a", "b")
	n.Projects, n.Images, n.Activities = n.Projects+1, n.Images+1, n.Activities+1
	for _, id := range []sharing.ImageID{"lost-item-2", "lost-item-3"} {
		shares(image(id, "u", nil, "a", "b"), "a")
	}
	want = append(want,
		`item "IMAGE#lost-item-2", "ZZZ" cannot be read: not a share's sort key: "ZZZ"`,
		`item "IMAGE#lost-item-3", "AAA" cannot be read: not a share's sort key: "AAA"`,
		`item "IMAGE#lost-item-3", "ACTIVITY#x" cannot be read: item {IMAGE#lost-item-3 ACTIVITY#x}: attribute activityId: missing or of the wrong type`,
		"image lost-item-3 is shared with b, but there is no share item",
		`item "IMAGE#odd", "AAA" cannot be read: not a share's sort key: "AAA"`,
		`item "IMAGE#odd", "IMAGE" cannot be read: item {IMAGE#odd IMAGE}: attribute uid: missing or of the wrong type`,
		`item "NOTE", "x" cannot be read: not an image's partition key: "NOTE"`,
		`item "PROJECT#odd", "PROJECT" cannot be read: item {PROJECT#odd PROJECT}: attribute projectId: missing or of the wrong type`)
	slices.Sort(want)
	return want, n
}

// TestAnInspectionFindsTheSameWhereverPagesAndSlicesEnd, each thing once, and reads an
// image that is in order again at most once for a page.
func TestAnInspectionFindsTheSameWhereverPagesAndSlicesEnd(t *testing.T) {
	t.Parallel()
	l := newListed(t)
	want, items := l.everythingWrong()
	p := &pager{HTTPClient: awsclient.NewHTTPClient(10 * time.Second)}
	table := New(clientBy(p, ddbtest.Endpoint(t)), *l.table.name)
	check := func(parts ...Slice) {
		t.Helper()
		if got, n := inspectionOf(t, table, parts...); !slices.Equal(got, want) || n != items {
			t.Fatalf("by %d items, in %v, it finds in %+v, which are %+v:\n%s\nand not\n%s", p.items, parts, n, items, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	total := items.Projects + items.Images + items.Shares + items.Activities + 4 // and what is none of these
	for p.items = 1; p.items <= total; p.items++ {
		// Beyond the largest partition, some stand for all.
		if most := map[bool]int{true: 4, false: 60}[testing.Short()]; p.items <= most || p.items%7 == 0 {
			check(Whole)
		}
	}
	for of := 2; of <= 8; of++ {
		var parts []Slice
		for i := range of {
			parts = append(parts, Slice{i, of})
		}
		for _, p.items = range []int{3, 10, total} {
			check(parts...)
		}
	}
	if p.most != 1 {
		t.Errorf("an image that is in order is read again %d times for a page", p.most)
	}
}

// TestAnInspectionStopsWhenItIsTold, and says what was done until then.
func TestAnInspectionStopsWhenItIsTold(t *testing.T) {
	t.Parallel()
	l := newListed(t)
	_, items := l.everythingWrong()
	p := &pager{HTTPClient: awsclient.NewHTTPClient(10 * time.Second), items: 5}
	table, enough, told := New(clientBy(p, ddbtest.Endpoint(t)), *l.table.name), errors.New("enough"), 0
	n, err := table.Inspect(t.Context(), Whole, func(Finding) error {
		if told++; told == 12 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || told != 12 || n.Pages == 0 || n.Images >= items.Images {
		t.Errorf("%v after %d findings and %+v", err, told, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := table.Inspect(ctx, Whole, func(Finding) error { return nil }); err == nil || n != (Counts{}) {
		t.Errorf("without time: %v, %+v", err, n)
	}
}

// disagreeing is an HTTP client whose every page has an image without its shares.
type disagreeing struct{ asked []time.Time }

func (d *disagreeing) Do(r *http.Request) (*http.Response, error) {
	d.asked = append(d.asked, time.Now())
	return okay(r, map[string]any{"Items": plain(pageOf(0, 1)[sharesOfEach:])})
}

// TestAnInspectionWaitsBeforeItBelieves: a transaction may take longer than five reads.
func TestAnInspectionWaitsBeforeItBelieves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, broken := &disagreeing{}, 0
		_, err := New(clientBy(d, "http://dynamodb.invalid"), "table").Inspect(t.Context(), Whole, func(Finding) error { broken++; return nil })
		fatal(t, err)
		if n := len(slices.Compact(d.asked[1:])); n != inspectTries || len(d.asked) != 1+n || broken != sharesOfEach {
			t.Errorf("it asks at %v, and finds %d", d.asked, broken)
		}
	})
}

// endless is an HTTP client that has so many pages, each of other images with their
// shares, all in order.
type endless struct {
	pages, served int
	ask           func() // before each page
}

// sharesOfEach are few, so that a page has many images.
const imagesOfPage, sharesOfEach = 200, 10

func (e *endless) Do(r *http.Request) (*http.Response, error) {
	e.ask()
	items := pageOf(e.served, imagesOfPage)
	e.served++
	reply := map[string]any{"Items": plain(items)}
	if e.served < e.pages {
		reply["LastEvaluatedKey"] = plain(items[:1])[0]
	}
	return okay(r, reply)
}

func okay(r *http.Request, reply any) (*http.Response, error) {
	body, err := json.Marshal(reply)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// pageOf is the nth page, of some images with their shares.
func pageOf(n, images int) (items []item) {
	for i := range images {
		img := sharing.Image{ID: sharing.ImageID(fmt.Sprintf("image-%d-%d", n, i)), UID: "u", Owner: "owner", CreatedAt: instant, UpdatedAt: instant}
		var shares []item
		for s := range sharesOfEach {
			p := sharing.ProjectID(fmt.Sprintf("project-%d", s))
			img.SharedWith = append(img.SharedWith, p)
			shares = append(shares, shareItem(img, sharing.Share{ProjectID: p, SharedAt: instant, SharedBy: strings.Repeat("s", 100)}))
		}
		it := imageItem(img)
		it[AttrSharedWith] = projectSet(img.SharedWith)
		items = append(items, append(shares, it)...)
	}
	return items
}

// plain are items as they are on the wire.
func plain(items []item) []map[string]any {
	all := make([]map[string]any, len(items))
	for i, it := range items {
		all[i] = map[string]any{}
		for name, v := range it {
			all[i][name] = wireValue(v)
		}
	}
	return all
}

func wireValue(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}
	case *types.AttributeValueMemberL:
		list := []any{}
		for _, e := range v.Value {
			list = append(list, wireValue(e))
		}
		return map[string]any{"L": list}
	case *types.AttributeValueMemberM:
		m := map[string]any{}
		for name, e := range v.Value {
			m[name] = wireValue(e)
		}
		return map[string]any{"M": m}
	}
	panic(fmt.Sprintf("%T", v))
}

// TestAnInspectionKeepsOnePage: what it keeps does not grow with the table.
func TestAnInspectionKeepsOnePage(t *testing.T) {
	var kept []uint64
	e := &endless{pages: 30, ask: func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		kept = append(kept, m.HeapAlloc)
	}}
	n, err := New(clientBy(e, "http://dynamodb.invalid"), "table").Inspect(t.Context(), Whole, func(f Finding) error {
		t.Fatalf("it finds %+v", f)
		return nil
	})
	if want := (Counts{Pages: 30, Images: 30 * imagesOfPage, Shares: 30 * imagesOfPage * sharesOfEach}); err != nil || n != want {
		t.Fatalf("%v, %+v", err, n)
	}
	// A page takes some megabytes when it is decoded; the others' would be 27 times that.
	const page = 4 << 20
	if grown := int64(kept[29]) - int64(kept[2]); grown > page {
		t.Errorf("after three pages it keeps %d bytes, after 30 pages %d", kept[2], kept[29])
	}
}

// readOnce is an HTTP client that always has the same page.
type readOnce struct{ body []byte }

func (o readOnce) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(o.body)), Request: r}, nil
}

// BenchmarkInspect is what a page of 1 MB, of 270 images with ten shares each, takes of the
// processor; DynamoDB's part and the network's are beside it.
func BenchmarkInspect(b *testing.B) {
	body, err := json.Marshal(map[string]any{"Items": plain(pageOf(0, 270))})
	if err != nil {
		b.Fatal(err)
	}
	table := New(clientBy(readOnce{body}, "http://dynamodb.invalid"), "table")
	for b.Loop() {
		if n, err := table.Inspect(b.Context(), Whole, func(Finding) error { return errors.New("it finds something") }); err != nil || n.Shares != 2700 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(len(body)), "JSON-bytes")
}
