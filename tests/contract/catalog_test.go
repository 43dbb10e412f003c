package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestCatalogRegistersAndChanges(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, other := e.Project("owner"), e.Project("other")
		platform, token := e.Platform(), e.Tenant(owner)
		e.Send(token, "GET", api.ProjectPath(owner), nil).Is(200).Has("projectId", owner).Has("name", "Project owner")
		e.Send(e.Tenant(e.ID("nobody")), "GET", api.ProjectPath(e.ID("nobody")), nil).Refused(404, "ProjectNotFound")
		e.Send(platform, "GET", api.ProjectPath(owner), nil).Is(200).Has("projectId", owner)
		e.Send(e.Tenant(other), "GET", api.ProjectPath(owner), nil).Refused(403, "ProjectAccessDenied")

		img := e.ID("img")
		e.Send(platform, "PUT", api.ImagePath(e.ID("nobody"), img), api.ImageBody(nil)).Refused(422, "ProjectNotFound")
		created := e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(nil)).Is(201).Has("accountId", "acct-owner")
		target := e.Project("target")
		e.Share(owner, img, target).Is(200)
		e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"name": "renamed", "state": "Failed"})).Is(200).
			Has("name", "renamed").Has("state", "Failed").Has("shareCount", 1).Has("createdAt", created.Body["createdAt"])
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200).Has("state", "Failed").Has("name", "renamed")

		// A project that moves takes its images along, and changes none of them.
		before := e.Send(token, "GET", api.ImagePath(owner, img), nil).Is(200)
		e.Send(platform, "PUT", api.ProjectPath(owner), api.ProjectBody("acct-moved", "Project owner")).Is(200)
		e.Send(token, "GET", api.ImagePath(owner, img), nil).Is(200).Has("accountId", "acct-moved").Has("updatedAt", before.Body["updatedAt"])
		moved := api.Object{"projectId": owner, "accountId": "acct-moved"}
		for _, query := range []string{"", "?ownerProjectId=" + owner} {
			e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img)+query, nil).Is(200).Has("owner", moved)
		}
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img)+"?ownerProjectId="+target, nil).Refused(404, "ImageNotFound")

		for field, value := range map[string]string{"region": "us-east", "kind": "Public", "hostType": "LightweightUHost"} {
			e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{field: value})).Refused(409, "ImageConflict")
		}
		e.Send(platform, "PUT", api.ImagePath(other, img), api.ImageBody(nil)).Refused(409, "ImageConflict")
		e.Send(platform, "DELETE", api.ImagePath(other, img), nil).Refused(404, "ImageNotFound")
		e.Send(e.Token("images:read catalog:read", owner), "DELETE", api.ImagePath(owner, img), nil).Refused(403, "MissingScope").Has("requiredScope", "images:write")
		e.Send(token, "GET", api.ImagePath(owner, img), nil).Is(200).Has("name", "renamed")
	})
}

// TestADiskOfACopyStaysWithIt: it can be sent back as it was got, and to no other image.
var sixDigits = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)

// TestTimesHaveSixDigits: of 60 registrations some six end in a zero, which must be there.
func TestTimesHaveSixDigits(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, platform := e.Project("owner"), e.Platform()
		for i := range 60 {
			path := api.ImagePath(owner, e.ID(fmt.Sprint("img-", i)))
			registered := e.Send(platform, "PUT", path, api.ImageBody(nil)).Is(201)
			read := e.Send(e.Tenant(owner), "GET", path, nil).Is(200)
			for _, at := range []string{registered.Text("createdAt"), registered.Text("updatedAt"), read.Text("createdAt"), read.Text("updatedAt")} {
				if !sixDigits.MatchString(at) {
					t.Errorf("a time is %q", at)
				}
			}
		}
	})
}

func TestADiskOfACopyStaysWithIt(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner := e.Project("owner")
		copied, other := e.ID("copy"), e.Image(owner, "other", api.Object{"state": "Creating"})
		disk := api.Object{"sizeGiB": 20, "snapshotId": "images/" + copied + "/UID/20261102T101500.250000Z/0"}
		body := api.ImageBody(api.Object{"systemDisk": disk, "dataDisks": []api.Object{disk}})
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, copied), body).Is(201)
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, copied), body).Is(200)
		e.Send(e.Platform(), "PATCH", api.ImagePath(owner, copied), api.Object{"systemDisk": disk}).Is(200)

		named := func(r kit.Response, fields ...string) {
			r.Refused(400, "InvalidRequest")
			var got []string
			for _, v := range r.Objects("errors") {
				got = append(got, v["field"].(string))
			}
			if !slices.Equal(got, fields) {
				e.T.Errorf("the violations are of %v, not of %v", got, fields)
			}
		}
		named(e.Send(e.Platform(), "PUT", api.ImagePath(owner, e.ID("new")), body), "systemDisk.snapshotId", "dataDisks[0].snapshotId")
		named(e.Send(e.Platform(), "PUT", api.ImagePath(owner, other), body), "systemDisk.snapshotId", "dataDisks[0].snapshotId")
		named(e.Send(e.Platform(), "PATCH", api.ImagePath(owner, other), api.Object{"systemDisk": disk}), "systemDisk.snapshotId")
	})
}

