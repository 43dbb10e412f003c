package kit

import (
	"fmt"
	"net/url"
	"strings"

	"image-sharing/tests/kit/api"
)

// Project registers a project and returns its id.
func (e *Environment) Project(name string) string {
	e.T.Helper()
	e.Send(e.Platform(), "PUT", api.ProjectPath(e.ID(name)), api.ProjectBody("acct-"+name, "Project "+name)).Is(201)
	return e.ID(name)
}

// Projects registers n projects and returns their ids.
func (e *Environment) Projects(name string, n int) []string {
	e.T.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = e.ID(fmt.Sprintf("%s%03d", name, i))
		e.Send(e.Platform(), "PUT", api.ProjectPath(ids[i]), api.ProjectBody("acct", "Project")).Is(201)
	}
	return ids
}

// Image registers an image, api.ImageBody with changes, and returns its id.
func (e *Environment) Image(owner, name string, changes api.Object) string {
	e.T.Helper()
	e.Send(e.Platform(), "PUT", api.ImagePath(owner, e.ID(name)), api.ImageBody(changes)).Is(201)
	return e.ID(name)
}

// Share shares an image as its owner.
func (e *Environment) Share(owner, image string, targets ...string) Response {
	e.T.Helper()
	return e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, image), api.ShareBody(targets...))
}

// Pages reads a whole list and returns its ids. It fails the test unless
// every page but the last is full.
func (e *Environment) Pages(token, path string, limit int) []string {
	e.T.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	var all []string
	next := ""
	for range 100 {
		page := e.Send(token, "GET", fmt.Sprintf("%s%slimit=%d%s", path, separator, limit, next), nil).Is(200)
		all = append(all, page.IDs()...)
		if page.Body["nextToken"] == nil {
			return all
		}
		if len(page.IDs()) != limit {
			e.T.Fatalf("a page of %d is not the last: %s", len(page.IDs()), page.Raw)
		}
		next = "&nextToken=" + url.QueryEscape(page.Text("nextToken"))
	}
	e.T.Fatal("the list does not end")
	return nil
}
