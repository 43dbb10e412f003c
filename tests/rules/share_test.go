package rules

import (
	"slices"
	"testing"
	"time"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestR01SharesBetweenProjectsOfOneAccountAndAcrossAccounts(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, sameAccount, other := e.Project("owner"), e.Project("same"), e.Project("other")
		e.Send(e.Platform(), "PUT", api.ProjectPath(sameAccount), api.ProjectBody("acct-owner", "Same")).Is(200)
		img := e.Image(owner, "img", nil)
		a := e.Share(owner, img, sameAccount, other).Is(200).Has("shareCount", 2).Has("dryRun", false)
		accounts := []string{}
		for _, share := range a.Objects("shares") {
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

		// The way out is the owner's: a copy there, with all disks.
		there := api.Object{"name": "there", "region": "us-east"}
		e.Send(token, "POST", api.CopyPath(target, west), there).Refused(404, "ImageNotFound")
		copied := e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, west), there).Is(202).
			Has("state", "Creating").Has("region", "us-east").Has("projectId", owner).Has("shareCount", 0).
			Has("source", api.Object{"imageId": west, "projectId": owner, "region": "eu-west"})
		if disks := copied.Objects("dataDisks"); len(disks) != 1 || disks[0]["snapshotId"] != "" {
			t.Errorf("the copy has the data disks %v", disks)
		}
		e.Send(e.Platform(), "PATCH", api.ImagePath(owner, copied.Text("imageId")), api.Object{"state": "Available"}).Is(200)
		e.Share(owner, copied.Text("imageId"), target).Is(200)
		e.Send(token, "GET", api.ReceivedPath(target, copied.Text("imageId"))+"?region=us-east", nil).Is(200)
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

func TestR07SharerAcknowledgesTheSecurityReminder(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		token := e.Tenant(owner)
		var reminder api.Object
		for _, body := range []api.Object{
			{"projectIds": []string{target}},
			{"projectIds": []string{target}, "acknowledgeSecurityReminder": false},
			{"projectIds": []string{target}, "acknowledgeSecurityReminder": true, "reminderVersion": "2020-01-01"},
		} {
			a := e.Send(token, "POST", api.SharesPath(owner, img), body).Refused(422, "SecurityReminderNotAcknowledged")
			reminder = a.Body["securityReminder"].(api.Object)
		}
		if reminder["version"] == "" || reminder["text"] == "" {
			t.Errorf("the reminder says nothing: %v", reminder)
		}
		before := time.Now().Add(-time.Minute)
		e.Send(token, "POST", api.SharesPath(owner, img), api.Object{
			"projectIds": []string{target}, "acknowledgeSecurityReminder": true, "reminderVersion": reminder["version"],
		}).Is(200)
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
