package contract

import (
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
