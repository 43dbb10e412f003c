package model

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"image-sharing/tests/kit/api"
)

// List is a project's list of its own images, or of those it received.
type List struct {
	Project  string
	Received bool
	Region   string // "" lists all regions
	Status   string // of received shares: "" lists those that are accepted, all of any
	Filter
}

// Filter leaves of a list what it names; "" is all.
type Filter struct{ Name, State, Owner string }

func (f Filter) wants(img *Image) bool {
	return (f.Name == "" || f.Name == img.Spec["name"]) && (f.State == "" || f.State == img.Spec["state"]) && (f.Owner == "" || f.Owner == img.Owner)
}

// Page is the place after which a list goes on, and the token that says so.
type Page struct {
	List  List
	Last  Place
	Token string
}

// Place is the place of an entry in a list: newest first within a region.
type Place struct {
	Region, Image string
	At            time.Time
}

func (img *Image) place(at string) Place {
	return Place{Region: text(img.Spec, "region"), At: instant(at), Image: img.ID}
}

// compare puts places in the order of lists, which descends.
func (p Place) compare(q Place) int {
	switch {
	case p == q:
		return 0
	case p.Region > q.Region, p.Region == q.Region && p.At.After(q.At), p.Region == q.Region && p.At.Equal(q.At) && p.Image > q.Image:
		return -1
	default:
		return 1
	}
}

// ListImages reads one page of a list.
type ListImages struct {
	List
	Limit int
	After Page // zero for the first page
}

// Form implements Request.
func (r ListImages) Form() Form {
	path := api.ImagesPath(r.Project)
	if r.Received {
		path = api.ReceivedImagesPath(r.Project)
	}
	path += fmt.Sprintf("?limit=%d", r.Limit)
	for _, p := range [][2]string{{"region", r.Region}, {"name", r.Name}, {"state", r.State}, {"ownerProjectId", r.Owner}, {"status", r.Status}, {"nextToken", r.After.Token}} {
		if p[1] != "" {
			path += "&" + p[0] + "=" + url.QueryEscape(p[1])
		}
	}
	return Form{By: Tester, Method: "GET", Path: path, Outcomes: []string{"200", "400 InvalidNextToken"}}
}

// Apply implements Request. A page is full unless it is the last, and says so if
// it is; with a filter too, of lists as short as those of the tests. A token is good
// for its own list and filter only.
func (r ListImages) Apply(s *State, _ Observed) (*State, Response) {
	if r.After.Token != "" && r.After.List != r.List {
		return s, refusal(400, "InvalidNextToken", nil)
	}
	places := r.places(s)
	page := places[:min(r.Limit, len(places))]
	images := set{"imageId", map[string]Object{}}
	for _, at := range page {
		images.objects[at.Image] = r.view(s, at.Image)
	}
	body := Object{"images": images}
	switch {
	case len(places) > len(page):
		body["nextToken"] = Unknown
	// A page cannot know that only orphans follow it.
	case len(page) == r.Limit && r.Filter == Filter{} && r.orphansFollow(s, page[len(page)-1]):
		body["nextToken"] = perhaps
	}
	return s, Response{Status: 200, Body: body}
}

// places are what is left of the list after the pages read before.
func (r ListImages) places(s *State) (places []Place) {
	for _, img := range s.Images {
		if at, ok := r.at(img); ok && r.follows(at) {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, Place.compare)
	return places
}

// at is the place of an image in the list.
func (l List) at(img *Image) (at Place, ok bool) {
	at, ok = img.place(img.Created), img.Owner == l.Project
	if l.Received {
		share, shared := img.Shares[l.Project]
		at, ok = img.place(share.At), shared && l.takes(share.Status)
	}
	return at, ok && (l.Region == "" || l.Region == at.Region) && l.wants(img)
}

// takes reports whether shares of a status are on the list.
func (l List) takes(status string) bool {
	return l.Status == "all" || l.Status == status || l.Status == "" && status == accepted
}

func (l List) view(s *State, image string) Object {
	if l.Received {
		return s.shown(s.Images[image], l.Project)
	}
	return s.owns(s.Images[image])
}

func (r ListImages) follows(at Place) bool {
	return r.After.Token == "" || r.After.Last.compare(at) < 0
}

func (r ListImages) orphansFollow(s *State, last Place) bool {
	for share, at := range s.Orphans {
		if r.Received && share.Target == r.Project && r.takes(at.Status) && last.compare(at.Place) < 0 && (r.Region == "" || r.Region == at.Region) {
			return true
		}
	}
	return false
}

// inOrder also sees that no image is listed twice.
func (r ListImages) inOrder(got Response) bool {
	places := r.shown(got)
	for i := range places {
		if i > 0 && places[i-1].compare(places[i]) >= 0 || slices.IndexFunc(places, func(p Place) bool { return p.Image == places[i].Image }) < i {
			return false
		}
	}
	return true
}

// shown are the places of the entries of a response.
func (r ListImages) shown(got Response) (places []Place) {
	field := "createdAt"
	if r.Received {
		field = "sharedAt"
	}
	for _, entry := range Objects(got.Body["images"]) {
		places = append(places, Place{Region: text(entry, "region"), At: instant(text(entry, field)), Image: text(entry, "imageId")})
	}
	return places
}

// Next is the page after a response, if there is one.
func (r ListImages) Next(got Response) (next Page, ok bool) {
	token, places := text(got.Body, "nextToken"), r.shown(got)
	if token == "" || len(places) == 0 {
		return Page{}, false
	}
	return Page{List: r.List, Last: places[len(places)-1], Token: token}, true
}

// Only leaves of a list that was got the entries of some images.
func (r ListImages) Only(got Response, images []string) Response {
	kept := []any{}
	for _, entry := range Objects(got.Body["images"]) {
		if slices.Contains(images, text(entry, "imageId")) {
			kept = append(kept, entry)
		}
	}
	got.Body = with(got.Body, "images", any(kept))
	return got
}

func (r ListImages) details(got Response, scope Scope) (func(Object), []Moment) {
	var details []Moment
	listed := map[string]bool{}
	for _, entry := range Objects(got.Body["images"]) {
		id := text(entry, "imageId")
		listed[id] = true
		details = append(details, reads(func(s *State) bool {
			if !r.lists(s, id) {
				return false
			}
			view := r.view(s, id)
			if r.Received {
				unknown("sharedAt")(view)
			}
			return same(view, entry)
		}))
		if r.Received {
			details = append(details, indexed(func(s *State) bool {
				img, ok := s.received(r.Project, id)
				return ok && same(img.Created, entry["createdAt"]) && same(img.Shares[r.Project].At, entry["sharedAt"])
			}))
		}
	}
	for _, id := range scope.Images {
		if !listed[id] {
			details = append(details, indexed(func(s *State) bool { return !r.lists(s, id) }))
		}
	}
	return unknown("images"), details
}

// lists reports whether an image is on the list.
func (l List) lists(s *State, id string) bool {
	img := s.Images[id]
	if img == nil {
		return false
	}
	_, ok := l.at(img)
	return ok
}