func TestAPatchChangesWhatItNames(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Share(owner, img, target).Is(200)
		save := func() kit.Response {
			body := api.Object{"name": "mine", "description": "for the lab"}
			return e.Send(e.Tenant(target), "POST", api.SavePath(target, img), body, "Idempotency-Key", "key").Is(202).Has("state", "Creating")
		}
		first := save()
		copied := first.Text("imageId")
		report := func(patch api.Object) kit.Response {
			return e.Send(e.Platform(), "PATCH", api.ImagePath(target, copied), patch, "Content-Type", "application/merge-patch+json")
		}
		same := func(r kit.Response, fields ...string) {
			for _, field := range fields {
				r.Has(field, first.Body[field])
			}
		}
		// A copy that has failed is begun again by its key, once.
		report(api.Object{"state": "Failed", "failure": api.Object{"code": "TimedOut", "message": "slow"}}).Is(200).Has("failure", api.Object{"code": "TimedOut", "message": "slow"})
		again := save().Has("imageId", copied).Has("failure", nil)
		same(again, "name", "description", "systemDisk", "createdAt")
		save().Has("updatedAt", again.Body["updatedAt"])

		complete := report(api.Object{"state": "Available", "systemDisk": api.Object{"snapshotId": "snap-7"}}).Is(200).
			Has("state", "Available").Has("systemDisk", api.Object{"sizeGiB": 20.0, "snapshotId": "snap-7"})
		same(complete, "name", "description", "osName", "osType", "architecture", "tags", "dataDisks")
		report(api.Object{"state": "Failed"}).Is(200)
		for field, value := range map[string]any{
			"systemDisk": api.Object{"snapshotId": "other"}, "dataDisks": []api.Object{{"sizeGiB": 1}}, "osType": "Other", "architecture": "other", "state": "Creating", "region": "us-east",
		} {
			fields := []any{field}
			report(api.Object{field: value, "name": "other"}).Refused(409, "ImageConflict").Has("fields", fields)
			body := api.ImageBody(api.Object{"systemDisk": complete.Body["systemDisk"], "dataDisks": []api.Object{}})
			if disk, isDisk := value.(api.Object); isDisk {
				value = api.Object{"sizeGiB": 20, "snapshotId": disk["snapshotId"]}
			}
			body[field] = value
			e.Send(e.Platform(), "PUT", api.ImagePath(target, copied), body).Refused(409, "ImageConflict").Has("fields", fields)
		}

		// The owner's side, and what recipients see of it.
		patch := func(body any) kit.Response { return e.Send(e.Tenant(owner), "PATCH", api.ImagePath(owner, img), body) }
		patch(api.Object{"tags": api.Object{"team": nil, "color": "red"}, "deprecation": api.Object{"at": "2027-01-01T01:00:00.1234567+01:00", "message": nil, "replacementImageId": nil}}).Is(200)
		want := patch(api.Object{}).Is(200).Has("tags", api.Object{"color": "red"}).Has("deprecation", api.Object{"at": "2027-01-01T00:00:00.123456Z"})
		e.Send(e.Platform(), "PATCH", api.ImagePath(owner, img), api.Object{"state": "Failed", "failure": api.Object{"code": "Lost"}}).Is(200)
		shown := e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200).Has("failure", nil)
		for _, field := range []string{"tags", "deprecation"} {
			shown.Has(field, want.Body[field])
		}
		patch(api.Object{"tags": nil, "deprecation": api.Object{"at": nil}}).Is(200).Has("tags", api.Object{}).Has("deprecation", api.Object{})
		last := patch(api.Object{"deprecation": nil, "description": nil}).Is(200).Has("deprecation", nil).Has("description", "")
		e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200).Has("updatedAt", last.Body["updatedAt"])

		for field, value := range map[string]any{"state": "Available", "osName": nil, "region": 1, "systemDisk": api.Object{}, "failure": nil} {
			r := patch(api.Object{"name": "other", field: value})
			if field == "region" {
				r.Refused(400, "InvalidRequest") // the body is read first
				continue
			}
			if r.Refused(403, "MissingScope").Has("requiredScope", "catalog:write"); !strings.Contains(r.Text("detail"), field) {
				t.Errorf("the refusal of %s says %q", field, r.Text("detail"))
			}
		}
		for _, body := range []any{nil, []any{}, api.Object{"owner": "me"}, api.Object{"name": nil}, api.Object{"tags": api.Object{"": "a"}}} {
			patch(body).Refused(400, "InvalidRequest")
		}
		foreign, missing := e.Send(e.Tenant(target), "PATCH", api.ImagePath(target, img), api.Object{}), e.Send(e.Tenant(target), "PATCH", api.ImagePath(target, e.ID("no")), api.Object{})
		foreign.Refused(404, "ImageNotFound")
		missing.Refused(404, "ImageNotFound")
	})
}

