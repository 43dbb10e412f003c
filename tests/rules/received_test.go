package rules

import (
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestR05OnlyTheSystemDiskIsShared(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, other := e.Project("owner"), e.Project("target"), e.Project("other")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target, other).Is(200)
		token := e.Tenant(target)
		saved := e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "mine"}, "Idempotency-Key", "k").Is(202)
		seen := []kit.Response{
			e.Send(token, "GET", api.ReceivedPath(target, img), nil).Is(200),
			e.Send(token, "GET", api.ReceivedImagesPath(target), nil).Is(200),
			saved,
			e.Send(token, "GET", api.ImagePath(target, saved.Text("imageId")), nil).Is(200),
			e.Send(token, "GET", api.ImagesPath(target), nil).Is(200),
			e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "mine"}, "Idempotency-Key", "k").Is(202),
		}
		for _, a := range seen {
			for _, secret := range []string{"snap-system-secret", "snap-data-secret", other} {
				if strings.Contains(a.Raw, secret) {
					t.Errorf("%s shows %s: %s", a.What(), secret, a.Raw)
				}
			}
		}
		if _, shown := seen[0].Body["dataDisks"]; shown {
			t.Errorf("a recipient sees data disks: %s", seen[0].Raw)
		}
		if disks := saved.Body["dataDisks"].([]any); len(disks) != 0 {
			t.Errorf("the copy has data disks: %v", disks)
		}
	})
}

func TestR08RecipientsAreWarned(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		token := e.Tenant(target)
		one := e.Send(token, "GET", api.ReceivedPath(target, img), nil).Is(200).Body
		listed := e.Send(token, "GET", api.ReceivedImagesPath(target), nil).Is(200).Objects("images")[0]
		for _, view := range []api.Object{one, listed} {
			if notice, _ := view["securityNotice"].(string); !strings.Contains(notice, "not audited or tested") {
				t.Errorf("notice %q", notice)
			}
		}
	})
}

func TestR09TheOwnerPaysAndTheCopyIsTheRecipients(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		e.Send(e.Tenant(owner), "GET", api.ImagePath(owner, img), nil).Is(200).
			Has("billing", api.Object{"billedProjectId": owner, "plan": "custom-image"}).Has("shareCount", 1)
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200).
			Has("billing", api.Object{"billedProjectId": owner, "recipientFee": "none"}).
			Has("owner", api.Object{"projectId": owner, "accountId": "acct-owner"})
		e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}).Is(202).
			Has("billing", api.Object{"billedProjectId": target, "plan": "custom-image"}).
			Has("projectId", target).Has("accountId", "acct-target").Has("kind", "Custom")
	})
}

func TestR11RecipientSavesTheImageAsItsOwn(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, stranger := e.Project("owner"), e.Project("target"), e.Project("stranger")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		token := e.Tenant(target)
		copied := e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "mine", "description": "my copy"}).Is(202).
			Has("state", "Creating").Has("name", "mine").Has("description", "my copy").
			Has("source", api.Object{"imageId": img, "projectId": owner, "region": "eu-west"}).Text("imageId")
		e.Send(e.Tenant(stranger), "POST", api.SavePath(stranger, img), api.Object{"name": "x"}).Refused(404, "ImageNotFound")

		// It stays Creating until the platform reports it.
		report := api.ImageBody(api.Object{"name": "mine", "systemDisk": api.Object{"sizeGiB": 20, "snapshotId": "snap-mine"}, "dataDisks": []api.Object{}})
		e.Send(e.Platform(), "PUT", api.ImagePath(target, copied), report).Is(200).Has("state", "Available")
		e.Send(token, "GET", api.ImagePath(target, copied), nil).Is(200).Has("state", "Available").Has("systemDisk", api.Object{"sizeGiB": 20, "snapshotId": "snap-mine"})

		// When the share has ended, the copy stays, and there is no other.
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
		e.Send(token, "GET", api.ImagePath(target, copied), nil).Is(200)
		e.Send(token, "POST", api.SavePath(target, img), api.Object{"name": "late"}).Refused(404, "ImageNotFound")
	})
}
