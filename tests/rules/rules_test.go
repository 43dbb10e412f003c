package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestR01SharesBetweenProjectsOfOneAccountAndAcrossAccounts(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, sameAccount, other := w.project("owner"), w.project("same"), w.project("other")
		w.send(w.platform(), "PUT", "/v1/projects/"+sameAccount, object{"accountId": "acct-owner", "name": "Same"}).is(200)
		img := w.image(owner, "img", nil)
		a := w.share(owner, img, sameAccount, other).is(200).has("shareCount", 2).has("dryRun", false)
		accounts := []string{}
		for _, s := range a.body["shares"].([]any) {
			share := s.(object)
			accounts = append(accounts, share["accountId"].(string))
			if share["result"] != "created" {
				t.Errorf("result %v, not created", share["result"])
			}
		}
		if !slices.Equal(accounts, []string{"acct-owner", "acct-other"}) {
			t.Errorf("accounts %v", accounts)
		}
		for _, p := range []string{sameAccount, other} {
			w.send(w.tenant(p), "GET", sharedPath(p, img), nil).is(200)
		}
		// The sharer must know the target's id: all or nothing.
		unknown := w.id("unknown")
		third := w.project("third")
		a = w.share(owner, img, third, unknown).refused(422, "ProjectNotFound")
		if got := a.body["projectIds"].([]any); len(got) != 1 || got[0] != unknown {
			t.Errorf("projectIds %v, not %s", got, unknown)
		}
		w.send(w.tenant(third), "GET", sharedPath(third, img), nil).refused(404, "ImageNotFound")
	})
}

func TestR02StaysInItsRegion(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		west := w.image(owner, "west", object{"region": "eu-west"})
		east := w.image(owner, "east", object{"region": "us-east"})
		body := shareBody(target)
		body["region"] = "us-east"
		w.send(w.tenant(owner), "POST", sharesPath(owner, west), body).
			refused(422, "CrossRegionNotSupported").has("imageRegion", "eu-west").has("region", "us-east")
		w.share(owner, west, target).is(200)
		w.share(owner, east, target).is(200)
		token := w.tenant(target)
		for region, want := range map[string]string{"eu-west": west, "us-east": east} {
			if got := w.send(token, "GET", "/v1/projects/"+target+"/shared-images?region="+region, nil).is(200).ids(); !slices.Equal(got, []string{want}) {
				t.Errorf("region %s lists %v, not %s", region, got, want)
			}
		}
		w.send(token, "GET", sharedPath(target, west)+"?region=us-east", nil).refused(422, "CrossRegionNotSupported")
		w.send(token, "GET", sharedPath(target, west)+"?region=eu-west", nil).is(200)
		w.send(token, "POST", sharedPath(target, west)+"/save", object{"name": "x", "region": "us-east"}).refused(422, "CrossRegionNotSupported")
		w.send(token, "POST", sharedPath(target, west)+"/save", object{"name": "x"}).is(202).has("region", "eu-west")
	})
}

func TestR03FiftyProjectsAtMost(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, img := w.project("owner"), ""
		img = w.image(owner, "img", nil)
		targets := w.projects("target", 52)
		w.share(owner, img, targets[:49]...).is(200).has("shareCount", 49).has("shareLimit", 50)
		w.share(owner, img, targets[49], targets[50]).refused(409, "ShareLimitExceeded").
			has("limit", 50).has("current", 49).has("requested", 2)
		// Those who have it do not count.
		w.share(owner, img, targets[:50]...).is(200).has("shareCount", 50)
		w.share(owner, img, targets[:50]...).is(200).has("shareCount", 50)
		w.share(owner, img, targets[50]).refused(409, "ShareLimitExceeded").has("current", 50).has("requested", 1)
		// At the same time: a place that is given up can be given again.
		w.send(w.tenant(owner), "DELETE", sharesPath(owner, img)+"/"+targets[0], nil).is(204)
		w.share(owner, img, targets[50]).is(200).has("shareCount", 50)
		w.send(w.tenant(owner), "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 50)
	})
}

func TestR04LightweightImagesAreNotShared(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "lite", object{"hostType": "LightweightUHost"})
		w.share(owner, img, target).refused(422, "ImageNotShareable").has("reason", "LightweightUHost")
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).refused(404, "ImageNotFound")
	})
}

