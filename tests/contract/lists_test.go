package contract

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestListsPageNewestFirstWithinARegion(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		regions := []string{"ap-south", "eu-west", "us-east"}
		newest := map[string][]string{}
		for i := range 12 {
			region := regions[i%3]
			img := e.Image(owner, fmt.Sprintf("img%02d", i), api.Object{"region": region})
			e.Share(owner, img, target).Is(200)
			newest[region] = append([]string{img}, newest[region]...)
		}
		everything := slices.Concat(newest["us-east"], newest["eu-west"], newest["ap-south"])
		for _, list := range []struct{ token, path string }{
			{e.Tenant(owner), api.ImagesPath(owner)},
			{e.Tenant(target), api.ReceivedImagesPath(target)},
		} {
			for _, limit := range []int{1, 4, 5, 12, 100} {
				if got := e.Pages(list.token, list.path, limit); !slices.Equal(got, everything) {
					t.Errorf("%s by %d: %v, not %v", list.path, limit, got, everything)
				}
				if got := e.Pages(list.token, list.path+"?region=eu-west", limit); !slices.Equal(got, newest["eu-west"]) {
					t.Errorf("%s by %d in eu-west: %v, not %v", list.path, limit, got, newest["eu-west"])
				}
			}
			// Exactly full is the last page: no token that leads to nothing.
			if _, more := e.Send(list.token, "GET", list.path+"?limit=12", nil).Is(200).Body["nextToken"]; more {
				t.Errorf("%s: a token after the last image", list.path)
			}
			if ids := e.Send(list.token, "GET", list.path+"?region=nowhere", nil).Is(200).IDs(); len(ids) != 0 {
				t.Errorf("%s: images nowhere: %v", list.path, ids)
			}
		}
	})
}

func TestNextTokenIsOfOneListOnly(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target, other := e.Project("owner"), e.Project("target"), e.Project("other")
		for i := range 3 {
			img := e.Image(owner, fmt.Sprintf("img%d", i), nil)
			e.Share(owner, img, target, other).Is(200)
		}
		token := e.Tenant(owner, target, other)
		path := func(project, list string) string { return "/v1/projects/" + project + "/" + list + "?limit=1" }
		next := e.Send(token, "GET", path(target, "shared-images"), nil).Is(200).Text("nextToken")

		e.Send(token, "GET", path(target, "shared-images")+"&nextToken="+next, nil).Is(200)
		for _, p := range []string{
			path(other, "shared-images"), path(target, "images"), path(target, "shared-images") + "&region=eu-west", path(owner, "images"),
			path(target, "shared-images") + "&name=golden", path(target, "shared-images") + "&ownerProjectId=" + owner,
		} {
			e.Send(token, "GET", p+"&nextToken="+next, nil).Refused(400, "InvalidNextToken")
		}
		for _, bad := range []string{next[1:] + next[:1], next[:len(next)-1], next + "A", "null"} { // FuzzNextTokens has more
			e.Send(token, "GET", path(target, "shared-images")+"&nextToken="+bad, nil).Refused(400, "InvalidNextToken")
		}
	})
}

func TestListsByNameStateAndOwner(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, other, target := e.Project("owner"), e.Project("other"), e.Project("target")
		cafe := e.Image(owner, "img1", api.Object{"name": "Caf\u00e9"})
		failed := e.Image(owner, "img2", api.Object{"name": "cafe", "state": "Failed"})
		second := e.Image(other, "img3", api.Object{"name": "Caf\u00e9"})
		e.Share(owner, cafe, target).Is(200)
		e.Share(other, second, target).Is(200)
		own, received := api.ImagesPath(owner), api.ReceivedImagesPath(target)
		token := e.Tenant(owner, target)
		decomposed := url.QueryEscape("Cafe\u0301") // in another form of Unicode
		for path, want := range map[string][]string{
			own + "?name=" + decomposed: {cafe}, own + "?name=Caf": nil, own + "?name=Cafe": nil,
			own + "?state=Failed": {failed}, own + "?state=Available": {cafe}, own + "?state=Failed&name=" + decomposed: nil,
			received + "?name=" + decomposed: {second, cafe}, received + "?ownerProjectId=" + owner: {cafe},
			received + "?ownerProjectId=" + target: nil, received + "?name=" + decomposed + "&ownerProjectId=" + other: {second},
		} {
			if got := e.Pages(token, path, 1); !slices.Equal(got, want) {
				t.Errorf("%s: %v, not %v", path, got, want)
			}
		}
		next := e.Send(token, "GET", received+"?limit=1&name="+decomposed, nil).Is(200).Text("nextToken")
		if got := e.Send(token, "GET", received+"?name="+url.QueryEscape("Caf\u00e9")+"&nextToken="+next, nil).Is(200).IDs(); !slices.Equal(got, []string{cafe}) {
			t.Errorf("the same filter in another form goes on with %v", got)
		}
		for _, query := range []string{"?limit=1", "?name=cafe", "?ownerProjectId=" + owner, "?name=" + decomposed + "&ownerProjectId=" + owner} {
			e.Send(token, "GET", received+query+"&nextToken="+next, nil).Refused(400, "InvalidNextToken")
		}
		for _, query := range []string{"?name=", "?name=" + strings.Repeat("a", 129), "?state=available", "?ownerProjectId=" + owner} {
			e.Send(token, "GET", own+query, nil).Refused(400, "InvalidRequest")
		}
		e.Send(token, "GET", own+"?name="+strings.Repeat("%C3%A9", 128), nil).Is(200)
	})
}

// TestThePlatformFindsWhatItIsToCopy of a project that its token does not name, with a scope
// that changes nothing.
func TestThePlatformFindsWhatItIsToCopy(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner := e.Project("owner")
		e.Image(owner, "ready", nil)
		creating := e.Image(owner, "creating", api.Object{"state": "Creating"})
		reader := e.Token("catalog:read")
		listed := e.Send(reader, "GET", api.ImagesPath(owner)+"?state=Creating", nil).Is(200).Objects("images")
		if len(listed) != 1 || listed[0]["imageId"] != creating || listed[0]["state"] != "Creating" {
			e.T.Errorf("got %v", listed)
		}
		e.Send(reader, "PATCH", api.ImagePath(owner, creating), api.Object{"state": "Available"}).Refused(403, "ProjectAccessDenied")
	})
}

func TestPagesAreFullAmongStaleKeys(t *testing.T) {
	t.Parallel()
	e := kit.Start(t, runner.Config{Store: runner.DynamoDB, WithoutCleanUp: true})
	owner, target := e.Project("owner"), e.Project("target")
	platform := e.Platform()
	var kept []string
	for i := range 160 {
		img := e.Image(owner, fmt.Sprintf("img%03d", i), nil)
		e.Share(owner, img, target).Is(200)
		if i%16 == 0 {
			kept = append([]string{img}, kept...)
			continue
		}
		e.Send(platform, "DELETE", api.ImagePath(owner, img), nil).Is(204)
	}
	token := e.Tenant(target)
	for _, limit := range []int{1, 3, 9, 10, 100} {
		if got := e.Pages(token, api.ReceivedImagesPath(target), limit); !slices.Equal(got, kept) {
			t.Errorf("by %d: %v, not %v", limit, got, kept)
		}
	}
}
