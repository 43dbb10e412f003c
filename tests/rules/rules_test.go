package rules

import (
	"slices"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"time"
)

func TestR01SharesBetweenProjectsOfOneAccountAndAcrossAccounts(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, sameAccount, other := e.Project("owner"), e.Project("same"), e.Project("other")
		e.Send(e.Platform(), "PUT", api.ProjectPath(sameAccount), api.Object{"accountId": "acct-owner", "name": "Same"}).Is(200)
		img := e.Image(owner, "img", nil)
		a := e.Share(owner, img, sameAccount, other).Is(200).Has("shareCount", 2).Has("dryRun", false)
		accounts := []string{}
		for _, s := range a.Body["shares"].([]any) {
			share := s.(api.Object)
			accounts = append(accounts, share["accountId"].(string))
			if share["result"] != "created" {
				t.Errorf("result %v, not created", share["result"])
			}
		}
		if !slices.Equal(accounts, []string{"acct-owner", "acct-other"}) {
			t.Errorf("accounts %v", accounts)
		}
		for _, p := range []string{sameAccount, other} {
			e.Send(e.Tenant(p), "GET", api.ReceivedPath(p, img), nil).Is(200)
		}
		// The sharer must know the target's id: all or nothing.
		unknown := e.ID("unknown")
		third := e.Project("third")
		a = e.Share(owner, img, third, unknown).Refused(422, "ProjectNotFound")
		if got := a.Body["projectIds"].([]any); len(got) != 1 || got[0] != unknown {
			t.Errorf("projectIds %v, not %s", got, unknown)
		}
		e.Send(e.Tenant(third), "GET", api.ReceivedPath(third, img), nil).Refused(404, "ImageNotFound")
	})
}

func TestR02StaysInItsRegion(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		west := e.Image(owner, "west", api.Object{"region": "eu-west"})
		east := e.Image(owner, "east", api.Object{"region": "us-east"})
		body := api.ShareBody(target)
		body["region"] = "us-east"
		e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, west), body).
			Refused(422, "CrossRegionNotSupported").Has("imageRegion", "eu-west").Has("region", "us-east")
		e.Share(owner, west, target).Is(200)
		e.Share(owner, east, target).Is(200)
		token := e.Tenant(target)
		for region, want := range map[string]string{"eu-west": west, "us-east": east} {
			if got := e.Send(token, "GET", api.ReceivedImagesPath(target)+"?region="+region, nil).Is(200).IDs(); !slices.Equal(got, []string{want}) {
				t.Errorf("region %s lists %v, not %s", region, got, want)
			}
		}
		e.Send(token, "GET", api.ReceivedPath(target, west)+"?region=us-east", nil).Refused(422, "CrossRegionNotSupported")
		e.Send(token, "GET", api.ReceivedPath(target, west)+"?region=eu-west", nil).Is(200)
		e.Send(token, "POST", api.SavePath(target, west), api.Object{"name": "x", "region": "us-east"}).Refused(422, "CrossRegionNotSupported")
		e.Send(token, "POST", api.SavePath(target, west), api.Object{"name": "x"}).Is(202).Has("region", "eu-west")
	})
}

func TestR03FiftyProjectsAtMost(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, img := e.Project("owner"), ""
		img = e.Image(owner, "img", nil)
		targets := e.Projects("target", 52)
		e.Share(owner, img, targets[:49]...).Is(200).Has("shareCount", 49).Has("shareLimit", 50)
		e.Share(owner, img, targets[49], targets[50]).Refused(409, "ShareLimitExceeded").
			Has("limit", 50).Has("current", 49).Has("requested", 2)
		// Those who have it do not count.
		e.Share(owner, img, targets[:50]...).Is(200).Has("shareCount", 50)
		e.Share(owner, img, targets[:50]...).Is(200).Has("shareCount", 50)
		e.Share(owner, img, targets[50]).Refused(409, "ShareLimitExceeded").Has("current", 50).Has("requested", 1)
		// At the same time: a place that is given up can be given again.
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, targets[0]), nil).Is(204)
		e.Share(owner, img, targets[50]).Is(200).Has("shareCount", 50)
		e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, img), nil).Is(200).Has("shareCount", 50)
	})
}

func TestR04LightweightImagesAreNotShared(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "lite", api.Object{"hostType": "LightweightUHost"})
		e.Share(owner, img, target).Refused(422, "ImageNotShareable").Has("reason", "LightweightUHost")
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Refused(404, "ImageNotFound")
	})
}

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

func TestR06DeletedImageIsGoneAtOnce(t *testing.T) {
	kit.OnEachStore(t, deleteHidesAtOnce)
}

