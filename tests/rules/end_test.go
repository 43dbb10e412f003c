package rules

import (
	"slices"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestR06DeletedImageIsGoneAtOnce(t *testing.T) {
	kit.OnEachStore(t, deleteHidesAtOnce)
}

func TestR06WithoutTheStream(t *testing.T) {
	t.Parallel()
	deleteHidesAtOnce(kit.Start(t, runner.Config{Store: runner.DynamoDB, WithoutCleanUp: true}))
}

// deleteHidesAtOnce checks every way a recipient could still see an image in
// the very next request after its deletion, and after its id is used again.
func deleteHidesAtOnce(e *kit.Environment) {
	e.T.Helper()
	owner, target := e.Project("owner"), e.Project("target")
	img, kept := e.Image(owner, "img", nil), e.Image(owner, "kept", nil)
	e.Share(owner, img, target).Is(200)
	e.Share(owner, kept, target).Is(200)
	token := e.Tenant(target)
	copied := e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "mine"}).Is(202).Text("imageId")
	gone := func() {
		e.T.Helper()
		e.Send(token, "GET", api.ReceivedPath(target, img), nil).Refused(404, "ImageNotFound")
		if ids := e.Send(token, "GET", api.ReceivedImagesPath(target), nil).Is(200).IDs(); !slices.Equal(ids, []string{kept}) {
			e.T.Errorf("the list has %v, not %s", ids, kept)
		}
		e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "mine"}).Refused(404, "ImageNotFound")
	}
	platform := e.Platform()
	e.Send(platform, "DELETE", api.ImagePath(owner, img), nil).Is(204)
	gone()
	e.Send(e.Tenant(owner), "GET", api.ImagePath(owner, img), nil).Refused(404, "ImageNotFound")
	e.Share(owner, img, target).Refused(404, "ImageNotFound")
	e.Send(platform, "DELETE", api.ImagePath(owner, img), nil).Refused(404, "ImageNotFound")

	// The id again: a new image, shared with nobody.
	e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(nil)).Is(201).Has("shareCount", 0)
	gone()
	e.Share(owner, img, target).Is(200).Has("shareCount", 1)
	e.Send(token, "GET", api.ReceivedPath(target, img), nil).Is(200)

	// The copy survives the original and says where it came from.
	e.Send(token, "GET", api.ImagePath(target, copied), nil).Is(200).Has("source", api.Object{"imageId": img, "projectId": owner, "region": "eu-west"})
}

func TestR10OnlyTheSharerCancels(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, other := e.Project("owner"), e.Project("target"), e.Project("other")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target, other).Is(200)
		// Not the recipient, neither by its own path nor by the owner's.
		e.Send(e.Tenant(target), "DELETE", api.SharePath(target, img, target), nil).Refused(404, "ImageNotFound")
		e.Send(e.Tenant(target), "DELETE", api.SharePath(owner, img, target), nil).Refused(403, "ProjectAccessDenied")
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200)
		// Per target: the other keeps it.
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Refused(404, "ShareNotFound")
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Refused(404, "ImageNotFound")
		if ids := e.Send(e.Tenant(target), "GET", api.ReceivedImagesPath(target), nil).Is(200).IDs(); len(ids) != 0 {
			t.Errorf("a cancelled share is still listed: %v", ids)
		}
		e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "x"}).Refused(404, "ImageNotFound")
		e.Send(e.Tenant(other), "GET", api.ReceivedPath(other, img), nil).Is(200)
	})
}
