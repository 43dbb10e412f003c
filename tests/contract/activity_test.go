package contract

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// clerk sends requests as somebody of a project, by an application that the
// token names.
type clerk struct {
	*kit.Environment
	token, subject, client string
}

func newClerk(e *kit.Environment, subject, client, scope string, projects ...string) clerk {
	e.T.Helper()
	token := e.Send("", "POST", "/local/token", api.Object{"sub": subject, "clientId": client, "scope": scope, "projects": projects}).Is(200).Text("access_token")
	kit.SecretTokens(token)
	return clerk{e, token, subject, client}
}

// did is what a request must have left besides what is its own.
func (c clerk) did(r kit.Response, kind, project string, more api.Object) api.Object {
	want := api.Object{
		"type": kind, "projectId": project, "requestId": r.Header.Get("Apigw-Requestid"),
		"actor": api.Object{"subject": c.subject, "clientId": c.client},
	}
	maps.Copy(want, more)
	return want
}

// last returns the newest activity of a project, without its id and time.
func (c clerk) last(project string) (activity api.Object, id, at string) {
	c.T.Helper()
	all := c.Send(c.token, "GET", api.ActivityPath(project)+"?limit=1", nil).Is(200).Objects("activities")
	if len(all) != 1 {
		c.T.Fatalf("%s has %d activities", project, len(all))
	}
	activity = maps.Clone(all[0])
	id, at = activity["activityId"].(string), activity["at"].(string)
	delete(activity, "activityId")
	delete(activity, "at")
	return activity, id, at
}

func (c clerk) left(r kit.Response, kind, project string, more api.Object) (at string) {
	c.T.Helper()
	got, _, at := c.last(project)
	if want := c.did(r, kind, project, more); !reflect.DeepEqual(got, want) {
		c.T.Errorf("%s left %v, not %v", r.Request, got, want)
	}
	return at
}

func TestEveryChangeLeavesItsActivity(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, recipient := e.ID("owner"), e.Project("recipient")
		platform := newClerk(e, "operator", "platform", api.EveryScope, owner, recipient)
		alice := newClerk(e, "alice", "console", api.TenantScope, owner)
		bob := newClerk(e, "bob", "cli", api.TenantScope, recipient)
		same := func(what, got string, want any) {
			t.Helper()
			if got != want {
				t.Errorf("%s is %s, not %v", what, got, want)
			}
		}

		r := e.Send(platform.token, "PUT", api.ProjectPath(owner), api.ProjectBody("acct", "first")).Is(201)
		same("time", platform.left(r, "ProjectRegistered", owner, nil), r.Body["createdAt"])
		r = e.Send(platform.token, "PUT", api.ProjectPath(owner), api.ProjectBody("acct", "second")).Is(200)
		same("time", platform.left(r, "ProjectChanged", owner, api.Object{"changed": []any{"name"}}), r.Body["updatedAt"])

		img := e.ID("img")
		of := api.Object{"imageId": img, "region": "eu-west"}
		with := func(more api.Object) api.Object {
			more = maps.Clone(more)
			maps.Copy(more, of)
			return more
		}
		r = e.Send(platform.token, "PUT", api.ImagePath(owner, img), api.ImageBody(nil)).Is(201)
		same("time", platform.left(r, "ImageRegistered", owner, of), r.Body["createdAt"])
		r = e.Send(platform.token, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"name": "new", "osName": "new"})).Is(200)
		same("time", platform.left(r, "ImageChanged", owner, with(api.Object{"changed": []any{"name", "osName"}})), r.Body["updatedAt"])

		r = e.Send(platform.token, "PUT", api.SuspensionPath(owner, img), api.Object{"reason": "spam"}).Is(200)
		same("time", platform.left(r, "ImageSuspended", owner, with(api.Object{"reason": "spam"})), r.Body["updatedAt"])
		r = e.Send(platform.token, "DELETE", api.SuspensionPath(owner, img), nil).Is(204)
		platform.left(r, "ImageResumed", owner, of)

		r = e.Send(alice.token, "POST", api.SharesPath(owner, img), api.ShareBody(recipient)).Is(200)
		at := alice.left(r, "ImageShared", owner, with(api.Object{"targets": []any{recipient}, "reminderVersion": sharing.Reminder.Version}))
		same("time", at, r.Objects("shares")[0]["sharedAt"])

		r = e.Send(bob.token, "POST", api.SavePath(recipient, img), api.Object{"name": "mine"}).Is(202)
		saved := with(api.Object{
			"source": api.Object{"imageId": img, "projectId": owner, "region": "eu-west"},
			"copy":   api.Object{"imageId": r.Body["imageId"], "projectId": recipient, "region": "eu-west"},
		})
		same("time", bob.left(r, "ImageSaved", recipient, saved), r.Body["createdAt"])
		theirs, id, at := bob.last(recipient)
		ours, sameID, sameTime := alice.last(owner)
		if !reflect.DeepEqual(ours, theirs) || id != sameID || at != sameTime {
			t.Errorf("the owner sees %v, %s, %s, the recipient %v, %s, %s", ours, sameID, sameTime, theirs, id, at)
		}

		r = e.Send(alice.token, "POST", api.CopyPath(owner, img), api.Object{"name": "there", "region": "us-east"}).Is(202)
		ref := api.Object{"imageId": img, "projectId": owner, "region": "eu-west"}
		r.Has("source", ref).Has("region", "us-east").Has("kind", "Custom")
		same("time", alice.left(r, "ImageCopied", owner, with(api.Object{
			"source": ref, "copy": api.Object{"imageId": r.Body["imageId"], "projectId": owner, "region": "us-east"},
		})), r.Body["createdAt"])

		r = e.Send(alice.token, "DELETE", api.SharePath(owner, img, recipient), nil).Is(204)
		alice.left(r, "ShareCancelled", owner, with(api.Object{"targets": []any{recipient}}))
		e.Send(alice.token, "POST", api.SharesPath(owner, img), api.ShareBody(recipient)).Is(200)
		r = e.Send(alice.token, "DELETE", api.SharesPath(owner, img), nil).Is(200).Has("imageId", img).Has("shareCount", 0)
		alice.left(r, "SharesRevoked", owner, with(api.Object{"targets": []any{recipient}}))
		e.Send(alice.token, "POST", api.SharesPath(owner, img), api.ShareBody(recipient)).Is(200)
		r = e.Send(platform.token, "DELETE", api.ImagePath(owner, img), nil).Is(204)
		platform.left(r, "ImageDeleted", owner, with(api.Object{"targets": []any{recipient}}))

		path := api.ActivityPath(owner)
		all := alice.Pages(alice.token, path, 2)
		if len(all) != 14 {
			t.Errorf("page by page there are %d activities, not 14", len(all))
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != 14 {
			t.Error("an id is there twice")
		}
		ofType := e.Send(alice.token, "GET", path+"?type=ImageShared&imageId="+img, nil).Is(200).Objects("activities")
		if len(ofType) != 3 {
			t.Errorf("of a type there are %d", len(ofType))
		}
		// The recipient sees no more of the owner's image than what it did itself.
		if seen := e.Send(bob.token, "GET", api.ActivityPath(recipient)+"?imageId="+img, nil).Is(200).Objects("activities"); len(seen) != 1 {
			t.Errorf("the recipient sees %v", seen)
		}
	})
}

