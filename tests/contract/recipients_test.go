package contract

import (
	"fmt"
	"slices"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestPolicy(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		p := e.Project("p")
		path, member := api.PolicyPath(p), e.Token("images:receive images:read", p)
		e.Send(member, "GET", path, nil).Is(200).Has("incoming", "open").Has("trustedProjects", []any{}).
			Has("trustedAccounts", []any{}).Has("blockedProjects", []any{}).Has("blockedAccounts", []any{}).Has("updatedAt", nil)

		set := e.Send(member, "PUT", path, api.Object{
			"incoming": "consent", "trustedProjects": []string{"b", "a", "b"}, "blockedAccounts": []string{"x"}, "trustedAccounts": nil,
		}).Is(200).Has("incoming", "consent").Has("trustedProjects", []any{"a", "b"}).Has("blockedAccounts", []any{"x"}).Has("trustedAccounts", []any{})
		e.Send(e.Platform(), "GET", path, nil).Is(200).Has("updatedAt", set.Text("updatedAt")).Has("trustedProjects", []any{"a", "b"})
		e.Send(e.Platform(), "PUT", path, api.Object{"incoming": "consent", "trustedProjects": []string{"b", "a"}, "blockedAccounts": []string{"x"}}).
			Is(200).Has("updatedAt", set.Text("updatedAt")) // the same again
		e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("acct-2", "Renamed")).Is(200).Has("incoming", nil)
		e.Send(member, "GET", path, nil).Is(200).Has("incoming", "consent")
		e.Send(member, "PUT", path, api.Object{"incoming": "closed"}).Is(200).Has("trustedProjects", []any{}) // it replaces

		many := make([]string, 101)
		for i := range many {
			many[i] = fmt.Sprint("p", i)
		}
		e.Send(member, "PUT", path, api.Object{"incoming": "open", "blockedProjects": append(many[:100:100], many[0])}).Is(200)
		for _, body := range []any{
			api.Object{}, api.Object{"incoming": "Open"}, api.Object{"incoming": nil}, api.Object{"trustedProjects": []string{}},
			api.Object{"incoming": "open", "blockedProjects": many}, api.Object{"incoming": "open", "blockedAccounts": []string{"-"}},
			api.Object{"incoming": "open", "updatedAt": "2026-11-24T02:51:33.734080Z"}, api.Object{"incoming": "open", "trusted": []string{}},
		} {
			e.Send(member, "PUT", path, body).Refused(400, "InvalidRequest")
		}
		e.Send(e.Token("images:read images:share images:save images:write", p), "PUT", path, api.Object{"incoming": "open"}).
			Refused(403, "MissingScope").Has("requiredScope", "images:receive")
		unknown := e.ID("unknown")
		for _, method := range []string{"GET", "PUT"} {
			var body any
			if method == "PUT" {
				body = api.Object{"incoming": "open"}
			}
			e.Send(e.Tenant(unknown), method, api.PolicyPath(unknown), body).Refused(404, "ProjectNotFound").Has("projectIds", []any{unknown})
		}
		e.Send(e.Platform(), "DELETE", api.ProjectPath(p), nil).Is(204)
		e.Send(member, "PUT", path, api.Object{"incoming": "open"}).Refused(409, "ProjectClosed")
		e.Send(member, "GET", path, nil).Is(200).Has("incoming", "open")
	})
}

func TestStatusOfAShare(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		member := e.Token("images:receive", target)
		e.Send(e.Tenant(target), "PUT", api.PolicyPath(target), api.Object{"incoming": "consent"}).Is(200)
		e.Share(owner, img, target).Is(200)
		answer := func(status any) kit.Response {
			return e.Send(member, "PUT", api.StatusPath(target, img), api.Object{"status": status})
		}
		for _, status := range []any{"pending", "Accepted", "", nil, 1} {
			answer(status).Refused(400, "InvalidRequest")
		}
		e.Send(member, "PUT", api.StatusPath(target, img), api.Object{}).Refused(400, "InvalidRequest")
		e.Send(e.Token("images:read images:share images:save images:write", target), "PUT", api.StatusPath(target, img), api.Object{"status": "accepted"}).
			Refused(403, "MissingScope").Has("requiredScope", "images:receive")
		e.Send(e.Platform(), "PUT", api.StatusPath(target, img), api.Object{"status": "accepted"}).Refused(403, "ProjectAccessDenied")

		before := e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200).Has("status", "pending")
		declined := answer("declined").Is(200).Has("status", "declined")
		for name, value := range before.Body {
			if name != "status" {
				declined.Has(name, value)
			}
		}
		answer("declined").Is(200).Has("status", "declined")
		answer("accepted").Is(200).Has("status", "accepted")
		e.Send(e.Tenant(owner), "DELETE", api.SharePath(owner, img, target), nil).Is(204)
		answer("accepted").Refused(404, "ImageNotFound")
	})
}

