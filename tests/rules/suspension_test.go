package rules

import (
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// A suspension is in force for everybody in the very next request. Shares stay,
// and work again after it.
func TestASuspendedImageIsNotUsed(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, recipient, other := e.Project("owner"), e.Project("recipient"), e.Project("other")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, recipient).Is(200)
		mine := e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "mine"}, "Idempotency-Key", "first").Is(202).Text("imageId")
		suspend := func(reason string) kit.Response {
			return e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": reason})
		}
		check := func(status int, code string) {
			t.Helper()
			for _, r := range []kit.Response{
				e.Send(e.Tenant(owner), "GET", api.LaunchPath(owner, img), nil),
				e.Send(e.Tenant(recipient), "GET", api.LaunchPath(recipient, img), nil),
				e.Send(e.Token("catalog:read"), "GET", api.LaunchPath(recipient, img), nil),
				e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "again"}),
				e.Share(owner, img, recipient), // it has it already
				e.Share(owner, img, other),
			} {
				if code != "" {
					r.Refused(status, code)
				} else if r.Status >= 300 {
					t.Errorf("%s: %s", r.What(), r.Raw)
				}
			}
		}

		suspended := suspend("spam").Is(200).Has("shareCount", 1)
		since := suspended.Body["updatedAt"]
		suspended.Has("suspension", api.Object{"reason": "spam", "suspendedAt": since})
		check(409, "ImageSuspended")
		suspend("spam").Is(200).Has("updatedAt", since) // nothing new
		suspend("worse").Is(200).Has("suspension", api.Object{"reason": "worse", "suspendedAt": since})
		e.Send(e.Tenant(owner), "GET", api.ImagePath(owner, img), nil).Is(200).Has("suspension", api.Object{"reason": "worse", "suspendedAt": since})
		if raw := e.Send(e.Tenant(recipient), "GET", api.ReceivedPath(recipient, img), nil).Is(200).Has("suspended", true).Body; raw["suspension"] != nil || raw["reason"] != nil {
			t.Errorf("the recipient sees why: %v", raw)
		}
		// A change by the catalog does not end it, nor does a repeated save fail.
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"name": "changed"})).Is(200).Has("suspension", api.Object{"reason": "worse", "suspendedAt": since})
		e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "mine"}, "Idempotency-Key", "first").Is(202).Has("imageId", mine)
		// What was saved before is the recipient's own.
		e.Send(e.Tenant(recipient), "GET", api.ImagePath(recipient, mine), nil).Is(200).Has("suspension", nil)

		for range 2 {
			e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, img), nil).Is(204)
			e.Send(e.Tenant(recipient), "GET", api.ReceivedPath(recipient, img), nil).Is(200).Has("suspended", false)
		}
		check(0, "")
		e.Send(e.Platform(), "PUT", api.SuspensionPath(recipient, img), api.Object{"reason": "spam"}).Refused(404, "ImageNotFound")
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(recipient, img), nil).Refused(404, "ImageNotFound")
		e.Send(e.Tenant(owner), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": "mine"}).Refused(403, "MissingScope").Has("requiredScope", "catalog:write")
		e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": ""}).Refused(400, "InvalidRequest")
	})
}
