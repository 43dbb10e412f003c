package rules

import (
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// One question for own and shared images, which fails closed.
func TestR11TheLaunchCheck(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, recipient, stranger := e.Project("owner"), e.Project("recipient"), e.Project("stranger")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, recipient).Is(200)
		ask := func(token, project, query string) kit.Response {
			return e.Send(token, "GET", api.LaunchPath(project, img)+query, nil)
		}
		disks := func(r kit.Response) (system, data any) {
			return r.Is(200).Body["systemDisk"].(api.Object)["snapshotId"], r.Body["dataDisks"]
		}

		// A member learns nothing of what the host is made from, the platform all of it.
		ask(e.Tenant(owner), owner, "").Is(200).Has("via", "own").Has("imageId", img)
		ask(e.Tenant(recipient), recipient, "?region=eu-west").Is(200).Has("via", "share")
		for _, p := range []string{owner, recipient} {
			if system, data := disks(ask(e.Tenant(p), p, "")); system != nil || data != nil {
				t.Errorf("%s sees %v and %v", p, system, data)
			}
		}
		reader := e.Token("catalog:read")
		if system, data := disks(ask(reader, owner, "")); system != api.SystemSnapshot || data == nil {
			t.Errorf("for the owner's host the platform gets %v and %v", system, data)
		}
		if system, data := disks(ask(reader, recipient, "")); system != api.SystemSnapshot || data != nil { // R5
			t.Errorf("for a recipient's host the platform gets %v and %v", system, data)
		}

		ask(e.Tenant(stranger), stranger, "").Refused(404, "ImageNotFound")
		ask(reader, stranger, "").Refused(404, "ImageNotFound")
		ask(e.Tenant(recipient), recipient, "?region=us-east").Refused(422, "CrossRegionNotSupported") // R2
		ask(e.Tenant(recipient), recipient, "?ownerProjectId="+owner).Is(200)
		for _, other := range []string{recipient, stranger} {
			ask(e.Tenant(recipient), recipient, "?ownerProjectId="+other).Refused(404, "ImageNotFound")
			ask(e.Tenant(owner), owner, "?ownerProjectId="+other).Refused(404, "ImageNotFound")
		}
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"state": "Failed"})).Is(200)
		for _, p := range []string{owner, recipient} {
			ask(e.Tenant(p), p, "").Refused(409, "ImageNotAvailable").Has("state", "Failed")
		}
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(nil)).Is(200)
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, recipient), nil).Is(204)
		ask(e.Tenant(recipient), recipient, "").Refused(404, "ImageNotFound")
		e.Send(e.Platform(), "DELETE", api.ImagePath(owner, img), nil).Is(204) // R6
		ask(reader, owner, "").Refused(404, "ImageNotFound")
	})
}
