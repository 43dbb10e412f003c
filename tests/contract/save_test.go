package contract

import (
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

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
