package e2e

import (
	"net/http"
	"strings"
	"testing"
)

func TestRefusalsComeInTheOrderOfTheContract(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, foreign := w.project("owner"), w.project("foreign")
		img := w.image(owner, "img", nil)
		token := w.tenant(owner)
		huge := strings.Repeat("x", 64<<10+1)
		bad := "/v1/projects/-bad-/images/" + img + "/shares"

		w.send("", "POST", bad, huge).refused(401, "Unauthenticated")
		w.send(token, "POST", bad, huge).refused(413, "RequestTooLarge")
		w.send(token, "POST", bad, "{").refused(400, "InvalidRequest")
		w.send(token, "POST", sharesPath(foreign, img)+"?x=1", "{").refused(400, "InvalidRequest")
		w.send(w.token("images:read", owner), "POST", sharesPath(foreign, img), "{").refused(403, "ProjectAccessDenied")
		w.send(w.token("images:read", owner), "POST", sharesPath(owner, img), "{").refused(403, "MissingScope").has("requiredScope", "images:share")
		w.send(token, "POST", sharesPath(owner, w.id("missing")), object{"projectIds": []string{}}).refused(400, "InvalidRequest")
		w.send(token, "POST", sharesPath(owner, w.id("missing")), object{"projectIds": []string{owner}}).refused(422, "SecurityReminderNotAcknowledged")

		wrong := shareBody(owner, "nobody")
		wrong["region"] = "us-east"
		w.send(token, "POST", sharesPath(owner, w.id("missing")), wrong).refused(404, "ImageNotFound")
		lite := w.image(owner, "lite", object{"hostType": "LightweightUHost", "state": "Creating"})
		w.send(token, "POST", sharesPath(owner, lite), wrong).refused(422, "CrossRegionNotSupported")
		w.send(token, "POST", sharesPath(owner, lite), shareBody(owner, "nobody")).refused(422, "ImageNotShareable")
		creating := w.image(owner, "creating", object{"state": "Creating"})
		w.send(token, "POST", sharesPath(owner, creating), shareBody(owner, "nobody")).refused(409, "ImageNotAvailable")
		w.send(token, "POST", sharesPath(owner, img), shareBody(owner, "nobody")).refused(422, "CannotShareWithOwner")
		targets := w.projects("target", 50)
		w.share(owner, img, targets...).is(200)
		w.send(token, "POST", sharesPath(owner, img), shareBody(foreign, "nobody")).refused(422, "ProjectNotFound")
		w.send(token, "POST", sharesPath(owner, img), shareBody(foreign)).refused(409, "ShareLimitExceeded")
	})
}

func TestDryRunChecksEverythingAndWritesNothing(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", nil)
		body := shareBody(target)
		body["dryRun"] = true
		a := w.send(w.tenant(owner), "POST", sharesPath(owner, img), body).is(200).has("dryRun", true)
		if share := a.body["shares"].([]any)[0].(object); share["result"] != "created" || share["projectId"] != target {
			t.Errorf("share %v", share)
		}
		w.send(w.tenant(owner), "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 0)
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).refused(404, "ImageNotFound")
		body["projectIds"] = []string{w.id("nobody")}
		w.send(w.tenant(owner), "POST", sharesPath(owner, img), body).refused(422, "ProjectNotFound")
	})
}

func TestSharingAgainIsUnchanged(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, first, second := w.project("owner"), w.project("first"), w.project("second")
		img := w.image(owner, "img", nil)
		before := w.share(owner, img, first).is(200).body["shares"].([]any)[0].(object)
		// Duplicate ids count once, in the order of their first mention.
		a := w.share(owner, img, second, first, second, first).is(200).has("shareCount", 2)
		shares := a.body["shares"].([]any)
		if len(shares) != 2 {
			t.Fatalf("%d shares, not 2: %s", len(shares), a.raw)
		}
		created, unchanged := shares[0].(object), shares[1].(object)
		if created["projectId"] != second || created["result"] != "created" {
			t.Errorf("first share %v", created)
		}
		if unchanged["projectId"] != first || unchanged["result"] != "unchanged" || unchanged["sharedAt"] != before["sharedAt"] {
			t.Errorf("second share %v, before it was %v", unchanged, before)
		}
		// A renamed project shows by its new name, in both answers.
		w.send(w.platform(), "PUT", "/v1/projects/"+first, object{"accountId": "acct-moved", "name": "Renamed"}).is(200).has("name", "Renamed")
		renamed := w.share(owner, img, first).is(200).body["shares"].([]any)[0].(object)
		if renamed["projectName"] != "Renamed" || renamed["accountId"] != "acct-moved" {
			t.Errorf("share %v", renamed)
		}
		if raw := w.send(w.tenant(owner), "GET", sharesPath(owner, img), nil).is(200).raw; !strings.Contains(raw, "Renamed") {
			t.Errorf("shares %s", raw)
		}
	})
}

