package contract

import (
	"fmt"
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

		for field, value := range map[string]string{"region": "us-east", "kind": "Public", "hostType": "LightweightUHost"} {
			e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{field: value})).Refused(409, "ImageConflict")
		}
		e.Send(platform, "PUT", api.ImagePath(other, img), api.ImageBody(nil)).Refused(409, "ImageConflict")
		e.Send(platform, "DELETE", api.ImagePath(other, img), nil).Refused(404, "ImageNotFound")
		e.Send(e.Token("images:read catalog:read", owner), "DELETE", api.ImagePath(owner, img), nil).Refused(403, "MissingScope").Has("requiredScope", "images:write")
		e.Send(token, "GET", api.ImagePath(owner, img), nil).Is(200).Has("name", "renamed")
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
		for _, token := range []string{e.Tenant(), e.Tenant(e.ID("unknown")), e.Token(api.EveryScope, "*", one+"x", "[a b]")} {
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
}
