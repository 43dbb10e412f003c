package contract

import (
	"reflect"
	"slices"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestOneLogLineForEachRequestWithoutItsSecrets(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", api.Object{"description": kit.Secret("body-secret")})
		token := e.Tenant(owner)
		a := e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(target)).Is(200)
		e.Send(token+"x", "GET", api.ImagePath(owner, img), nil).Refused(401, "Unauthenticated")
		id := a.Header.Get("Apigw-Requestid")

		// kit.Main looks for what no line may have.
		lines := kit.Logged(t, id)
		if len(lines) != 1 {
			t.Fatalf("%d lines for one request", len(lines))
		}
		expected := api.Object{"project": owner, "image": img, "outcome": "ok", "status": 200.0, "msg": "request"}
		for field, want := range expected {
			if lines[0][field] != want {
				t.Errorf("%s is %v, not %v", field, lines[0][field], want)
			}
		}
		if _, ok := lines[0]["durationMs"].(float64); !ok {
			t.Errorf("no duration: %v", lines[0])
		}
	})
}

// TestTheLineOfAWriteSaysWhoAskedForWhat, whether it was done or refused: of what
// was refused it is the only record.
func TestTheLineOfAWriteSaysWhoAskedForWhat(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, one, other := e.Project("owner"), e.Project("one"), e.Project("other")
		img := e.Image(owner, "img", nil)
		alice := newClerk(e, "alice", "console", api.TenantScope, owner)
		share := func(acknowledged, dryRun bool) kit.Response {
			return e.Send(alice.token, "POST", api.SharesPath(owner, img), api.Object{
				"projectIds": []string{one, other}, "acknowledgeSecurityReminder": acknowledged, "dryRun": dryRun,
			})
		}
		both := []any{one, other}
		for _, c := range []struct {
			got  kit.Response
			want api.Object
		}{
			{share(true, true), api.Object{"outcome": "ok", "targets": both, "dryRun": true}},
			{share(true, false), api.Object{"outcome": "ok", "targets": both, "dryRun": nil}},
			{share(false, false), api.Object{"outcome": "SecurityReminderNotAcknowledged", "targets": both}},
			{e.Send(alice.token, "POST", api.SharesPath(owner, img), api.ShareBody(one, "~", one)), api.Object{"outcome": "InvalidRequest", "targets": []any{one, one}}},
			{e.Send(alice.token, "POST", api.SharesPath(owner, img), api.Object{"projectIds": []string{one}, "dryRun": "yes"}), api.Object{"outcome": "InvalidRequest", "targets": []any{one}}},
			{e.Send(alice.token, "POST", api.SharesPath(owner, img), api.ShareBody(slices.Repeat([]string{one}, 60)...)), api.Object{"outcome": "ok", "targetCount": 60.0}},
			{e.Send(alice.token, "POST", api.SharesPath(one, img), api.ShareBody(other)), api.Object{"outcome": "ProjectAccessDenied", "targets": []any{other}}},
			{e.Send(alice.token, "DELETE", api.SharePath(owner, img, one), nil), api.Object{"outcome": "ok", "targets": []any{one}}},
			{e.Send(alice.token, "DELETE", api.SharePath(owner, img, one), nil), api.Object{"outcome": "ShareNotFound", "targets": []any{one}}},
			{e.Send(alice.token, "DELETE", api.SharesPath(owner, img), nil), api.Object{"outcome": "ok", "targets": []any{other}}},
			{e.Send(alice.token, "PUT", api.ProjectPath(owner), api.ProjectBody("a", "b")), api.Object{"outcome": "MissingScope"}},
		} {
			lines := kit.Logged(t, c.got.Header.Get("Apigw-Requestid"))
			if len(lines) != 1 {
				t.Fatalf("%s left %d lines", c.got.Request, len(lines))
			}
			c.want["subject"], c.want["client"] = "alice", "console"
			for field, want := range c.want {
				if !reflect.DeepEqual(lines[0][field], want) {
					t.Errorf("%s: %s is %v, not %v", c.got.Request, field, lines[0][field], want)
				}
			}
		}
	})
}
