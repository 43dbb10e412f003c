package rules

import (
	"fmt"
	"slices"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// Whoever knows a project's id could put 130 images of a trusted image's name into its
// list, and none of the trusted ones was on the first page.
func TestAFloodOfImagesIsKeptOut(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		trusted, stranger, recipient := e.Project("trusted"), e.Project("stranger"), e.Project("recipient")
		mine := e.Image(trusted, "mine", nil)
		e.Share(trusted, mine, recipient).Is(200)
		flood := func(from, to int) (images []string) {
			for i := from; i < to; i++ {
				images = append(images, e.Image(stranger, fmt.Sprint("flood", i), nil))
			}
			return images
		}
		first := func(query string) []string {
			return e.Send(e.Tenant(recipient), "GET", api.ReceivedImagesPath(recipient)+query, nil).Is(200).IDs()
		}
		set := func(body api.Object) { e.Send(e.Tenant(recipient), "PUT", api.PolicyPath(recipient), body).Is(200) }

		set(api.Object{"incoming": "consent", "trustedProjects": []string{trusted}})
		images := flood(0, 130)
		for _, img := range images {
			e.Share(stranger, img, recipient).Is(200)
		}
		for _, query := range []string{"", "?name=golden", "?ownerProjectId=" + trusted, "?status=all&ownerProjectId=" + trusted} {
			if got := first(query); !slices.Equal(got, []string{mine}) {
				t.Errorf("with %q the first page is %v", query, got)
			}
		}
		if got := e.Pages(e.Tenant(recipient), api.ReceivedImagesPath(recipient)+"?status=pending", 25); len(got) != 130 {
			t.Errorf("%d are pending", len(got))
		}

		for _, refusing := range []api.Object{
			{"incoming": "open", "blockedProjects": []string{stranger}},
			{"incoming": "open", "blockedAccounts": []string{"acct-stranger"}},
			{"incoming": "closed", "trustedAccounts": []string{"acct-trusted"}},
		} {
			set(refusing)
			one := e.Image(stranger, "more", nil)
			e.Share(stranger, one, recipient).Refused(422, "RecipientRefuses").Has("projectIds", []any{recipient})
			e.Send(e.Platform(), "DELETE", api.ImagePath(stranger, one), nil).Is(204)
			again := e.Image(trusted, "again", nil)
			e.Share(trusted, again, recipient).Is(200)
			e.Send(e.Platform(), "DELETE", api.ImagePath(trusted, again), nil).Is(204)
		}
	})
}

// Pending, declined and accepted again; revoked while pending; and each of them takes one
// of the places.
func TestTheRecipientDecides(t *testing.T) {
	for _, store := range []string{runner.SQLite, runner.DynamoDB} {
		t.Run(store, func(t *testing.T) {
			e := kit.Start(t, runner.Config{Store: store, ShareLimit: 2})
			owner, recipient, other := e.Project("owner"), e.Project("recipient"), e.Project("other")
			img := e.Image(owner, "img", nil)
			e.Send(e.Tenant(recipient), "PUT", api.PolicyPath(recipient), api.Object{"incoming": "consent"}).Is(200)
			is := func(status string) {
				t.Helper()
				launch := e.Send(e.Tenant(recipient), "GET", api.LaunchPath(recipient, img)+"?region=eu-west&ownerProjectId="+owner, nil)
				save := e.Send(e.Tenant(recipient), "POST", api.SavePath(recipient, img), api.Object{"name": "mine"})
				listed := e.Send(e.Tenant(recipient), "GET", api.ReceivedImagesPath(recipient), nil).Is(200).IDs()
				if status == "accepted" {
					launch.Is(200)
					save.Is(202)
				} else {
					launch.Refused(409, "ShareNotAccepted").Has("shareStatus", status)
					save.Refused(409, "ShareNotAccepted").Has("shareStatus", status)
				}
				if slices.Contains(listed, img) != (status == "accepted") {
					t.Errorf("%s, and the list is %v", status, listed)
				}
				e.Send(e.Tenant(recipient), "GET", api.ReceivedPath(recipient, img), nil).Is(200).Has("status", status)
				if got := e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, img), nil).Is(200).Objects("shares")[0]["status"]; got != status {
					t.Errorf("its owner sees %v, not %s", got, status)
				}
			}
			say := func(status string) {
				e.Send(e.Tenant(recipient), "PUT", api.StatusPath(recipient, img), api.Object{"status": status}).Is(200).Has("status", status)
			}

			e.Share(owner, img, recipient).Is(200)
			is("pending")
			for _, status := range []string{"declined", "accepted", "declined", "accepted"} {
				say(status)
				is(status)
			}
			say("declined")
			// It takes its place, and the owner alone takes it away (R10).
			e.Share(owner, img, other, owner).Refused(422, "CannotShareWithOwner")
			e.Send(e.Tenant(recipient), "DELETE", api.SharePath(owner, img, recipient), nil).Refused(403, "ProjectAccessDenied")
			third := e.Project("third")
			e.Share(owner, img, other, third).Refused(409, "ShareLimitExceeded").Has("current", 1).Has("requested", 2)
			e.Share(owner, img, other).Is(200).Has("shareCount", 2)

			e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, recipient), nil).Is(204)
			e.Share(owner, img, recipient).Is(200)
			e.Send(e.Tenant(recipient), "GET", api.ReceivedPath(recipient, img), nil).Is(200).Has("status", "pending") // it begins anew
			e.Send(e.Tenant(owner), "DELETE", api.SharesPath(owner, img), nil).Is(200)
			e.Send(e.Tenant(recipient), "PUT", api.StatusPath(recipient, img), api.Object{"status": "accepted"}).Refused(404, "ImageNotFound")
			e.Share(owner, img, other, third).Is(200).Has("shareCount", 2)
		})
	}
}