func TestR06WithoutTheStream(t *testing.T) {
	t.Parallel()
	deleteHidesAtOnce(kit.Start(t, runner.Config{Engine: runner.DynamoDB, WithoutCleanUp: true}))
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
	e.Send(token, "GET", api.ImagePath(target, copied), nil).Is(200).Has("source", api.Object{"imageId": img, "projectId": owner})
}

func TestR07SharerAcknowledgesTheSecurityReminder(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		token := e.Tenant(owner)
		var reminder api.Object
		for _, body := range []api.Object{
			{"projectIds": []string{target}},
			{"projectIds": []string{target}, "acknowledgeSecurityReminder": false},
		} {
			a := e.Send(token, "POST", api.SharesPath(owner, img), body).Refused(422, "SecurityReminderNotAcknowledged")
			reminder = a.Body["securityReminder"].(api.Object)
		}
		if reminder["version"] == "" || reminder["text"] == "" {
			t.Errorf("the reminder says nothing: %v", reminder)
		}
		before := time.Now().Add(-time.Minute)
		e.Share(owner, img, target).Is(200)
		share := e.Send(token, "GET", api.SharesPath(owner, img), nil).Is(200).Objects("shares")[0]
		at, err := time.Parse(time.RFC3339, share["sharedAt"].(string))
		if err != nil || at.Before(before) || at.After(time.Now().Add(time.Minute)) {
			t.Errorf("sharedAt %v: %v", share["sharedAt"], err)
		}
		if share["sharedBy"] != "tester" || share["acknowledgedReminder"] != reminder["version"] {
			t.Errorf("the acknowledgement is not recorded: %v", share)
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

func TestR11RecipientSavesTheImageAsItsOwn(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, stranger := e.Project("owner"), e.Project("target"), e.Project("stranger")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		token := e.Tenant(target)
		path := api.ReceivedPath(target, img) + "/save"
		a := e.Send(token, "POST", path, api.Object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").Is(202).
			Has("state", "Creating").Has("name", "mine").Has("description", "my copy").
			Has("source", api.Object{"imageId": img, "projectId": owner})
		copied := a.Text("imageId")
		if got := a.Header.Get("Location"); got != api.ImagePath(target, copied) {
			t.Errorf("Location %q", got)
		}
		e.Send(token, "POST", path, api.Object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").Is(202).Has("imageId", copied)
		e.Send(token, "POST", path, api.Object{"name": "other"}, "Idempotency-Key", "key,1").Refused(409, "IdempotencyConflict")
		e.Send(token, "POST", path, api.Object{"name": "other"}, "Idempotency-Key", "key,2").Is(202)

		// It stays Creating until the platform reports it.
		report := api.ImageBody(api.Object{"name": "mine", "systemDisk": api.Object{"sizeGiB": 20, "snapshotId": "snap-mine"}, "dataDisks": []api.Object{}})
		e.Send(e.Platform(), "PUT", api.ImagePath(target, copied), report).Is(200).Has("state", "Available")
		e.Send(token, "GET", api.ImagePath(target, copied), nil).Is(200).Has("state", "Available").Has("systemDisk", api.Object{"sizeGiB": 20, "snapshotId": "snap-mine"})

		// The key answers also after the share has ended; a new save does not.
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
		e.Send(token, "POST", path, api.Object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").Is(202).Has("imageId", copied)
		e.Send(token, "POST", path, api.Object{"name": "late"}).Refused(404, "ImageNotFound")
		e.Send(e.Tenant(stranger), "POST", api.SavePath(stranger, img), api.Object{"name": "x"}).Refused(404, "ImageNotFound")
	})
}

func TestR12OnlyOwnAvailableCustomImagesAreShared(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, third := e.Project("owner"), e.Project("target"), e.Project("third")
		public := e.Image(owner, "public", api.Object{"kind": "Public"})
		e.Share(owner, public, target).Refused(422, "ImageNotShareable").Has("reason", "NotCustom")
		for _, state := range []string{"Creating", "Failed"} {
			img := e.Image(owner, "state-"+state, api.Object{"state": state})
			e.Share(owner, img, target).Refused(409, "ImageNotAvailable").Has("state", state)
		}
		// A received image cannot be shared on.
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		e.Share(target, img, third).Refused(404, "ImageNotFound")
		// The copy can, once it is Available.
		copied := e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}).Is(202).Text("imageId")
		e.Share(target, copied, third).Refused(409, "ImageNotAvailable").Has("state", "Creating")
		e.Send(e.Platform(), "PUT", api.ImagePath(target, copied), api.ImageBody(api.Object{"name": "mine"})).Is(200)
		e.Share(target, copied, third).Is(200)
	})
}
