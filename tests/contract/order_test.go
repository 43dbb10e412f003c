package contract

import (
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestRefusalsComeInTheOrderOfTheContract(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, foreign := e.Project("owner"), e.Project("foreign")
		img := e.Image(owner, "img", nil)
		token := e.Tenant(owner)
		huge := strings.Repeat("x", 64<<10+1)
		bad := "/v1/projects/-bad-/images/" + img + "/shares"

		e.Send("", "POST", bad, huge).Refused(401, "Unauthenticated")
		e.Send(token, "POST", bad, huge).Refused(413, "RequestTooLarge")
		e.Send(token, "POST", bad, "{").Refused(400, "InvalidRequest")
		e.Send(token, "POST", api.SharesPath(foreign, img)+"?x=1", "{").Refused(400, "InvalidRequest")
		e.Send(e.Token("images:read", owner), "POST", api.SharesPath(foreign, img), "{").Refused(403, "ProjectAccessDenied")
		e.Send(e.Token("images:read", owner), "POST", api.SharesPath(owner, img), "{").Refused(403, "MissingScope").Has("requiredScope", "images:share")
		e.Send(token, "POST", api.SharesPath(owner, e.ID("missing")), api.Object{"projectIds": []string{}}).Refused(400, "InvalidRequest")
		e.Send(token, "POST", api.SharesPath(owner, e.ID("missing")), api.Object{"projectIds": []string{owner}}).Refused(422, "SecurityReminderNotAcknowledged")

		wrong := api.ShareBody(owner, "nobody")
		wrong["region"] = "us-east"
		e.Send(token, "POST", api.SharesPath(owner, e.ID("missing")), wrong).Refused(404, "ImageNotFound")
		lite := e.Image(owner, "lite", api.Object{"hostType": "LightweightUHost", "state": "Creating"})
		e.Send(e.Platform(), "PUT", api.SuspensionPath(owner, lite), api.Object{"reason": "spam"}).Is(200)
		e.Send(token, "POST", api.SharesPath(owner, lite), wrong).Refused(422, "CrossRegionNotSupported")
		e.Send(token, "POST", api.SharesPath(owner, lite), api.ShareBody(owner, "nobody")).Refused(409, "ImageSuspended")
		e.Send(e.Platform(), "DELETE", api.SuspensionPath(owner, lite), nil).Is(204)
		e.Send(token, "POST", api.SharesPath(owner, lite), api.ShareBody(owner, "nobody")).Refused(422, "ImageNotShareable")
		creating := e.Image(owner, "creating", api.Object{"state": "Creating"})
		e.Send(token, "POST", api.SharesPath(owner, creating), api.ShareBody(owner, "nobody")).Refused(409, "ImageNotAvailable")
		e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(owner, "nobody")).Refused(422, "CannotShareWithOwner")
		targets := e.Projects("target", 50)
		e.Share(owner, img, targets...).Is(200)
		e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(foreign, "nobody")).Refused(422, "ProjectNotFound")
		closed := e.Project("closed")
		e.Send(e.Tenant(closed), "PUT", api.PolicyPath(closed), api.Object{"incoming": "closed"}).Is(200)
		e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(closed, "nobody")).Refused(422, "ProjectNotFound")
		e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(foreign, closed)).Refused(422, "RecipientRefuses").Has("projectIds", []any{closed})
		e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(foreign)).Refused(409, "ShareLimitExceeded")
	})
}
