package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"

	"image-sharing/tests/kit/api"
)

// The cast: two accounts with two projects each.
const (
	acmeWeb   = "acme-web"
	acmeData  = "acme-data"
	globexApp = "globex-app"
	globexOps = "globex-ops"
)

// tell tells the story and returns what broke it.
func tell(t *teller) error {
	platform := t.person("platform", api.PlatformScope)
	alice := t.person("alice", api.TenantScope, acmeWeb)
	dave := t.person("dave", api.TenantScope, acmeData)
	bob := t.person("bob", api.TenantScope, globexApp)
	eve := t.person("eve", api.TenantScope, globexOps)

	recipients := []person{bob, dave}
	recipients = recipients[:min(load(t, platform), len(recipients))]
	share(t, alice, recipients)
	receive(t, bob, eve)
	refuse(t, alice)
	fill(t, platform, alice)
	saved := save(t, bob, platform)
	last := recipients[len(recipients)-1]
	unshare(t, alice, last)
	remove(t, platform, bob, saved)
	remember(t, alice, bob, last)
	if t.err == nil {
		fmt.Fprintln(t.out, "\nThe story is told: every response was the expected one.")
	}
	return t.err
}

// load returns how many projects an image has room for, at least one.
func load(t *teller, platform person) (limit int) {
	t.chapter("The platform registers two accounts with four projects, and acme-web's images in two regions.")
	for id, account := range map[string]string{acmeWeb: "acct-acme", acmeData: "acct-acme", globexApp: "acct-globex", globexOps: "acct-globex"} {
		t.quietly(platform, "PUT", api.ProjectPath(id), api.Object{"accountId": account, "name": "Project " + id}, 200, 201)
	}
	// What an earlier telling has left.
	for _, owner := range []string{acmeWeb, globexApp} {
		tenant := t.person("owner", "images:read", owner)
		for _, id := range t.quietly(tenant, "GET", api.ImagesPath(owner)+"?limit=100", nil, 200).IDs() {
			t.quietly(platform, "DELETE", api.ImagePath(owner, id), nil, 204)
		}
	}
	spec := func(name string, changes api.Object) api.Object {
		body := api.ImageBody(api.Object{
			"name": name, "description": "", "systemDisk": api.Object{"sizeGiB": 20, "snapshotId": "snap-" + name}, "dataDisks": []api.Object{},
		})
		maps.Copy(body, changes)
		return body
	}
	t.quietly(platform, "PUT", diskPath+"snap-web-golden", goldenDisk(), 200, 201)
	t.expect(true, "and a disk of %d MB, snap-web-golden, in eu-west", diskBytes/1_000_000)
	a := t.call(platform, "PUT", api.ImagePath(acmeWeb, "web-golden"), spec("web-golden", api.Object{
		"description": "nginx and our agents",
		"dataDisks":   []api.Object{{"sizeGiB": 100, "snapshotId": "snap-web-data"}},
	}), 201)
	t.quietly(platform, "PUT", api.ImagePath(acmeWeb, "web-us"), spec("web-us", api.Object{"region": "us-east"}), 201)
	t.quietly(platform, "PUT", api.ImagePath(acmeWeb, "web-lite"), spec("web-lite", api.Object{"hostType": "LightweightUHost"}), 201)
	t.quietly(platform, "PUT", api.ImagePath(acmeWeb, "debian-public"), spec("debian-public", api.Object{"kind": "Public"}), 201)
	t.quietly(platform, "PUT", api.ImagePath(acmeWeb, "web-next"), spec("web-next", api.Object{"state": "Creating"}), 201)
	t.expect(true, "and four more: web-us in us-east, web-lite of a Lightweight host, debian-public, web-next still Creating")
	return max(1, a.Number("shareLimit"))
}

func share(t *teller, alice person, recipients []person) {
	t.chapter("Alice shares web-golden. She has to acknowledge the security reminder first.")
	var targets []string
	for _, p := range recipients {
		targets = append(targets, p.project)
	}
	shares := api.SharesPath(acmeWeb, "web-golden")
	t.call(alice, "POST", shares, api.Object{"projectIds": targets}, 422)
	a := t.call(alice, "POST", shares, api.ShareBody(targets...), 200)
	t.expect(a.Number("shareCount") == len(targets), "the image is shared with %s", strings.Join(targets, " and "))

	t.chapter("Her list has the sharing information.")
	t.call(alice, "GET", shares, nil, 200)
	a = t.call(alice, "GET", api.ImagesPath(acmeWeb)+"?region=us-east", nil, 200)
	t.expect(slices.Equal(a.IDs(), []string{"web-us"}), "her list of us-east has web-us alone")
}

func receive(t *teller, bob, eve person) {
	t.chapter("Bob of globex-app sees the image: its system disk, its owner and a warning, but no data disk, snapshot or other recipient.")
	a := t.call(bob, "GET", api.ReceivedImagesPath(globexApp), nil, 200)
	t.expect(slices.Equal(a.IDs(), []string{"web-golden"}), "Bob's list has web-golden")
	a = t.call(bob, "GET", api.ReceivedPath(globexApp, "web-golden")+"?region=eu-west", nil, 200)
	_, leaked := a.Body["dataDisks"]
	t.expect(!leaked, "no data disk is shown")

	t.chapter("Eve of globex-ops has no share: for her there is no such image. Nor may she act for Bob's project.")
	t.call(eve, "GET", api.ReceivedPath(globexOps, "web-golden"), nil, 404)
	t.call(eve, "GET", api.ReceivedPath(globexApp, "web-golden"), nil, 403)
}

