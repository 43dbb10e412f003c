package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

var listTests = []test{
	{"owned images in order and pages", listOwned},
	{"received images in order and pages", listReceived},
	{"an empty list", listEmpty},
	{"items are whole", listItems},
	{"only what passes a filter", listFiltered},
	{"from a position that is gone", listFromGone},
	{"cancelled shares are gone at once", listUnshared},
	{"full pages over deleted images", listOverDeleted},
}

// list reads a page of one of the two lists, as positions.
type list func(*suite, sharing.PageQuery) ([]sharing.Position, *sharing.Position)

func owned(s *suite, q sharing.PageQuery) ([]sharing.Position, *sharing.Position) {
	page, err := s.store.OwnedImages(s.Context(), q)
	s.must(err)
	var positions []sharing.Position
	for _, img := range page.Items {
		equal(s, "owner of a listed image", img.Owner, q.Project)
		positions = append(positions, sharing.Position{Region: img.Region, At: img.CreatedAt, Image: img.ID})
	}
	return positions, page.Next
}

func received(s *suite, q sharing.PageQuery) ([]sharing.Position, *sharing.Position) {
	page, err := s.store.ReceivedImages(s.Context(), q)
	s.must(err)
	var positions []sharing.Position
	for _, r := range page.Items {
		equal(s, "listed image is shared with the project", r.Image.IsSharedWith(q.Project), true)
		positions = append(positions, sharing.Position{Region: r.Image.Region, At: r.SharedAt, Image: r.Image.ID})
	}
	return positions, page.Next
}

// all reads a list to its end. It checks that every page but the last is full
// and says that it ends with its last item.
func (s *suite) all(l list, q sharing.PageQuery) []sharing.Position {
	s.Helper()
	var all []sharing.Position
	for {
		page, next := l(s, q)
		if len(page) > 0 && slices.Contains(all, page[0]) { // it would never end
			s.Fatalf("%v is in the list again after %v", page[0], q.After)
		}
		all = append(all, page...)
		if next == nil {
			return all
		}
		equal(s, "length of a page that is not the last", len(page), q.Limit)
		equal(s, "position after a page", *next, page[len(page)-1])
		q.After = next
	}
}

