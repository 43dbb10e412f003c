package events

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// TestEveryChangeIsOneEvent makes every change there is, and much that changes
// nothing. The events are the activities of the API, text for text.
func TestEveryChangeIsOneEvent(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		t := e.T.(*testing.T)
		f := follow(t, e)
		owner, one, two := e.Project("owner"), e.Project("one"), e.Project("two")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, one, two).Is(200)
		e.Send(e.Tenant(one), "PUT", api.PolicyPath(one), api.Object{"incoming": "consent"}).Is(200)
		e.Send(e.Tenant(one), "PUT", api.StatusPath(one, img), api.Object{"status": "declined"}).Is(200)
		e.Send(e.Tenant(one), "PUT", api.StatusPath(one, img), api.Object{"status": "accepted"}).Is(200)
		saved := e.Send(e.Tenant(one), "POST", api.SavePath(one, img), api.Object{"name": "copy"}, "Idempotency-Key", "key").Is(202)
		copied := e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, img), api.Object{"name": "copy", "region": "us-east"}, "Idempotency-Key", "key").Is(202)
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, two), nil).Is(204)
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"name": "changed"})).Is(200)
		e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": "spam"}).Is(200)
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, img), nil).Is(204)
		e.Send(e.Platform(), "PUT", api.ProjectPath(two), api.ProjectBody("acct-two", "changed")).Is(200)
		e.Send(e.Tenant(owner), "DELETE", api.SharesPath(owner, img), nil).Is(200)
		e.Send(e.Platform(), "DELETE", api.ImagePath(owner, img), nil).Is(204)

		e.Send(e.Platform(), "DELETE", api.ProjectPath(two), nil).Is(204)

		// Nothing of this is a change.
		img2 := e.Image(owner, "img2", nil)
		body := api.ShareBody(one)
		body["dryRun"] = true
		e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, img2), body).Is(200)
		e.Share(owner, img2, owner).Refused(422, "CannotShareWithOwner")
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img2, one), nil).Refused(404, "ShareNotFound")
		e.Send(e.Tenant(owner), "DELETE", api.SharesPath(owner, img2), nil).Is(200)
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, img2), nil).Is(204)
		e.Send(e.Tenant(one), "PUT", api.PolicyPath(one), api.Object{"incoming": "consent"}).Is(200)
		e.Send(e.Tenant(one), "PUT", api.StatusPath(one, img2), api.Object{"status": "accepted"}).Refused(404, "ImageNotFound")
		e.Send(e.Platform(), "DELETE", api.ProjectPath(two), nil).Is(204)
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img2), api.ImageBody(nil)).Is(200)
		e.Send(e.Tenant(one), "POST", api.SavePath(one, img), api.Object{"name": "copy"}, "Idempotency-Key", "key").Is(202).Has("imageId", saved.Text("imageId"))
		e.Send(e.Tenant(owner), "POST", api.CopyPath(owner, img), api.Object{"name": "copy", "region": "us-east"}, "Idempotency-Key", "key").Is(202).Has("imageId", copied.Text("imageId"))

		// The last one shows that what was before has come.
		last := e.Project("last")
		of := func(all []event, projects ...string) (ours []event) {
			for _, ev := range all {
				if slices.Contains(projects, ev.detail(t).ProjectID) {
					ours = append(ours, ev)
				}
			}
			return ours
		}
		all := f.until("the last change", func(all []event) bool { return len(of(all, last)) > 0 })

		got := map[string]string{} // by activity
		for _, ev := range of(all, owner, one, two) {
			d := ev.detail(t)
			if ev.Type != d.Type {
				t.Errorf("%s is of the type %s", ev.Detail, ev.Type)
			}
			if before, again := got[d.ActivityID]; again && before != string(ev.Detail) {
				t.Errorf("%s has come before as %s", ev.Detail, before)
			}
			got[d.ActivityID] = string(ev.Detail)
		}
		want, types := map[string]string{}, map[string]bool{}
		for _, p := range []string{owner, one, two} {
			var page struct{ Activities []json.RawMessage }
			if err := json.Unmarshal([]byte(e.Send(e.Tenant(p), "GET", api.ProjectPath(p)+"/activity?limit=100", nil).Is(200).Raw), &page); err != nil {
				t.Fatal(err)
			}
			for _, activity := range page.Activities {
				d := event{Detail: activity}.detail(t)
				types[d.Type] = true
				text := strings.Replace(string(activity), "{", `{"schemaVersion":"1",`, 1)
				if other, there := want[d.ActivityID]; there && other != text {
					t.Errorf("%s is %s for somebody else", text, other)
				}
				want[d.ActivityID] = text
			}
		}
		for id, text := range want {
			if got[id] != text {
				t.Errorf("the event of %s is %s, not\n%s", id, got[id], text)
			}
			delete(got, id)
		}
		if len(got) > 0 {
			t.Errorf("these are no activities: %v", got)
		}
		for _, kind := range sharing.ActivityTypes() {
			if kind == sharing.CopyCompleted || kind == sharing.CopyFailed {
				continue // the copier's, which this service does not run
			}
			if !types[string(kind)] {
				t.Errorf("there was no %s: make one here", kind)
			}
		}
	})
}
