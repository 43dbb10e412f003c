package main

import (
	"fmt"
	"slices"
)

// The cast: two accounts with two projects each.
const (
	acmeWeb   = "acme-web"
	acmeData  = "acme-data"
	globexApp = "globex-app"
	globexOps = "globex-ops"
)

const tenantScope = "images:read images:share images:save"

const reminder = "acknowledgeSecurityReminder"

// tell tells the story and returns what broke it.
func tell(t *teller) error {
	platform := t.person("platform", "catalog:write")
	alice := t.person("alice", tenantScope, acmeWeb)
	dave := t.person("dave", tenantScope, acmeData)
	bob := t.person("bob", tenantScope, globexApp)
	eve := t.person("eve", tenantScope, globexOps)

	load(t, platform)
	share(t, alice)
	receive(t, bob, eve)
	refuse(t, alice)
	fill(t, platform, alice)
	saved := save(t, bob, platform)
	unshare(t, alice, dave)
	remove(t, platform, bob, saved)
	if t.err == nil {
		fmt.Fprintln(t.out, "\nThe story is told: every answer was the expected one.")
	}
	return t.err
}

func project(id string) string { return "/v1/projects/" + id }

func image(project, id string) string { return "/v1/projects/" + project + "/images/" + id }

func received(project, id string) string {
	return "/v1/projects/" + project + "/shared-images/" + id
}

type object = map[string]any

func load(t *teller, platform person) {
	t.chapter("The platform registers two accounts with four projects, and acme-web's images in two regions.")
	for id, account := range map[string]string{acmeWeb: "acct-acme", acmeData: "acct-acme", globexApp: "acct-globex", globexOps: "acct-globex"} {
		t.quietly(platform, "PUT", project(id), object{"accountId": account, "name": "Project " + id}, 200, 201)
	}
	// What an earlier telling left on the stage.
	for _, owner := range []string{acmeWeb, globexApp} {
		tenant := t.person("stagehand", "images:read", owner)
		for _, id := range t.quietly(tenant, "GET", project(owner)+"/images?limit=100", nil, 200).ids() {
			t.quietly(platform, "DELETE", image(owner, id), nil, 204)
		}
	}
	spec := func(name string, changes object) object {
		s := object{
			"name": name, "description": "", "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available",
			"osName": "Debian 12", "osType": "Linux", "architecture": "x86_64",
			"systemDisk": object{"sizeGiB": 20, "snapshotId": "snap-" + name}, "dataDisks": []object{},
		}
		for k, v := range changes {
			s[k] = v
		}
		return s
	}
	t.call(platform, "PUT", image(acmeWeb, "web-golden"), spec("web-golden", object{
		"description": "nginx and our agents",
		"dataDisks":   []object{{"sizeGiB": 100, "snapshotId": "snap-web-data"}},
	}), 201)
	t.quietly(platform, "PUT", image(acmeWeb, "web-us"), spec("web-us", object{"region": "us-east"}), 201)
	t.quietly(platform, "PUT", image(acmeWeb, "web-lite"), spec("web-lite", object{"hostType": "LightweightUHost"}), 201)
	t.quietly(platform, "PUT", image(acmeWeb, "debian-public"), spec("debian-public", object{"kind": "Public"}), 201)
	t.quietly(platform, "PUT", image(acmeWeb, "web-next"), spec("web-next", object{"state": "Creating"}), 201)
	t.expect(true, "and four more: web-us in us-east, web-lite of a Lightweight host, debian-public, web-next still Creating")
}

func share(t *teller, alice person) {
	t.chapter("Alice shares web-golden. She has to acknowledge the security reminder first.")
	targets := []string{acmeData, globexApp}
	shares := image(acmeWeb, "web-golden") + "/shares"
	t.call(alice, "POST", shares, object{"projectIds": targets}, 422)
	a := t.call(alice, "POST", shares, object{"projectIds": targets, reminder: true}, 200)
	t.expect(a.body["shareCount"] == 2.0, "the image is shared with two projects, one of another account")

	t.chapter("Her list has the sharing information.")
	t.call(alice, "GET", shares, nil, 200)
	a = t.call(alice, "GET", project(acmeWeb)+"/images?region=us-east", nil, 200)
	t.expect(slices.Equal(a.ids(), []string{"web-us"}), "her list of us-east has web-us alone")
}