func TestCatalogRegistersAndChanges(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, other := w.project("owner"), w.project("other")
		platform, token := w.platform(), w.tenant(owner)
		w.send(token, "GET", "/v1/projects/"+owner, nil).is(200).has("projectId", owner).has("name", "Project owner")
		w.send(w.tenant(w.id("nobody")), "GET", "/v1/projects/"+w.id("nobody"), nil).refused(404, "ProjectNotFound")
		w.send(platform, "GET", "/v1/projects/"+owner, nil).refused(403, "ProjectAccessDenied")

		img := w.id("img")
		w.send(platform, "PUT", imagePath(w.id("nobody"), img), spec(nil)).refused(422, "ProjectNotFound")
		created := w.send(platform, "PUT", imagePath(owner, img), spec(nil)).is(201).has("accountId", "acct-owner")
		target := w.project("target")
		w.share(owner, img, target).is(200)
		w.send(platform, "PUT", imagePath(owner, img), spec(object{"name": "renamed", "state": "Failed"})).is(200).
			has("name", "renamed").has("state", "Failed").has("shareCount", 1).has("createdAt", created.body["createdAt"])
		w.send(w.tenant(target), "GET", sharedPath(target, img), nil).is(200).has("state", "Failed").has("name", "renamed")

		for field, value := range map[string]string{"region": "us-east", "kind": "Public", "hostType": "LightweightUHost"} {
			w.send(platform, "PUT", imagePath(owner, img), spec(object{field: value})).refused(409, "ImageConflict")
		}
		w.send(platform, "PUT", imagePath(other, img), spec(nil)).refused(409, "ImageConflict")
		w.send(platform, "DELETE", imagePath(other, img), nil).refused(404, "ImageNotFound")
		w.send(token, "DELETE", imagePath(owner, img), nil).refused(403, "MissingScope").has("requiredScope", "catalog:write")
		w.send(token, "GET", imagePath(owner, img), nil).is(200).has("name", "renamed")
	})
}

func TestMissingAndForeignImagesLookAlike(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, stranger := w.project("owner"), w.project("stranger")
		img, missing := w.image(owner, "img", nil), w.id("missing")
		token := w.tenant(stranger)
		requests := map[string]func(image string) answer{
			"get":     func(id string) answer { return w.send(token, "GET", imagePath(stranger, id), nil) },
			"shares":  func(id string) answer { return w.send(token, "GET", sharesPath(stranger, id), nil) },
			"share":   func(id string) answer { return w.share(stranger, id, owner) },
			"unshare": func(id string) answer { return w.send(token, "DELETE", sharesPath(stranger, id)+"/"+owner, nil) },
			"shared":  func(id string) answer { return w.send(token, "GET", sharedPath(stranger, id), nil) },
			"region":  func(id string) answer { return w.send(token, "GET", sharedPath(stranger, id)+"?region=us-east", nil) },
			"save": func(id string) answer {
				return w.send(token, "POST", sharedPath(stranger, id)+"/save", object{"name": "x"})
			},
		}
		for name, request := range requests {
			a, b := request(img).refused(404, "ImageNotFound"), request(missing).refused(404, "ImageNotFound")
			a.raw = strings.ReplaceAll(a.raw, a.body["requestId"].(string), "-")
			b.raw = strings.ReplaceAll(b.raw, b.body["requestId"].(string), "-")
			if a.raw != b.raw {
				t.Errorf("%s: a foreign image answers\n%s\na missing one\n%s", name, a.raw, b.raw)
			}
			for _, h := range []http.Header{a.header, b.header} {
				h.Del("Date")
				h.Del("Apigw-Requestid")
				h.Del("Content-Length")
			}
			if len(a.header) != len(b.header) {
				t.Errorf("%s: headers %v and %v", name, a.header, b.header)
			}
		}
	})
}

func TestHostileRequestsArePreciselyRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner := w.project("owner")
		img := w.image(owner, "img", nil)
		token := w.tenant(owner)
		for _, id := range []string{"%2e%2e", "a%2Fb", "a%20b", "%00", "a%23b", "a%3Fb", "a%25", "%ff", "-a", strings.Repeat("a", 65), "a%0Ab", "%E2%80%AE"} {
			w.send(token, "GET", "/v1/projects/"+id+"/images", nil).refused(400, "InvalidRequest")
			w.send(token, "GET", imagePath(owner, id), nil).refused(400, "InvalidRequest")
		}
		for _, body := range []string{
			"", "null", "[]", `"x"`, "{", `{"projectIds":"a"}`, `{"projectIds":[1]}`, `{"projectIds":["a"],"extra":1}`,
			`{"projectIds":["a"],"projectIds":["b"]}`, `{"ProjectIds":["a"]}`, `{"projectIds":["a"]} {}`, `{"projectIds":["../a"]}`,
			`{"projectIds":null}`, `{"projectIds":["a"],"acknowledgeSecurityReminder":"yes"}`, `{"projectIds":["a"],"region":""}`,
			"{\"projectIds\":[\"\xff\"]}", strings.Repeat("[", 20000),
		} {
			w.send(token, "POST", sharesPath(owner, img), body).refused(400, "InvalidRequest")
		}
		for _, query := range []string{"limit=0", "limit=101", "limit=x", "limit=", "limit=1&limit=2", "region=-", "region=", "other=1", "%zz", "nextToken="} {
			w.send(token, "GET", "/v1/projects/"+owner+"/images?"+query, nil).refused(400, "InvalidRequest")
		}
		for _, key := range []string{"a b", strings.Repeat("k", 129), "ü"} {
			w.send(token, "POST", sharedPath(owner, img)+"/save", object{"name": "x"}, "Idempotency-Key", key).refused(400, "InvalidRequest")
		}
		w.send(token, "GET", "/v1/nothing", nil).refused(404, "RouteNotFound")
		w.send(token, "GET", "//v1/projects/"+owner, nil).refused(404, "RouteNotFound")
		w.send(token, "GET", "/v1/projects/"+owner+"/", nil).refused(404, "RouteNotFound")
		a := w.send(token, "PATCH", imagePath(owner, img), nil).refused(405, "MethodNotAllowed")
		if a.header.Get("Allow") != "DELETE, GET, PUT" {
			t.Errorf("Allow %q", a.header.Get("Allow"))
		}
	})
}

func TestTooManyProjectsAreNeverCutShort(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner := w.project("owner")
		img := w.image(owner, "img", nil)
		targets := w.projects("target", 51)
		w.share(owner, img, targets...).refused(400, "InvalidRequest")
		w.send(w.tenant(owner), "GET", sharesPath(owner, img), nil).is(200).has("shareCount", 0)
		w.share(owner, img, append(targets[:50:50], targets[:50]...)...).is(200).has("shareCount", 50)
	})
}

func TestOpenAPIIsServedToEverybody(t *testing.T) {
	eachEngine(t, func(w *world) {
		a := w.send("", "GET", "/openapi.yaml", nil).is(200)
		if !strings.HasPrefix(a.raw, "openapi: 3.1") {
			t.Errorf("it begins with %.40q", a.raw)
		}
		w.send("", "GET", "/healthz", nil).is(200)
		problem := w.send("", "GET", "/v1/projects/x", nil).refused(401, "Unauthenticated")
		base, schema, _ := strings.Cut(problem.body["type"].(string), "/openapi.yaml#/components/schemas/")
		if base != w.url || schema != "Unauthenticated" || !strings.Contains(a.raw, "    "+schema+":") {
			t.Errorf("type %v does not lead to the code's description", problem.body["type"])
		}
	})
}
