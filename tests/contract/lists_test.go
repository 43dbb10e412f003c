package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// pages reads a whole list, and fails unless every page but the last is full.
func (w *world) pages(token, path string, limit int) []string {
	w.t.Helper()
	var all []string
	next := ""
	for range 100 {
		a := w.send(token, "GET", fmt.Sprintf("%s%slimit=%d%s", path, separator(path), limit, next), nil).is(200)
		ids := a.ids()
		all = append(all, ids...)
		nextToken, more := a.body["nextToken"].(string)
		if !more {
			return all
		}
		if len(ids) != limit {
			w.t.Errorf("a page that is not the last has %d images, not %d", len(ids), limit)
		}
		next = "&nextToken=" + url.QueryEscape(nextToken)
	}
	w.t.Fatal("the list does not end")
	return nil
}

func separator(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

func TestListsPageNewestFirstWithinARegion(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		regions := []string{"ap-south", "eu-west", "us-east"}
		newest := map[string][]string{}
		for i := range 12 {
			region := regions[i%3]
			img := w.image(owner, fmt.Sprintf("img%02d", i), object{"region": region})
			w.share(owner, img, target).is(200)
			newest[region] = append([]string{img}, newest[region]...)
		}
		everything := slices.Concat(newest["us-east"], newest["eu-west"], newest["ap-south"])
		for _, list := range []struct{ token, path string }{
			{w.tenant(owner), "/v1/projects/" + owner + "/images"},
			{w.tenant(target), "/v1/projects/" + target + "/shared-images"},
		} {
			for _, limit := range []int{1, 4, 5, 12, 100} {
				if got := w.pages(list.token, list.path, limit); !slices.Equal(got, everything) {
					t.Errorf("%s by %d: %v, not %v", list.path, limit, got, everything)
				}
				if got := w.pages(list.token, list.path+"?region=eu-west", limit); !slices.Equal(got, newest["eu-west"]) {
					t.Errorf("%s by %d in eu-west: %v, not %v", list.path, limit, got, newest["eu-west"])
				}
			}
			// Exactly full is the last page: no token that leads to nothing.
			if _, more := w.send(list.token, "GET", list.path+"?limit=12", nil).is(200).body["nextToken"]; more {
				t.Errorf("%s: a token after the last image", list.path)
			}
			if ids := w.send(list.token, "GET", list.path+"?region=nowhere", nil).is(200).ids(); len(ids) != 0 {
				t.Errorf("%s: images nowhere: %v", list.path, ids)
			}
		}
	})
}

func TestNextTokenIsOfOneListOnly(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target, other := w.project("owner"), w.project("target"), w.project("other")
		for i := range 3 {
			img := w.image(owner, fmt.Sprintf("img%d", i), nil)
			w.share(owner, img, target, other).is(200)
		}
		token := w.tenant(owner, target, other)
		path := func(project, list string) string { return "/v1/projects/" + project + "/" + list + "?limit=1" }
		next := w.send(token, "GET", path(target, "shared-images"), nil).is(200).body["nextToken"].(string)

		w.send(token, "GET", path(target, "shared-images")+"&nextToken="+next, nil).is(200)
		foreign := []string{
			path(other, "shared-images"), path(target, "images"), path(target, "shared-images") + "&region=eu-west", path(owner, "images"),
		}
		for _, p := range foreign {
			w.send(token, "GET", p+"&nextToken="+next, nil).refused(400, "InvalidNextToken")
		}
		for i := range len(next) {
			changed := []byte(next)
			changed[i] = 'A' + (changed[i]+1)%26
			if string(changed) == next {
				continue
			}
			w.send(token, "GET", path(target, "shared-images")+"&nextToken="+string(changed), nil).refused(400, "InvalidNextToken")
		}
		for _, bad := range []string{next[:len(next)-1], next + "A", next + "%0A", "%00", "null", strings.Repeat("A", 4000)} {
			w.send(token, "GET", path(target, "shared-images")+"&nextToken="+bad, nil).refused(400, "InvalidNextToken")
		}
	})
}