// settled waits until a list has everything it should: DynamoDB's index may
// lag. It checks the order too.
func (s *suite) settled(l list, q sharing.PageQuery, want []sharing.Position) {
	s.Helper()
	q.Limit = sharing.MaxPageLimit
	deadline := time.Now().Add(5 * time.Second)
	for {
		got := s.all(l, q)
		if reflect.DeepEqual(got, want) {
			return
		}
		if time.Now().After(deadline) {
			equal(s, "list", got, want)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// listed are places in three regions, two of them in the same moment and
// region, "region-1" the beginning of "region-10".
func (s *suite) listed() []sharing.Position {
	var places []sharing.Position
	for i, region := range strings.Fields("region-1 region-1 region-10 region-1 a-region region-10 region-1 region-10 a-region region-10 region-1 region-10") {
		places = append(places, sharing.Position{
			Region: region, At: at(10 + i/4), Image: s.imageID(fmt.Sprintf("image-%02d", (7*i)%12)),
		})
	}
	return places
}

// inListOrder sorts as lists do, by package sharing's comment on Position.
func inListOrder(places []sharing.Position) []sharing.Position {
	places = slices.Clone(places)
	slices.SortFunc(places, func(a, b sharing.Position) int {
		if c := strings.Compare(b.Region, a.Region); c != 0 {
			return c
		}
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(string(b.Image), string(a.Image))
	})
	return places
}

func listOwned(s *suite) {
	owner, other := s.project("owner"), s.project("other")
	s.image(other, "of-another")
	places := s.listed()
	for _, p := range places {
		s.putImage(owner, p.Image, p.At, inRegion(p.Region))
	}
	s.putImage(owner, places[0].Image, at(99), inRegion(places[0].Region)) // a change keeps the place
	s.checkPages(owned, sharing.PageQuery{Project: owner}, inListOrder(places))
}

func listReceived(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	s.share(owner, s.image(owner, "of-others"), s.targets[0])
	places := s.listed()
	for i, p := range places {
		s.putImage(owner, p.Image, at(50-i), inRegion(p.Region)) // created in another order
		c := shareCommand(owner, p.Image, target, s.targets[0])
		c.Now = p.At
		s.shareAs(c)
	}
	again := shareCommand(owner, places[0].Image, target) // changes nothing
	again.Now = at(99)
	s.shareAs(again)
	s.checkPages(received, sharing.PageQuery{Project: target}, inListOrder(places))
}

// listFiltered asks for lists that are short enough for full pages.
func listFiltered(s *suite) {
	owner, other, target := s.project("owner"), s.project("other"), s.project("target")
	queries := []sharing.PageQuery{
		{Project: target, Name: "web server"}, {Project: target, Owner: other}, {Project: target, Name: "web", Owner: owner},
		{Project: owner, Name: "web"}, {Project: owner, State: sharing.Available}, {Project: owner, Name: "Web server", State: sharing.Failed},
		{Project: target, Name: "server"}, {Project: target, Owner: target},
	}
	pass := make([][]sharing.Position, len(queries))
	for i, p := range s.listed() {
		img := sharing.Image{Owner: []sharing.ProjectID{owner, other}[i%2]}
		img.Name, img.State = []string{"web server", "web", "Web server"}[i%3], []sharing.State{sharing.Available, sharing.Failed}[i/2%2]
		s.putImage(img.Owner, p.Image, p.At, inRegion(p.Region))
		c := shareCommand(img.Owner, p.Image, target)
		c.Now = p.At
		s.shareAs(c)
		s.putImage(img.Owner, p.Image, at(90), inRegion(p.Region), inState(img.State), func(spec *sharing.ImageSpec) { spec.Name = img.Name })
		for n, q := range queries {
			if (q.Project == target || q.Project == img.Owner) && (q.Owner == "" || q.Owner == img.Owner) &&
				(q.Name == "" || q.Name == img.Name) && (q.State == "" || q.State == img.State) {
				pass[n] = append(pass[n], p)
			}
		}
	}
	for n, q := range queries {
		l := owned
		if q.Project == target {
			l = received
		}
		s.checkPages(l, q, inListOrder(pass[n]))
	}
}

func inRegion(region string) func(*sharing.ImageSpec) {
	return func(spec *sharing.ImageSpec) { spec.Region = region }
}

// checkPages reads a list with every limit, whole and by region.
func (s *suite) checkPages(l list, q sharing.PageQuery, want []sharing.Position) {
	s.Helper()
	regions := map[string][]sharing.Position{"": want, "region": nil, "region-2": nil, "z": nil, "0": nil}
	for _, p := range want {
		regions[p.Region] = append(regions[p.Region], p)
	}
	for region, want := range regions {
		q.Region = region
		s.settled(l, q, want)
		for q.Limit = range len(want) + 2 {
			if q.Limit > 0 {
				s.checkPaging(l, q, want)
			}
		}
	}
}

func (s *suite) checkPaging(l list, q sharing.PageQuery, want []sharing.Position) {
	s.Helper()
	what := fmt.Sprintf("list of %+v", q)
	equal(s, what, s.all(l, q), want)
	if len(want) > 0 && len(want)%q.Limit == 0 { // the last page is exactly full
		if len(want) > q.Limit {
			q.After = &want[len(want)-q.Limit-1]
		}
		_, next := l(s, q)
		equal(s, "what comes after the last page of the "+what, next, nil)
	}
}

func listEmpty(s *suite) {
	project := s.project("project")
	for _, l := range []list{owned, received} {
		for _, p := range []sharing.ProjectID{project, s.projectID("unknown")} {
			page, next := l(s, sharing.PageQuery{Project: p, Limit: 1})
			equal(s, "items", len(page), 0)
			equal(s, "next", next, nil)
		}
	}
}

func listItems(s *suite) {
	_, recipient, id := s.sharedImage()
	s.save(saveCommand(recipient, id, "key"))
	q := sharing.PageQuery{Project: recipient, Limit: 10}
	s.settled(owned, q, []sharing.Position{{Region: region, At: at(2), Image: sharing.SavedImageID(recipient, "key")}})
	s.settled(received, q, []sharing.Position{{Region: region, At: at(1), Image: id}})

	images, err := s.store.OwnedImages(s.Context(), q)
	s.must(err)
	s.equalImage("owned image", images.Items[0], s.stored(images.Items[0].ID))
	receipts, err := s.store.ReceivedImages(s.Context(), q)
	s.must(err)
	s.equalImage("received image", receipts.Items[0].Image, s.stored(id))
}

// receivedInOrder shares n images with one project and returns their places
// in its list.
func (s *suite) receivedInOrder(owner, target sharing.ProjectID, n int) []sharing.Position {
	s.Helper()
	var places []sharing.Position
	for i := range n {
		c := shareCommand(owner, s.image(owner, fmt.Sprintf("image-%02d", i)), target)
		c.Now = at(100 - i)
		s.shareAs(c)
		places = append(places, sharing.Position{Region: region, At: c.Now, Image: c.ImageID})
	}
	s.settled(received, sharing.PageQuery{Project: target}, places)
	return places
}

func listFromGone(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	places := s.receivedInOrder(owner, target, 5)
	q := sharing.PageQuery{Project: target, Limit: 2}
	_, q.After = received(s, q)
	s.deleteImage(owner, places[1].Image)
	s.deleteImage(owner, places[2].Image)
	equal(s, "rest of the list", s.all(received, q), places[3:])
}

func listUnshared(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	places := s.receivedInOrder(owner, target, 4)
	s.unshare(owner, places[0].Image, target)
	s.unshare(owner, places[3].Image, target)
	equal(s, "list", s.all(received, sharing.PageQuery{Project: target, Limit: 1}), places[1:3])
	equal(s, "list in one page", s.all(received, sharing.PageQuery{Project: target, Limit: 2}), places[1:3])
}

// What deleted images leave behind must not show as gaps in the pages.
func listOverDeleted(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	places := s.receivedInOrder(owner, target, 9)
	var left []sharing.Position
	for i, p := range places {
		if i%3 == 0 || i == 8 {
			s.deleteImage(owner, p.Image)
		} else {
			left = append(left, p)
		}
	}
	q := sharing.PageQuery{Project: target}
	for q.Limit = 1; q.Limit <= 6; q.Limit++ {
		s.checkPaging(received, q, left)
	}
}