func receive(t *teller, bob, eve person) {
	t.chapter("Bob of globex-app sees the image: its system disk, its owner and a warning, but no data disk, snapshot or other recipient.")
	a := t.call(bob, "GET", project(globexApp)+"/shared-images", nil, 200)
	t.expect(slices.Equal(a.ids(), []string{"web-golden"}), "Bob's list has web-golden")
	a = t.call(bob, "GET", received(globexApp, "web-golden")+"?region=eu-west", nil, 200)
	_, leaked := a.body["dataDisks"]
	t.expect(!leaked, "no data disk is shown")

	t.chapter("Eve of globex-ops has no share: for her there is no such image. Nor may she act for Bob's project.")
	t.call(eve, "GET", received(globexOps, "web-golden"), nil, 404)
	t.call(eve, "GET", received(globexApp, "web-golden"), nil, 403)
}

func refuse(t *teller, alice person) {
	t.chapter("What cannot be shared: across regions, Lightweight and public images, and one that is still being made.")
	body := func(extra object) object {
		b := object{"projectIds": []string{globexOps}, reminder: true}
		for k, v := range extra {
			b[k] = v
		}
		return b
	}
	a := t.call(alice, "POST", image(acmeWeb, "web-golden")+"/shares", body(object{"region": "us-east"}), 422)
	t.expect(a.text("code") == "CrossRegionNotSupported", "CrossRegionNotSupported")
	a = t.call(alice, "POST", image(acmeWeb, "web-lite")+"/shares", body(nil), 422)
	t.expect(a.text("reason") == "LightweightUHost", "the reason is LightweightUHost")
	a = t.call(alice, "POST", image(acmeWeb, "debian-public")+"/shares", body(nil), 422)
	t.expect(a.text("reason") == "NotCustom", "the reason is NotCustom")
	a = t.call(alice, "POST", image(acmeWeb, "web-next")+"/shares", body(nil), 409)
	t.expect(a.text("code") == "ImageNotAvailable", "ImageNotAvailable")
}

func fill(t *teller, platform, alice person) {
	t.chapter("An image has room for 50 projects. Alice shares with 48 more, and a 51st is refused.")
	crowd := make([]string, 49)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("crowd-%02d", i+1)
		t.quietly(platform, "PUT", project(crowd[i]), object{"accountId": "acct-crowd", "name": "Crowd"}, 200, 201)
	}
	shares := image(acmeWeb, "web-golden") + "/shares"
	a := t.quietly(alice, "POST", shares, object{"projectIds": crowd[:48], reminder: true}, 200)
	t.expect(a.body["shareCount"] == 50.0, "48 more were shared in one step: 50 of 50")
	a = t.call(alice, "POST", shares, object{"projectIds": crowd[48:], reminder: true}, 409)
	t.expect(a.text("code") == "ShareLimitExceeded", "ShareLimitExceeded")
}

func save(t *teller, bob, platform person) (savedID string) {
	t.chapter("Bob saves the image as his own. Repeating the request with the same key makes no second copy.")
	key := map[string]string{"Idempotency-Key": "bobs-first-copy"}
	path := received(globexApp, "web-golden") + "/save"
	body := object{"name": "bobs-web"}
	a := t.callWith(bob, "POST", path, key, body, 202)
	savedID = a.text("imageId")
	a = t.callWith(bob, "POST", path, key, body, 202)
	t.expect(a.text("imageId") == savedID, "both answers name the same image, %s", savedID)

	t.chapter("The platform copies the disk and reports the copy Available.")
	t.call(platform, "PUT", image(globexApp, savedID), object{
		"name": "bobs-web", "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available",
		"osName": "Debian 12", "osType": "Linux", "architecture": "x86_64",
		"systemDisk": object{"sizeGiB": 20, "snapshotId": "snap-bobs-web"},
	}, 200)
	return savedID
}

func unshare(t *teller, alice, dave person) {
	t.chapter("Alice cancels the share with acme-data. It is gone for Dave at once.")
	t.call(dave, "GET", received(acmeData, "web-golden"), nil, 200)
	t.call(alice, "DELETE", image(acmeWeb, "web-golden")+"/shares/"+acmeData, nil, 204)
	t.call(dave, "GET", received(acmeData, "web-golden"), nil, 404)
}

func remove(t *teller, platform, bob person, savedID string) {
	t.chapter("The original is deleted. It is gone for every recipient at once; Bob's copy stays.")
	t.call(platform, "DELETE", image(acmeWeb, "web-golden"), nil, 204)
	t.call(bob, "GET", received(globexApp, "web-golden"), nil, 404)
	a := t.call(bob, "GET", project(globexApp)+"/shared-images", nil, 200)
	t.expect(len(a.ids()) == 0, "Bob's list of shared images is empty")
	a = t.call(bob, "GET", image(globexApp, savedID), nil, 200)
	t.expect(a.text("state") == "Available", "the copy is Available, and billed to globex-app")
}