func TestR05OnlyTheSystemDiskIsShared(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target, other := w.project("owner"), w.project("target"), w.project("other")
		img := w.image(owner, "img", nil)
		w.share(owner, img, target, other).is(200)
		token := w.tenant(target)
		saved := w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"}, "Idempotency-Key", "k").is(202)
		seen := []answer{
			w.send(token, "GET", sharedPath(target, img), nil).is(200),
			w.send(token, "GET", "/v1/projects/"+target+"/shared-images", nil).is(200),
			saved,
			w.send(token, "GET", imagePath(target, saved.body["imageId"].(string)), nil).is(200),
			w.send(token, "GET", "/v1/projects/"+target+"/images", nil).is(200),
			w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"}, "Idempotency-Key", "k").is(202),
		}
		for _, a := range seen {
			for _, secret := range []string{"snap-system-secret", "snap-data-secret", other} {
				if strings.Contains(a.raw, secret) {
					t.Errorf("%s shows %s: %s", a.what, secret, a.raw)
				}
			}
		}
		if _, shown := seen[0].body["dataDisks"]; shown {
			t.Errorf("a recipient sees data disks: %s", seen[0].raw)
		}
		if disks := saved.body["dataDisks"].([]any); len(disks) != 0 {
			t.Errorf("the copy has data disks: %v", disks)
		}
	})
}

func TestR06DeletedImageIsGoneAtOnce(t *testing.T) {
	eachEngine(t, func(w *world) { deleteHidesAtOnce(w) })
}

// deleteHidesAtOnce checks every way a recipient could still see an image in
// the very next request after its deletion, and after its id is used again.
func deleteHidesAtOnce(w *world) {
	w.t.Helper()
	owner, target := w.project("owner"), w.project("target")
	img, kept := w.image(owner, "img", nil), w.image(owner, "kept", nil)
	w.share(owner, img, target).is(200)
	w.share(owner, kept, target).is(200)
	token := w.tenant(target)
	copied := w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"}).is(202).body["imageId"].(string)
	gone := func() {
		w.t.Helper()
		w.send(token, "GET", sharedPath(target, img), nil).refused(404, "ImageNotFound")
		if ids := w.send(token, "GET", "/v1/projects/"+target+"/shared-images", nil).is(200).ids(); !slices.Equal(ids, []string{kept}) {
			w.t.Errorf("the list has %v, not %s", ids, kept)
		}
		w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"}).refused(404, "ImageNotFound")
	}
	platform := w.platform()
	w.send(platform, "DELETE", imagePath(owner, img), nil).is(204)
	gone()
	w.send(w.tenant(owner), "GET", imagePath(owner, img), nil).refused(404, "ImageNotFound")
	w.share(owner, img, target).refused(404, "ImageNotFound")
	w.send(platform, "DELETE", imagePath(owner, img), nil).refused(404, "ImageNotFound")

	// The id again: a new image, shared with nobody.
	w.send(platform, "PUT", imagePath(owner, img), spec(nil)).is(201).has("shareCount", 0)
	gone()
	w.share(owner, img, target).is(200).has("shareCount", 1)
	w.send(token, "GET", sharedPath(target, img), nil).is(200)

	// The copy survives the original and says where it came from.
	w.send(token, "GET", imagePath(target, copied), nil).is(200).has("source", object{"imageId": img, "projectId": owner})
}

func TestR07SharerAcknowledgesTheSecurityReminder(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", nil)
		token := w.tenant(owner)
		var reminder object
		for _, body := range []object{
			{"projectIds": []string{target}},
			{"projectIds": []string{target}, "acknowledgeSecurityReminder": false},
		} {
			a := w.send(token, "POST", sharesPath(owner, img), body).refused(422, "SecurityReminderNotAcknowledged")
			reminder = a.body["securityReminder"].(object)
		}
		if reminder["version"] == "" || reminder["text"] == "" {
			t.Errorf("the reminder says nothing: %v", reminder)
		}
		before := time.Now().Add(-time.Minute)
		w.share(owner, img, target).is(200)
		share := w.send(token, "GET", sharesPath(owner, img), nil).is(200).body["shares"].([]any)[0].(object)
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
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", nil)
		w.share(owner, img, target).is(200)
		token := w.tenant(target)
		one := w.send(token, "GET", sharedPath(target, img), nil).is(200).body
		listed := w.send(token, "GET", "/v1/projects/"+target+"/shared-images", nil).is(200).body["images"].([]any)[0].(object)
		for _, view := range []object{one, listed} {
			if notice, _ := view["securityNotice"].(string); !strings.Contains(notice, "not audited or tested") {
				t.Errorf("notice %q", notice)
			}
		}
	})
}

func TestR09TheOwnerPaysAndTheCopyIsTheRecipients(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", nil)
		w.share(owner, img, target).is(200)
		w.send(w.tenant(owner), "GET", imagePath(owner, img), nil).is(200).
			has("billing", object{"billedProjectId": owner, "plan": "custom-image"}).has("shareCount", 1)
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).is(200).
			has("billing", object{"billedProjectId": owner, "recipientFee": "none"}).
			has("owner", object{"projectId": owner, "accountId": "acct-owner"})
		w.send(w.tenant(target), "POST", sharedPath(target, img)+"/save", object{"name": "mine"}).is(202).
			has("billing", object{"billedProjectId": target, "plan": "custom-image"}).
			has("projectId", target).has("accountId", "acct-target").has("kind", "Custom")
	})
}

