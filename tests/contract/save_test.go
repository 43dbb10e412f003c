package contract

import (
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestACopyIsRefusedInTheOrderOfTheContract(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, other := e.Project("owner"), e.Project("other")
		img := e.Image(owner, "img", api.Object{"state": "Creating", "kind": "Public", "hostType": "LightweightUHost"})
		e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": "spam"}).Is(200)
		copying := func(project, id string, body api.Object) kit.Response {
			return e.Send(e.Tenant(owner, other), "POST", api.CopyPath(project, id), body, "Idempotency-Key", "key")
		}
		good := api.Object{"name": "copy", "region": "us-east"}
		copying(owner, e.ID("missing"), api.Object{"region": "us-east"}).Refused(400, "InvalidRequest")
		copying(owner, img, api.Object{"name": "copy", "region": "us east"}).Refused(400, "InvalidRequest")
		copying(owner, e.ID("missing"), good).Refused(404, "ImageNotFound")
		copying(other, img, good).Refused(404, "ImageNotFound")
		copying(owner, img, good).Refused(409, "ImageSuspended")
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, img), nil).Is(204)
		copying(owner, img, good).Refused(409, "ImageNotAvailable").Has("state", "Creating")
		e.Send(e.Platform(), "PATCH", api.ImagePath(owner, img), api.Object{"state": "Available"}).Is(200)

		first := copying(owner, img, good).Is(202).Has("kind", "Custom").Has("hostType", "LightweightUHost")
		copied := first.Text("imageId")
		if location := first.Header.Get("Location"); location != api.ImagePath(owner, copied) {
			e.T.Errorf("Location %q", location)
		}
		copying(owner, img, api.Object{"name": "copy"}).Refused(409, "IdempotencyConflict")
		copying(owner, img, api.Object{"name": "copy", "region": "eu-west"}).Refused(409, "IdempotencyConflict")
		e.Send(e.Platform(), "PATCH", api.ImagePath(owner, copied), api.Object{"state": "Failed"}).Is(200)
		copying(owner, img, good).Is(202).Has("imageId", copied).Has("state", "Creating")
		e.Send(e.Platform(), "DELETE", api.ImagePath(owner, img), nil).Is(204)
		copying(owner, img, good).Is(202).Has("imageId", copied)
	})
}

// A deployment that copies disks itself knows where it can. That is said before
// anything else of the image.
func TestACopyToARegionWithoutABucket(t *testing.T) {
	e := kit.Start(t, runner.Config{Regions: []string{"cn-bj2", "eu-west"}})
	owner := e.Project("owner")
	for region, elsewhere := range map[string]string{"eu-west": "us-east", "us-east": "eu-west"} {
		img := e.Image(owner, region, api.Object{"region": region, "state": "Creating"})
		e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, img), api.Object{"name": "copy", "region": elsewhere}).
			Refused(422, "RegionNotSupported").Has("region", "us-east").Has("regions", []any{"cn-bj2", "eu-west"})
	}
	img := e.Image(owner, "img", nil)
	e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, img), api.Object{"name": "copy", "region": "cn-bj2"}).Is(202)
}

func TestAKeyMakesOneCopy(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		save := func(key, name string) kit.Response {
			return e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": name}, "Idempotency-Key", key)
		}
		first := save("key-1", "mine").Is(202)
		copied := first.Text("imageId")
		if location := first.Header.Get("Location"); location != api.ImagePath(target, copied) {
			t.Errorf("Location %q", location)
		}
		save("key-1", "mine").Is(202).Has("imageId", copied)
		save("key-1", "other").Refused(409, "IdempotencyConflict")
		if another := save("key-2", "mine").Is(202).Text("imageId"); another == copied {
			t.Error("two keys have one copy")
		}
		for _, headers := range [][]string{
			{"Idempotency-Key", "key-1,key-2"}, {"Idempotency-Key", "key-1", "Idempotency-Key", "key-1"}, {"Idempotency-Key", "key 1"}, {"Idempotency-Key", ""},
		} {
			e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}, headers...).Refused(400, "InvalidRequest")
		}
		// The key leads to its copy also after the share has ended.
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
		save("key-1", "mine").Is(202).Has("imageId", copied)
	})
}