func TestAProjectIsClosed(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, closed := e.Project("owner"), e.Project("closed")
		platform, token := e.Platform(), e.Tenant(closed)
		e.Send(platform, "DELETE", api.ProjectPath(e.ID("nobody")), nil).Refused(404, "ProjectNotFound")
		e.Send(e.Token(api.TenantScope, closed), "DELETE", api.ProjectPath(closed), nil).Refused(403, "MissingScope")
		e.Send(token, "GET", api.ProjectPath(closed), nil).Is(200).Has("state", "Active").Has("closedAt", nil)

		img, own := e.Image(owner, "img", nil), e.Image(closed, "own", nil)
		e.Share(owner, img, closed).Is(200)
		e.Send(platform, "DELETE", api.ProjectPath(closed), nil).Refused(409, "ProjectNotEmpty")
		e.Send(platform, "DELETE", api.ImagePath(closed, own), nil).Is(204)
		e.Send(platform, "DELETE", api.ProjectPath(closed), nil).Is(204)
		at := e.Send(token, "GET", api.ProjectPath(closed), nil).Is(200).Has("state", "Closed").Text("closedAt")
		e.Send(platform, "DELETE", api.ProjectPath(closed), nil).Is(204)
		if listed := e.Send(token, "GET", api.ProjectsPath, nil).Is(200).Objects("projects"); len(listed) != 1 || at == "" || listed[0]["closedAt"] != at {
			e.T.Errorf("closed at %q, it is listed as %v", at, listed)
		}

		e.Send(platform, "PUT", api.ProjectPath(closed), api.ProjectBody("acct", "again")).Refused(409, "ProjectClosed")
		e.Send(platform, "PUT", api.ImagePath(closed, own), api.ImageBody(nil)).Refused(409, "ProjectClosed")
		e.Send(token, "POST", api.SavePath(closed, img), api.Object{"name": "mine"}).Refused(409, "ProjectClosed")
		if refused := e.Share(owner, img, closed).Refused(422, "ProjectNotFound"); fmt.Sprint(refused.Body["projectIds"]) != "["+closed+"]" {
			e.T.Errorf("the share is refused with %s", refused.Raw)
		}
		activity := e.Send(token, "GET", api.ActivityPath(closed)+"?type=ProjectClosed", nil).Is(200).Objects("activities")
		if len(activity) != 1 || activity[0]["at"] != at || activity[0]["projectId"] != closed {
			e.T.Errorf("its activity is %v", activity)
		}
	})
}

func TestTheProjectsOfAToken(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		one, other := e.Project("one"), e.Project("other")
		e.Project("foreign")
		listed := e.Send(e.Tenant(other, e.ID("unknown"), one, other), "GET", api.ProjectsPath, nil).Is(200).Objects("projects")
		if len(listed) != 2 || listed[0]["projectId"] != one || listed[1]["projectId"] != other || listed[0]["name"] != "Project one" {
			t.Errorf("got %v", listed)
		}
		for _, token := range []string{e.Tenant(), e.Tenant(e.ID("unknown")), e.Token(api.EveryScope, "*", one+"x", "[a b]"),
			// Joined with spaces, as API Gateway does, each of these would look like the id.
			e.Tenant("My " + one), e.Tenant(one, ""), e.Tenant("[" + one + "]"), e.Tenant("x [", one), e.Tenant(`"`+one+`"`, one)} {
			if listed := e.Send(token, "GET", api.ProjectsPath, nil).Is(200).Objects("projects"); len(listed) != 0 {
				t.Errorf("got %v", listed)
			}
		}
	})
}

// Who else's applications are refused as what: tests/access.
func TestACatalogScopeOfATenantsApplication(t *testing.T) {
	t.Parallel()
	platform, err := httpapi.ParsePlatformClients("platform")
	if err != nil {
		t.Fatal(err)
	}
	e := kit.Start(t, runner.Config{PlatformClients: platform})
	operator := newClerk(e, "operator", "platform", api.EveryScope)
	e.Send(operator.token, "PUT", api.ProjectPath("p"), api.ProjectBody("a", "p")).Is(201)
	tenant := newClerk(e, "tenant", "console", api.EveryScope, "p")
	e.Send(tenant.token, "PUT", api.ProjectPath("p"), api.ProjectBody("a", "mine")).Refused(403, "PlatformOnly")
	e.Send(tenant.token, "GET", api.ProjectPath("p"), nil).Is(200).Has("name", "p")
	e.Send(operator.token, "PUT", api.ImagePath("p", "i"), api.ImageBody(nil)).Is(201)
	e.Send(tenant.token, "PATCH", api.ImagePath("p", "i"), api.Object{"state": "Failed"}).Refused(403, "PlatformOnly")
	e.Send(tenant.token, "PATCH", api.ImagePath("p", "i"), api.Object{"name": "mine"}).Is(200).Has("name", "mine")
}
