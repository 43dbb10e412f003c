package kit

import (
	"strings"

	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// Sample is a project with an image of its own, shared with a target, and one that
// another project shares with it: what the examples of the OpenAPI document need
// to succeed.
type Sample struct {
	e                   *Environment
	Self, Target, Other string
	Own, Received       string
}

// ExampleRegion is where the images of the document's examples are.
const ExampleRegion = "cn-bj2"

// ExampleProjects are those that the document's examples share with.
var ExampleProjects = []string{"prj-lab", "prj-ops"}

// Sample registers a sample whose ids begin with self.
func (e *Environment) Sample(self string) Sample {
	e.T.Helper()
	s := Sample{e: e, Self: self, Target: self + "-target", Other: self + "-other", Own: self + "-own", Received: self + "-received"}
	for _, p := range append(ExampleProjects, s.Self, s.Target, s.Other) { // the examples' may be there
		if r := e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("acct", "Project")); r.Status != 200 {
			r.Is(201)
		}
	}
	image := api.ImageBody(api.Object{"region": ExampleRegion})
	e.Send(e.Platform(), "PUT", api.ImagePath(s.Self, s.Own), image).Is(201)
	e.Send(e.Platform(), "PUT", api.ImagePath(s.Other, s.Received), image).Is(201)
	e.Share(s.Self, s.Own, s.Target).Is(200)
	e.Share(s.Other, s.Received, s.Self).Is(200)
	return s
}

// Address fills the parameters of a route's path.
func (s Sample) Address(r openapitest.Route) string {
	s.e.T.Helper()
	image := s.Own
	if strings.Contains(r.Path, "/shared-images/") {
		image = s.Received
	}
	return s.AddressOf(r, image)
}

// AddressOf is Address with another image.
func (s Sample) AddressOf(r openapitest.Route, image string) string {
	s.e.T.Helper()
	address := strings.NewReplacer("{projectId}", s.Self, "{imageId}", image, "{targetProjectId}", s.Target).Replace(r.Path)
	if strings.Contains(address, "{") {
		s.e.T.Fatalf("%s has a parameter that these tests cannot fill: teach them", r)
	}
	return address
}

// State is everything of the sample that a request could change.
func (s Sample) State() string {
	s.e.T.Helper()
	var all strings.Builder
	for _, path := range []string{api.ProjectPath(s.Self), api.ImagesPath(s.Self), api.SharesPath(s.Self, s.Own), api.ReceivedImagesPath(s.Self)} {
		all.WriteString(s.e.Send(s.e.Tenant(s.Self), "GET", path, nil).Is(200).Raw)
	}
	all.WriteString(s.e.Send(s.e.Tenant(s.Other), "GET", api.SharesPath(s.Other, s.Received), nil).Is(200).Raw)
	return all.String()
}