func refuse(t *teller, alice person) {
	t.chapter("What cannot be shared: across regions, Lightweight and public images, and one that is still being made.")
	body := func(extra api.Object) api.Object {
		b := api.ShareBody(globexOps)
		maps.Copy(b, extra)
		return b
	}
	a := t.call(alice, "POST", api.SharesPath(acmeWeb, "web-golden"), body(api.Object{"region": "us-east"}), 422)
	t.expect(a.Code() == "CrossRegionNotSupported", "CrossRegionNotSupported")
	a = t.call(alice, "POST", api.SharesPath(acmeWeb, "web-lite"), body(nil), 422)
	t.expect(a.Text("reason") == "LightweightUHost", "the reason is LightweightUHost")
	a = t.call(alice, "POST", api.SharesPath(acmeWeb, "debian-public"), body(nil), 422)
	t.expect(a.Text("reason") == "NotCustom", "the reason is NotCustom")
	a = t.call(alice, "POST", api.SharesPath(acmeWeb, "web-next"), body(nil), 409)
	t.expect(a.Code() == "ImageNotAvailable", "ImageNotAvailable")
}

func fill(t *teller, platform, alice person) {
	shares := api.SharesPath(acmeWeb, "web-golden")
	a := t.quietly(alice, "GET", shares, nil, 200)
	limit, room := a.Number("shareLimit"), a.Number("shareLimit")-a.Number("shareCount")
	t.chapter("An image has room for %d projects. Alice shares with %d more, and one more than that is refused.", limit, room)
	crowd := make([]string, room+1)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("crowd-%02d", i+1)
		t.quietly(platform, "PUT", api.ProjectPath(crowd[i]), api.Object{"accountId": "acct-crowd", "name": "Crowd"}, 200, 201)
	}
	if room > 0 {
		a = t.quietly(alice, "POST", shares, api.ShareBody(crowd[:room]...), 200)
		t.expect(a.Number("shareCount") == limit, "%d more were shared in one step: %d of %d", room, limit, limit)
	}
	a = t.call(alice, "POST", shares, api.ShareBody(crowd[room:]...), 409)
	t.expect(a.Code() == "ShareLimitExceeded", "ShareLimitExceeded")
}

func save(t *teller, bob, platform person) (savedID string) {
	t.chapter("Bob saves the image as his own. Repeating the request with the same key makes no second copy.")
	key := http.Header{"Idempotency-Key": {"bobs-first-copy"}}
	path := api.SavePath(globexApp, "web-golden")
	body := api.Object{"name": "bobs-web"}
	a := t.callWith(bob, "POST", path, key, body, 202)
	savedID = a.Text("imageId")
	a = t.callWith(bob, "POST", path, key, body, 202)
	t.expect(a.Text("imageId") == savedID, "both responses name the same image, %s", savedID)

	t.chapter("Its disk is copied meanwhile. Then the image is Available, with a disk of its own that has the source's bytes.")
	snapshot := t.copied(bob, api.ImagePath(globexApp, savedID))
	got := sha256.Sum256([]byte(t.quietly(platform, "GET", diskPath+snapshot, nil, 200).Raw))
	t.expect(got == sha256.Sum256(goldenDisk()), "both disks have the SHA-256 %x…", got[:8])
	return savedID
}

// diskPath is where the disks of this machine's region eu-west are.
const diskPath = "/local/disks/eu-west/"

// diskBytes are some parts of a copy, and a rest.
const diskBytes = 300_000_000

// goldenDisk is the same each time the story is told: the content of a snapshot never
// changes.
var goldenDisk = sync.OnceValue(func() []byte {
	disk := make([]byte, diskBytes)
	_, _ = rand.NewChaCha8([32]byte{}).Read(disk)
	return disk
})

func unshare(t *teller, alice, last person) {
	t.chapter("Alice cancels the share with %s. It is gone for %s at once.", last.project, last.name)
	t.call(last, "GET", api.ReceivedPath(last.project, "web-golden"), nil, 200)
	t.call(alice, "DELETE", api.SharePath(acmeWeb, "web-golden", last.project), nil, 204)
	t.call(last, "GET", api.ReceivedPath(last.project, "web-golden"), nil, 404)
}

func remove(t *teller, platform, bob person, savedID string) {
	t.chapter("The original is deleted. It is gone for every recipient at once; Bob's copy stays.")
	t.call(platform, "DELETE", api.ImagePath(acmeWeb, "web-golden"), nil, 204)
	t.call(bob, "GET", api.ReceivedPath(globexApp, "web-golden"), nil, 404)
	a := t.call(bob, "GET", api.ReceivedImagesPath(globexApp), nil, 200)
	t.expect(len(a.IDs()) == 0, "Bob's list of shared images is empty")
	a = t.call(bob, "GET", api.ImagePath(globexApp, savedID), nil, 200)
	t.expect(a.Text("state") == "Available", "the copy is Available, and billed to globex-app")
}

func remember(t *teller, alice, bob, last person) {
	t.chapter("What was done stays on record: who shared the image with whom, who cancelled it and when. Bob sees what he did himself.")
	a := t.call(alice, "GET", api.ActivityPath(acmeWeb)+"?imageId=web-golden&type=ShareCancelled&limit=1", nil, 200)
	ended := a.Objects("activities")
	t.expect(len(ended) == 1 && fmt.Sprint(ended[0]["targets"]) == "["+last.project+"]", "Alice cancelled the share with %s", last.project)
	a = t.call(bob, "GET", api.ActivityPath(globexApp)+"?imageId=web-golden&limit=1", nil, 200)
	saved := a.Objects("activities")
	t.expect(len(saved) == 1 && saved[0]["type"] == "ImageSaved", "Bob saved the image, which is no more")
}
