package contract

import (
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// advises fails unless the detail of a refusal gives the advice.
func advises(t testing.TB, r kit.Response, advice string) {
	t.Helper()
	if detail := r.Text("detail"); !strings.Contains(detail, advice) {
		t.Errorf("%s is refused with %q, which does not say %q", r.What(), detail, advice)
	}
}

// TestTheWayIntoAnotherRegionCanBeFollowed: an owner copies the image. A recipient
// cannot, and copies what it has saved.
func TestTheWayIntoAnotherRegionCanBeFollowed(t *testing.T) {
	e := kit.Start(t, runner.Config{CopyDisks: false})
	owner, recipient, target := e.Project("owner"), e.Project("recipient"), e.Project("target")
	img := e.Image(owner, "img", nil)
	e.Share(owner, img, recipient).Is(200)
	copying := func(project, image, name string) string {
		return e.Send(e.Tenant(project), "POST", api.CopyPath(project, image), api.Object{"name": name, "region": "us-east"}).Is(202).Text("imageId")
	}
	available := func(project, image string) {
		e.Send(e.Platform(), "PATCH", api.ImagePath(project, image), api.Object{"state": "Available"}).Is(200)
	}

	const toOwners = "copy it to us-east first, with POST …/copy, and use the copy there"
	elsewhere := api.ShareBody(target)
	elsewhere["region"] = "us-east"
	advises(t, e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, img), elsewhere).Refused(422, "CrossRegionNotSupported"), toOwners)
	advises(t, e.Send(e.Tenant(owner), "GET", api.LaunchPath(owner, img)+"?region=us-east", nil).Refused(422, "CrossRegionNotSupported"), toOwners)
	copied := copying(owner, img, "copy")
	available(owner, copied)
	e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, copied), elsewhere).Is(200)

	const toRecipients = "save it there, and copy what you have saved to us-east with POST …/copy"
	for _, r := range []kit.Response{
		e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "mine", "region": "us-east"}),
		e.Send(e.Tenant(recipient), "GET", api.ReceivedPath(recipient, img)+"?region=us-east", nil),
		e.Send(e.Tenant(recipient), "GET", api.LaunchPath(recipient, img)+"?region=us-east", nil),
	} {
		advises(t, r.Refused(422, "CrossRegionNotSupported"), toRecipients)
	}
	saved := e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "mine"}).Is(202).Text("imageId")
	available(recipient, saved)
	mine := copying(recipient, saved, "mine there")
	available(recipient, mine)
	e.Send(e.Tenant(recipient), "GET", api.LaunchPath(recipient, mine)+"?region=us-east", nil).Is(200)
}

// TestTheWayBelowTheLimitCanBeFollowed, whatever was asked for.
func TestTheWayBelowTheLimitCanBeFollowed(t *testing.T) {
	e := kit.Start(t, runner.Config{ShareLimit: 3})
	owner, targets := e.Project("owner"), e.Projects("target", 7)
	img := e.Image(owner, "img", nil)
	tooMany := func(advice string, targets ...string) {
		t.Helper()
		advises(t, e.Share(owner, img, targets...).Refused(409, "ShareLimitExceeded"), advice+", or copy the image with POST …/copy and share the copy")
	}
	cancel := func(targets ...string) {
		for _, p := range targets {
			e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, p), nil).Is(204)
		}
	}
	tooMany("name fewer projects", targets[:4]...)
	e.Share(owner, img, targets[:3]...).Is(200)
	tooMany("cancel a share", targets[3])
	cancel(targets[0])
	e.Share(owner, img, targets[3]).Is(200)
	tooMany("cancel 2 shares", targets[4:6]...)
	cancel(targets[1:3]...)
	e.Share(owner, img, targets[4:6]...).Is(200)
	tooMany("name fewer projects", targets[0], targets[1], targets[2], targets[6])
}

// TestTheWayToARegionWithDisks: where the image's own has none, no other would help.
func TestTheWayToARegionWithDisks(t *testing.T) {
	e := kit.Start(t, runner.Config{Regions: []string{"eu-west", "us-east"}})
	owner := e.Project("owner")
	for region, advice := range map[string]string{
		"eu-west": "Disks cannot be copied to ap-south: choose a region of eu-west, us-east.",
		"sa-east": "ask the platform to copy it",
	} {
		img, to := e.Image(owner, region, api.Object{"region": region}), "ap-south"
		if region == "sa-east" {
			to = "us-east"
		}
		advises(t, e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, img), api.Object{"name": "copy", "region": to}).Refused(422, "RegionNotSupported"), advice)
	}
}

// TestATenantWithAPlatformsScopeLearnsOfItsOwn: it will never have a token of the platform.
func TestATenantWithAPlatformsScopeLearnsOfItsOwn(t *testing.T) {
	platform, err := httpapi.ParsePlatformClients("someone-else")
	if err != nil {
		t.Fatal(err)
	}
	e := kit.Start(t, runner.Config{PlatformClients: platform})
	token := e.Token("catalog:write", "p")
	advises(t, e.Send(token, "DELETE", api.ImagePath("p", "img"), nil).Refused(403, "PlatformOnly"), "or one that names the project and has the scope images:write.")
	refused := e.Send(token, "PUT", api.ProjectPath("p"), api.ProjectBody("a", "n")).Refused(403, "PlatformOnly")
	if advises(t, refused, "use one of those."); strings.Contains(refused.Text("detail"), "or one that") {
		t.Errorf("there is no scope of a tenant's for it: %q", refused.Text("detail"))
	}
}
