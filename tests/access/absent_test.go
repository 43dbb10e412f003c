package access

import (
	"strings"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// absentImages are images, by how they are absent, that the project self does
// not have, be it as its own or as received.
func absentImages(e *kit.Environment, s kit.Sample) map[string]string {
	e.T.Helper()
	platform, other := e.Platform(), e.Tenant(s.Other)
	register := func(owner, name string, changes api.Object) string {
		e.T.Helper()
		changes["region"] = kit.ExampleRegion
		e.Send(platform, "PUT", api.ImagePath(owner, e.ID(name)), api.ImageBody(changes)).Is(201)
		return e.ID(name)
	}
	foreign := func(name string, sharedWith ...string) string {
		e.T.Helper()
		image := register(s.Other, name, api.Object{})
		if len(sharedWith) > 0 {
			e.Share(s.Other, image, sharedWith...).Is(200)
		}
		return image
	}
	unshared, deleted := foreign("unshared", s.Self, s.Target), foreign("deleted", s.Self, s.Target)
	e.Send(other, "DELETE", api.SharePath(s.Other, unshared, s.Self), nil).Is(204)
	e.Send(platform, "DELETE", api.ImagePath(s.Other, deleted), nil).Is(204)
	own := register(s.Self, "own", api.Object{})
	e.Share(s.Self, own, s.Target).Is(200)
	e.Send(platform, "DELETE", api.ImagePath(s.Self, own), nil).Is(204)
	return map[string]string{
		"foreign":                                   foreign("foreign"),
		"foreign and shared with others":            foreign("elsewhere", s.Target, kit.ExampleProjects[0]),
		"foreign and still being made":              register(s.Other, "creating", api.Object{"state": "Creating"}),
		"foreign and of a kind that nobody shares":  register(s.Other, "lightweight", api.Object{"hostType": "LightweightUHost"}),
		"foreign and the platform's":                register(s.Other, "public", api.Object{"kind": "Public"}),
		"no longer shared with the project":         unshared,
		"foreign and deleted while it was shared":   deleted,
		"the project's own, deleted while shared":   own,
		"an id of the greatest length, and missing": strings.Repeat("z", 64),
	}
}