func TestWhatChangesNothingLeavesNoActivity(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		key := []string{"Idempotency-Key", "key"}
		e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}, key...).Is(202)
		count := func(p string) int { return len(e.Pages(e.Tenant(p), api.ActivityPath(p), 100)) }
		owners, targets := count(owner), count(target)

		e.Share(owner, img, target).Is(200)
		e.Send(e.Tenant(owner), "POST", api.SharesPath(owner, img), api.Object{
			"projectIds": []string{e.Project("other")}, "acknowledgeSecurityReminder": true, "dryRun": true,
		}).Is(200)
		e.Share(owner, img, e.ID("unknown")).Refused(422, "ProjectNotFound")
		e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"}, key...).Is(202)
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(nil)).Is(200)
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, e.ID("other")), nil).Refused(404, "ShareNotFound")
		e.Send(e.Platform(), "DELETE", api.ImagePath(target, img), nil).Refused(404, "ImageNotFound")
		if count(owner) != owners || count(target) != targets {
			t.Errorf("there are %d and %d activities, not %d and %d", count(owner), count(target), owners, targets)
		}
	})
}

func TestActivityTokensAreForTheirListOnly(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, other := e.Project("owner"), e.Project("other")
		for _, name := range []string{"a", "b", "c"} {
			e.Image(owner, name, nil)
		}
		token := e.Send(e.Tenant(owner), "GET", api.ActivityPath(owner)+"?limit=2", nil).Is(200).Text("nextToken")
		again := "nextToken=" + url.QueryEscape(token)
		e.Send(e.Tenant(owner), "GET", api.ActivityPath(owner)+"?limit=100&"+again, nil).Is(200)
		for _, path := range []string{
			api.ActivityPath(owner) + "?type=ImageShared&", api.ActivityPath(owner) + "?imageId=" + e.ID("a") + "&",
			api.ActivityPath(other) + "?", api.ImagesPath(owner) + "?",
		} {
			e.Send(e.Tenant(owner, other), "GET", path+again, nil).Refused(400, "InvalidNextToken")
		}
		images := e.Send(e.Tenant(owner), "GET", api.ImagesPath(owner)+"?limit=1", nil).Is(200).Text("nextToken")
		e.Send(e.Tenant(owner), "GET", api.ActivityPath(owner)+"?nextToken="+url.QueryEscape(images), nil).Refused(400, "InvalidNextToken")
		for _, query := range []string{"type=Shared", "type=", "imageId=", "imageId=a~b", "limit=0", "region=eu-west", "type=ImageShared&type=ImageSaved"} {
			r := e.Send(e.Tenant(owner), "GET", api.ActivityPath(owner)+"?"+query, nil).Refused(400, "InvalidRequest")
			if field, _, _ := strings.Cut(query, "="); r.Objects("errors")[0]["field"] != field {
				t.Errorf("?%s: %v", query, r.Body)
			}
		}
	})
}
