package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What a caller who may not see an image could learn from an answer, it could
// also learn from the time that the answer takes. So all images that are not
// there for a project have one answer, and it costs the same calls.
func TestImagesThatAreNotThereAreAllAlike(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		checkAlike(newWorld(t, sqliteService(t)), nil)
	})
	t.Run("dynamodb", func(t *testing.T) {
		t.Parallel()
		w, p := troubledService(t) // without clean-up, so that something is left of a deleted image
		checkAlike(w, p.count())
	})
}

// count counts the calls to the engine from now on. The function it returns
// tells those since it was called before.
func (p *proxy) count() (calls func() []string) {
	var mu sync.Mutex
	var made []string
	p.make(func(_ http.ResponseWriter, operation string, _ func()) bool {
		mu.Lock()
		defer mu.Unlock()
		made = append(made, operation)
		return false
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		since := made
		made = nil
		return since
	}
}

// checkAlike also compares calls, if there is a count of them.
func checkAlike(w *world, calls func() []string) {
	w.t.Helper()
	routes, _ := accessRoutes(w.t)
	tokens := newAccessTokens(w)
	registerExampleProjects(w, tokens)
	c := newAccessCast(w, tokens, w.id("self"))
	absent := absentImages(c, tokens)
	checked := 0
	for _, r := range routes {
		if !r.namesImage() || r.method == "PUT" {
			// PUT makes the image that it names. For another project's id it is
			// ImageConflict: only the platform, which knows all images, may call it.
			continue
		}
		checked++
		images := maps.Clone(absent)
		if strings.Contains(r.path, "/shared-images/") {
			images["the project's own, received from nobody"] = c.own
		} else {
			images["received, not the project's own"] = c.received
		}
		for _, body := range bodiesOf(w, r) {
			for _, v := range variantsOf(r) {
				checkAlikeOn(c, r, fmt.Sprintf("%v %.200v", v, body), images, calls, func(image string) answer {
					return w.send(tokens.of(tenantScope+" catalog:write", c.self), r.method, c.addressOf(r, image)+v.query, body, v.header...)
				})
			}
		}
	}
	if checked < 6 {
		w.t.Errorf("only %d routes name an image", checked)
	}
}

// bodiesOf are the examples, and what could make the difference between one
// image and another: another region, and as many targets as there can be.
func bodiesOf(w *world, r accessRoute) []any {
	bodies := slices.Clone(r.bodies)
	for field, value := range map[string]any{"region": "elsewhere", "projectIds": nobodies(w, 50)} {
		if !slices.Contains(r.fields, field) {
			continue
		}
		for _, example := range r.bodies {
			bodies = append(bodies, changed(maps.Clone(example.(object)), object{field: value}))
		}
	}
	return bodies
}

func nobodies(w *world, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = w.id(fmt.Sprint("nobody", i))
	}
	return ids
}

// variant is a way to fill the parameters of a route.
type variant struct {
	query  string
	header []string
}

// variantsOf leave all parameters out, and give each of them each of its values.
func variantsOf(r accessRoute) []variant {
	variants := []variant{{}}
	for _, p := range r.parameters {
		for _, value := range p.values {
			if p.in == "query" {
				variants = append(variants, variant{query: "?" + p.name + "=" + url.QueryEscape(value)})
			} else {
				variants = append(variants, variant{header: []string{p.name, value}})
			}
		}
	}
	return variants
}

// checkAlikeOn asks for each image and compares all answers with the one for
// an image that never was.
func checkAlikeOn(c accessCast, r accessRoute, what string, images map[string]string, calls func() []string, ask func(image string) answer) {
	c.w.t.Helper()
	counted := func(image string) (string, []string) {
		if calls == nil {
			return bareAnswer(ask(image)), nil
		}
		calls()
		got := bareAnswer(ask(image))
		return got, calls()
	}
	want, cost := counted(c.w.id("missing"))
	if !strings.Contains(want, `"ImageNotFound"`) || calls != nil && len(cost) == 0 {
		c.w.t.Errorf("%s, %s: a missing image takes the calls %v and answers %s", r, what, cost, want)
	}
	for kind, image := range images {
		got, made := counted(image)
		if got != want {
			c.w.t.Errorf("%s, %s: an image that is %s answers\n%s\na missing one\n%s", r, what, kind, got, want)
		}
		if !slices.Equal(made, cost) {
			c.w.t.Errorf("%s, %s: an image that is %s takes the calls %v, a missing one %v", r, what, kind, made, cost)
		}
	}
}

// bareAnswer is all that a client gets but the id and the date of the request.
func bareAnswer(a answer) string {
	header := a.header.Clone()
	id := header.Get("Apigw-Requestid")
	header.Del("Apigw-Requestid")
	header.Del("Date")
	if id == "" || a.body["requestId"] != id {
		a.t.Errorf("%s has the request id %q: %s", a.what, id, a.raw)
	}
	return fmt.Sprint(a.status, header, strings.ReplaceAll(a.raw, id, "-"))
}

// absentImages are images, by how they are absent, that the project self does
// not have, be it as its own or as received.
func absentImages(c accessCast, tokens *accessTokens) map[string]string {
	w := c.w
	w.t.Helper()
	platform, other := tokens.of("catalog:write"), tokens.of(tenantScope, c.other)
	register := func(owner, name string, changes object) string {
		w.t.Helper()
		changes["region"] = exampleRegion
		w.send(platform, "PUT", imagePath(owner, w.id(name)), spec(changes)).is(201)
		return w.id(name)
	}
	foreign := func(name string, sharedWith ...string) string {
		w.t.Helper()
		image := register(c.other, name, object{})
		if len(sharedWith) > 0 {
			w.send(other, "POST", sharesPath(c.other, image), shareBody(sharedWith...)).is(200)
		}
		return image
	}
	unshared, deleted := foreign("unshared", c.self, c.target), foreign("deleted", c.self, c.target)
	w.send(other, "DELETE", sharesPath(c.other, unshared)+"/"+c.self, nil).is(204)
	w.send(platform, "DELETE", imagePath(c.other, deleted), nil).is(204)
	own := register(c.self, "own", object{})
	w.send(tokens.of(tenantScope, c.self), "POST", sharesPath(c.self, own), shareBody(c.target)).is(200)
	w.send(platform, "DELETE", imagePath(c.self, own), nil).is(204)
	return map[string]string{
		"foreign":                                   foreign("foreign"),
		"foreign and shared with others":            foreign("elsewhere", c.target, exampleProjects[0]),
		"foreign and still being made":              register(c.other, "creating", object{"state": "Creating"}),
		"foreign and of a kind that nobody shares":  register(c.other, "lightweight", object{"hostType": "LightweightUHost"}),
		"foreign and the platform's":                register(c.other, "public", object{"kind": "Public"}),
		"no longer shared with the project":         unshared,
		"foreign and deleted while it was shared":   deleted,
		"the project's own, deleted while shared":   own,
		"an id of the greatest length, and missing": strings.Repeat("z", 64),
	}
}
