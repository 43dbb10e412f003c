package e2e

import (
	"net/url"

	"pgregory.net/rapid"

	"image-sharing/local/runner"
)

// openList is a list of which some pages were read. The rest may be read much
// later, when it has changed.
type openList struct {
	refList
	token string
	last  refPlace
}

const mostOpenLists = 3

// page reads the first page of a list, or the next of one that is open.
func (m *machine) page(t *rapid.T) {
	next := rapid.IntRange(-1, len(m.open)-1).Draw(t, "open list")
	limit := rapid.SampledFrom([]int{1, 2, 3, 100}).Draw(t, "limit")
	if next < 0 {
		l := m.anyList(t)
		if rest := len(m.model.list(l)); rest > 1 && rapid.IntRange(0, 3).Draw(t, "some of it") > 0 {
			limit = rapid.IntRange(1, min(rest-1, 3)).Draw(t, "part")
		}
		m.readPage(t, l, nil, limit)
		return
	}
	from := m.open[next]
	m.open = append(m.open[:next:next], m.open[next+1:]...)
	m.readPage(t, from.refList, &from, limit)
}

func (m *machine) anyList(t *rapid.T) refList {
	return refList{
		project:  rapid.SampledFrom(m.projects).Draw(t, "project"),
		received: rapid.Bool().Draw(t, "received"),
		region:   rapid.SampledFrom(append([]string{""}, modelRegions...)).Draw(t, "region"),
	}
}

// pageOfAnother asks for a page of a list with the token of another.
func (m *machine) pageOfAnother(t *rapid.T) {
	l := m.anyList(t)
	if len(m.open) == 0 || m.open[0].refList == l {
		t.Skip("there is no other list")
	}
	a := m.request(m.token, "GET", l.address(100)+"&nextToken="+url.QueryEscape(m.open[0].token), nil)
	m.agree(t, a, refusal(400, "InvalidNextToken", nil))
}

// readPage holds a page against the reference: what is on it, that it is full
// unless it is the last, and that it says so if it is.
func (m *machine) readPage(t *rapid.T, l refList, from *openList, limit int) {
	path := l.address(limit)
	var place *refPlace
	if from != nil {
		m.met["a second page"] = true
		path += "&nextToken=" + url.QueryEscape(from.token)
		place = &from.last
	}
	a := m.request(m.token, "GET", path, nil)
	token, _ := a.body["nextToken"].(string)
	delete(a.body, "nextToken")

	rest := after(m.model.list(l), place)
	page := rest[:min(limit, len(rest))]
	images := []object{}
	for _, e := range page {
		images = append(images, e.view)
	}
	m.agree(t, a, expected{status: 200, body: object{"images": images}})

	more := len(rest) > limit
	if token == "" {
		if more {
			t.Fatalf("a page has no nextToken, but the list goes on")
		}
		return
	}
	// What a deleted image left in the index is not shown, but a page that it
	// follows cannot know that.
	mayBeMore := m.config.Engine == runner.DynamoDB && len(page) == limit && m.model.mayGoOn(l, page[limit-1].refPlace)
	if !more && !mayBeMore {
		t.Fatalf("the last page has a nextToken")
	}
	m.open = append(m.open, openList{l, token, page[limit-1].refPlace})
	m.open = m.open[max(0, len(m.open)-mostOpenLists):]
}

// sweep looks at everything there is at the end of a sequence.
func (m *machine) sweep(t *rapid.T) {
	for _, p := range m.projects {
		m.readPage(t, refList{project: p}, nil, 100)
		m.readPage(t, refList{project: p, received: true}, nil, 100)
	}
	for _, id := range m.images {
		owner := m.projects[0]
		if img := m.model.images[id]; img != nil {
			owner = img.owner
		}
		m.agree(t, m.request(m.token, "GET", sharesPath(owner, id), nil), m.model.shares(owner, id))
	}
}
