package contract

import (
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestDryRunChecksEverythingAndWritesNothing(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		body := api.ShareBody(target)
		body["dryRun"] = true
		a := e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, img), body).Is(200).Has("dryRun", true)
		if share := a.Objects("shares")[0]; share["result"] != "created" || share["projectId"] != target {
			t.Errorf("share %v", share)
		}
		e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, img), nil).Is(200).Has("shareCount", 0)
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Refused(404, "ImageNotFound")
		body["projectIds"] = []string{e.ID("nobody")}
		e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, img), body).Refused(422, "ProjectNotFound")
	})
}

func TestSharingAgainIsUnchanged(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, first, second := e.Project("owner"), e.Project("first"), e.Project("second")
		img := e.Image(owner, "img", nil)
		before := e.Share(owner, img, first).Is(200).Objects("shares")[0]
		// Duplicate ids count once, in the order of their first mention.
		a := e.Share(owner, img, second, first, second, first).Is(200).Has("shareCount", 2)
		shares := a.Objects("shares")
		if len(shares) != 2 {
			t.Fatalf("%d shares, not 2: %s", len(shares), a.Raw)
		}
		created, unchanged := shares[0], shares[1]
		if created["projectId"] != second || created["result"] != "created" {
			t.Errorf("first share %v", created)
		}
		if unchanged["projectId"] != first || unchanged["result"] != "unchanged" || unchanged["sharedAt"] != before["sharedAt"] {
			t.Errorf("second share %v, before it was %v", unchanged, before)
		}
		// A renamed project shows by its new name, in both responses.
		e.Send(e.Platform(), "PUT", api.ProjectPath(first), api.ProjectBody("acct-moved", "Renamed")).Is(200).Has("name", "Renamed")
		renamed := e.Share(owner, img, first).Is(200).Objects("shares")[0]
		if renamed["projectName"] != "Renamed" || renamed["accountId"] != "acct-moved" {
			t.Errorf("share %v", renamed)
		}
		if raw := e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, img), nil).Is(200).Raw; !strings.Contains(raw, "Renamed") {
			t.Errorf("shares %s", raw)
		}
	})
}

func TestTooManyProjectsAreNeverCutShort(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner := e.Project("owner")
		img := e.Image(owner, "img", nil)
		targets := e.Projects("target", 51)
		e.Share(owner, img, targets...).Refused(400, "InvalidRequest")
		e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, img), nil).Is(200).Has("shareCount", 0)
		e.Share(owner, img, append(targets[:50:50], targets[:50]...)...).Is(200).Has("shareCount", 50)
	})
}