// A page of each status, whose token is good for it alone.
func TestListsByStatus(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		e.Send(e.Tenant(target), "PUT", api.PolicyPath(target), api.Object{"incoming": "consent"}).Is(200)
		byStatus := map[string][]string{}
		for i := range 9 {
			img := e.Image(owner, fmt.Sprint("img", i), nil)
			e.Share(owner, img, target).Is(200)
			status := []string{"pending", "accepted", "declined"}[i%3]
			if status != "pending" {
				e.Send(e.Tenant(target), "PUT", api.StatusPath(target, img), api.Object{"status": status}).Is(200)
			}
			for _, list := range []string{status, "all"} {
				byStatus[list] = append([]string{img}, byStatus[list]...)
			}
		}
		list := api.ReceivedImagesPath(target)
		tokens := map[string]string{}
		for status, want := range byStatus {
			if got := e.Pages(e.Tenant(target), list+"?status="+status, 2); !slices.Equal(got, want) {
				e.T.Errorf("%s: %v, want %v", status, got, want)
			}
			tokens[status] = e.Send(e.Tenant(target), "GET", list+"?limit=1&status="+status, nil).Is(200).Text("nextToken")
		}
		if got := e.Pages(e.Tenant(target), list, 2); !slices.Equal(got, byStatus["accepted"]) {
			e.T.Errorf("without a status: %v, want %v", got, byStatus["accepted"])
		}
		e.Send(e.Tenant(target), "GET", list+"?nextToken="+tokens["accepted"], nil).Is(200)
		for status, token := range tokens {
			for other := range tokens {
				if other != status {
					e.Send(e.Tenant(target), "GET", list+"?status="+other+"&nextToken="+token, nil).Refused(400, "InvalidNextToken")
				}
			}
		}
		for _, wrong := range []string{"Accepted", "", "any"} {
			e.Send(e.Tenant(target), "GET", list+"?status="+wrong, nil).Refused(400, "InvalidRequest")
		}
		e.Send(e.Tenant(owner), "GET", api.ImagesPath(owner)+"?status=accepted", nil).Refused(400, "InvalidRequest")
	})
}

func TestALaunchAndASaveNeedAnAcceptedShare(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, target := e.Project("owner"), e.Project("target")
		img := e.Image(owner, "img", nil)
		e.Send(e.Tenant(target), "PUT", api.PolicyPath(target), api.Object{"incoming": "consent"}).Is(200)
		e.Share(owner, img, target).Is(200)
		save := func() kit.Response {
			return e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": "mine"})
		}
		launch := func(query string) kit.Response {
			return e.Send(e.Tenant(target), "GET", api.LaunchPath(target, img)+query, nil)
		}
		e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, img), api.Object{"reason": "spam"}).Is(200)
		for _, status := range []string{"pending", "declined"} {
			if status == "declined" {
				e.Send(e.Tenant(target), "PUT", api.StatusPath(target, img), api.Object{"status": status}).Is(200)
			}
			save().Refused(409, "ShareNotAccepted").Has("shareStatus", status).Has("status", 409.0)
			launch("").Refused(409, "ShareNotAccepted").Has("shareStatus", status)
			launch("?region=us-east").Refused(422, "CrossRegionNotSupported")
			launch("?ownerProjectId="+target).Refused(404, "ImageNotFound")
		}
		e.Send(e.Tenant(target), "PUT", api.StatusPath(target, img), api.Object{"status": "accepted"}).Is(200)
		launch("").Refused(409, "ImageSuspended")
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, img), nil).Is(204)
		launch("").Is(200)
		copied := save().Is(202).Text("imageId")

		// The copy is the recipient's own, whatever becomes of the share.
		e.Send(e.Tenant(target), "PUT", api.StatusPath(target, img), api.Object{"status": "declined"}).Is(200)
		e.Send(e.Tenant(target), "GET", api.ImagePath(target, copied), nil).Is(200)
		launch("").Refused(409, "ShareNotAccepted")
	})
}
