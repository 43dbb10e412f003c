package contract

import (
	"fmt"
	"slices"
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
		} {
			e.Send(token, "GET", p+"&nextToken="+next, nil).Refused(400, "InvalidNextToken")
		}
		for _, bad := range []string{next[1:] + next[:1], next[:len(next)-1], next + "A", "null"} { // FuzzNextTokens has more
			e.Send(token, "GET", path(target, "shared-images")+"&nextToken="+bad, nil).Refused(400, "InvalidNextToken")
		}
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
