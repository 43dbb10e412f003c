package kit

import (
	"strings"

	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// Cast is a project with an image of its own, shared with a target, and one that
// another project shares with it: what the examples of the OpenAPI document need
// to succeed.
type Cast struct {
	e                   *Environment
	Self, Target, Other string
	Own, Received       string
}

// ExampleRegion is where the images of the document's examples are.
const ExampleRegion = "cn-bj2"

// ExampleProjects are those that the document's examples share with.
var ExampleProjects = []string{"prj-lab", "prj-ops"}

// Cast registers a cast whose ids begin with self.
func (e *Environment) Cast(self string) Cast {
	e.T.Helper()
	c := Cast{e: e, Self: self, Target: self + "-target", Other: self + "-other", Own: self + "-own", Received: self + "-received"}
	for _, p := range append(ExampleProjects, c.Self, c.Target, c.Other) { // the examples' may be there
		if r := e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("acct", "Project")); r.Status != 200 {
			r.Is(201)
		}
	}
	image := api.ImageBody(api.Object{"region": ExampleRegion})
	e.Send(e.Platform(), "PUT", api.ImagePath(c.Self, c.Own), image).Is(201)
	e.Send(e.Platform(), "PUT", api.ImagePath(c.Other, c.Received), image).Is(201)
	e.Share(c.Self, c.Own, c.Target).Is(200)
	e.Share(c.Other, c.Received, c.Self).Is(200)
	return c
}

// Address fills the parameters of a route's path.
func (c Cast) Address(r openapitest.Route) string {
	c.e.T.Helper()
	image := c.Own
	if strings.Contains(r.Path, "/shared-images/") {
		image = c.Received
	}
	return c.AddressOf(r, image)
}

// AddressOf is Address with another image.
func (c Cast) AddressOf(r openapitest.Route, image string) string {
	c.e.T.Helper()
	address := strings.NewReplacer("{projectId}", c.Self, "{imageId}", image, "{targetProjectId}", c.Target).Replace(r.Path)
	if strings.Contains(address, "{") {
		c.e.T.Fatalf("%s has a parameter that these tests cannot fill: teach them", r)
	}
	return address
}

// State is everything of the cast that a request could change.
func (c Cast) State() string {
	c.e.T.Helper()
	var all strings.Builder
	for _, path := range []string{api.ProjectPath(c.Self), api.ImagesPath(c.Self), api.SharesPath(c.Self, c.Own), api.ReceivedImagesPath(c.Self)} {
		all.WriteString(c.e.Send(c.e.Tenant(c.Self), "GET", path, nil).Is(200).Raw)
	}
	all.WriteString(c.e.Send(c.e.Tenant(c.Other), "GET", api.SharesPath(c.Other, c.Received), nil).Is(200).Raw)
	return all.String()
}
