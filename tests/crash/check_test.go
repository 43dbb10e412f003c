package crash

import (
	"net/http"
	"slices"
	"strings"
)

// read gets what must be found.
func (c *client) read(path string) answer {
	c.t.Helper()
	got, ok := c.find(path)
	if !ok {
		c.t.Fatalf("%s: GET %s was answered %d %s", c.name, path, got.status, got.raw)
	}
	return got
}

// find gets an image; ok is false when there is none.
func (c *client) find(path string) (got answer, ok bool) {
	c.t.Helper()
	got, err := c.api.send(request{method: "GET", path: path})
	if err != nil {
		c.t.Fatalf("%s: GET %s: %v", c.name, path, err)
	}
	if got.status != http.StatusOK && got.body.Code != "ImageNotFound" {
		c.t.Fatalf("%s: GET %s was answered %d %s", c.name, path, got.status, got.raw)
	}
	return got, got.status == http.StatusOK
}

// list gets the ids of a list, sorted.
func (c *client) list(path string) []string {
	c.t.Helper()
	got := c.read(path)
	if got.body.NextToken != "" {
		c.t.Fatalf("%s: GET %s has a second page: %s", c.name, path, got.raw)
	}
	ids := []string{}
	for _, img := range got.body.Images {
		ids = append(ids, img.ImageID)
	}
	slices.Sort(ids)
	return ids
}

// check finds out what is there, and fails unless it is what the client was
// told. A command in doubt may have taken effect or not, but not in part. Then it
// is wished again, as callers are told to do, and must come true. A write that
// mayBeForgotten may be missing.
func (c *client) check(mayBeForgotten func(write) bool) {
	c.t.Helper()
	there := c.observe()
	if there != c.state {
		switch {
		case c.doubtful != nil && there == c.afterDoubtful():
			c.counts.effective++
		case mayBeForgotten(c.last) && there == c.last.before:
			c.counts.forgotten++
		default:
			c.t.Fatalf("%s knows of %+v, was in doubt of %+v, and finds %+v; its requests were\n%s",
				c.name, c.state, c.doubtful, there, strings.Join(c.history, "\n"))
		}
		c.state = there
	}
	c.history, c.last = nil, write{}
	if w := c.doubtful; w != nil {
		c.doubtful = nil
		if c.do(*w); c.doubtful != nil {
			c.t.Fatalf("%s: %v got no answer from a service that nobody killed", c.name, c.request(*w))
		}
		if there := c.observe(); there != c.state {
			c.t.Fatalf("%s wished %+v again, knows of %+v, and finds %+v", c.name, *w, c.state, there)
		}
	}
}

func (c *client) afterDoubtful() state {
	after, _ := c.state.after(*c.doubtful)
	return after
}

// observe reads all that the client decides on. It fails when owner and
// recipients do not see the same.
func (c *client) observe() state {
	c.t.Helper()
	var s state
	owned := []string{}
	for i := range s.images {
		var ok bool
		if s.images[i], ok = c.observeImage(i); ok && i != common {
			owned = append(owned, c.image(i))
		}
	}
	if got := c.list("/v1/projects/" + c.name + "/images"); !slices.Equal(got, owned) {
		c.t.Errorf("%s finds the images %v, and the list has %v", c.name, owned, got)
	}
	for target := range targets {
		c.observeTarget(target, &s)
	}
	return s
}

func (c *client) observeImage(i int) (img image, ok bool) {
	c.t.Helper()
	path := imagePath(c.owner(i), c.image(i))
	got, ok := c.find(path)
	if !ok {
		return image{}, false
	}
	img = image{exists: true, name: got.body.Name}
	shares := c.read(path + "/shares")
	if n := len(shares.body.Shares); n != got.body.ShareCount || n != shares.body.ShareCount || n > limit {
		c.t.Errorf("%s has %d shares, counts %d and %d, and a limit of %d", path, n, got.body.ShareCount, shares.body.ShareCount, limit)
	}
	for _, s := range shares.body.Shares {
		target := slices.IndexFunc(c.projects()[2:], func(p string) bool { return p == s.ProjectID })
		switch {
		case target >= 0 && s.SharedBy == c.name:
			img.with[target] = true
		case i != common || s.SharedBy == c.name:
			c.t.Errorf("%s is shared with %s by %s", path, s.ProjectID, s.SharedBy)
		}
	}
	return img, true
}

// observeTarget holds what a recipient sees against the images of s, and notes
// its copies there.
func (c *client) observeTarget(target int, s *state) {
	c.t.Helper()
	project := c.target(target)
	received, copies := []string{}, []string{}
	for i, img := range s.images {
		if _, ok := c.find(sharedPath(project, c.image(i))); ok != img.with[target] {
			c.t.Errorf("%s has %s: %v; the image says %v", project, c.image(i), ok, img.with[target])
		}
		if img.with[target] {
			received = append(received, c.image(i))
		}
		if i == common {
			continue
		}
		id := c.copyID(i, target)
		if _, s.copies[i][target] = c.find(imagePath(project, id)); s.copies[i][target] {
			copies = append(copies, id)
		}
	}
	slices.Sort(received)
	slices.Sort(copies)
	if got := c.list("/v1/projects/" + project + "/shared-images"); !slices.Equal(got, received) {
		c.t.Errorf("%s receives %v, and the list has %v", project, received, got)
	}
	if got := c.list("/v1/projects/" + project + "/images"); !slices.Equal(got, copies) {
		c.t.Errorf("%s has the copies %v, and the list has %v", project, copies, got)
	}
}