func TestR10OnlyTheSharerCancels(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target, other := w.project("owner"), w.project("target"), w.project("other")
		img := w.image(owner, "img", nil)
		w.share(owner, img, target, other).is(200)
		// Not the recipient, neither by its own path nor by the owner's.
		w.send(w.tenant(target), "DELETE", sharesPath(target, img)+"/"+target, nil).refused(404, "ImageNotFound")
		w.send(w.tenant(target), "DELETE", sharesPath(owner, img)+"/"+target, nil).refused(403, "ProjectAccessDenied")
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).is(200)
		// Per target: the other keeps it.
		w.send(w.tenant(owner), "DELETE", sharesPath(owner, img)+"/"+target, nil).is(204)
		w.send(w.tenant(owner), "DELETE", sharesPath(owner, img)+"/"+target, nil).refused(404, "ShareNotFound")
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).refused(404, "ImageNotFound")
		if ids := w.send(w.tenant(target), "GET", "/v1/projects/"+target+"/shared-images", nil).is(200).ids(); len(ids) != 0 {
			t.Errorf("a cancelled share is still listed: %v", ids)
		}
		w.send(w.tenant(target), "POST", sharedPath(target, img)+"/save", object{"name": "x"}).refused(404, "ImageNotFound")
		w.send(w.tenant(other), "GET", sharedPath(other, img), nil).is(200)
	})
}

func TestR11RecipientSavesTheImageAsItsOwn(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target, stranger := w.project("owner"), w.project("target"), w.project("stranger")
		img := w.image(owner, "img", nil)
		w.share(owner, img, target).is(200)
		token := w.tenant(target)
		path := sharedPath(target, img) + "/save"
		a := w.send(token, "POST", path, object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").is(202).
			has("state", "Creating").has("name", "mine").has("description", "my copy").
			has("source", object{"imageId": img, "projectId": owner})
		copied := a.body["imageId"].(string)
		if got := a.header.Get("Location"); got != imagePath(target, copied) {
			t.Errorf("Location %q", got)
		}
		w.send(token, "POST", path, object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").is(202).has("imageId", copied)
		w.send(token, "POST", path, object{"name": "other"}, "Idempotency-Key", "key,1").refused(409, "IdempotencyConflict")
		w.send(token, "POST", path, object{"name": "other"}, "Idempotency-Key", "key,2").is(202)

		// It stays Creating until the platform reports it.
		report := spec(object{"name": "mine", "systemDisk": object{"sizeGiB": 20, "snapshotId": "snap-mine"}, "dataDisks": []object{}})
		w.send(w.platform(), "PUT", imagePath(target, copied), report).is(200).has("state", "Available")
		w.send(token, "GET", imagePath(target, copied), nil).is(200).has("state", "Available").has("systemDisk", object{"sizeGiB": 20, "snapshotId": "snap-mine"})

		// The key answers also after the share has ended; a new save does not.
		w.send(w.tenant(owner), "DELETE", sharesPath(owner, img)+"/"+target, nil).is(204)
		w.send(token, "POST", path, object{"name": "mine", "description": "my copy"}, "Idempotency-Key", "key,1").is(202).has("imageId", copied)
		w.send(token, "POST", path, object{"name": "late"}).refused(404, "ImageNotFound")
		w.send(w.tenant(stranger), "POST", sharedPath(stranger, img)+"/save", object{"name": "x"}).refused(404, "ImageNotFound")
	})
}

func TestR12OnlyOwnAvailableCustomImagesAreShared(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target, third := w.project("owner"), w.project("target"), w.project("third")
		public := w.image(owner, "public", object{"kind": "Public"})
		w.share(owner, public, target).refused(422, "ImageNotShareable").has("reason", "NotCustom")
		for _, state := range []string{"Creating", "Failed"} {
			img := w.image(owner, "state-"+state, object{"state": state})
			w.share(owner, img, target).refused(409, "ImageNotAvailable").has("state", state)
		}
		// A received image cannot be shared on.
		img := w.image(owner, "img", nil)
		w.share(owner, img, target).is(200)
		w.share(target, img, third).refused(404, "ImageNotFound")
		// The copy can, once it is Available.
		copied := w.send(w.tenant(target), "POST", sharedPath(target, img)+"/save", object{"name": "mine"}).is(202).body["imageId"].(string)
		w.share(target, copied, third).refused(409, "ImageNotAvailable").has("state", "Creating")
		w.send(w.platform(), "PUT", imagePath(target, copied), spec(object{"name": "mine"})).is(200)
		w.share(target, copied, third).is(200)
	})
}
