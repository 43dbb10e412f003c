package contract

import (
	"fmt"
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// Which texts are refused: shared/sharing. Here it is that all are looked at, and
// that one text in two forms is one request.
func TestTextsAreKeptInOneForm(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		const composed, decomposed = "Caf\u00e9", "Cafe\u0301"
		owner, target := e.Project("owner"), e.Project("target")
		e.Send(e.Platform(), "PUT", api.ProjectPath(owner), api.ProjectBody("acct-1", decomposed)).Is(200).Has("name", composed)
		texts := func(text string) api.Object {
			return api.ImageBody(api.Object{"name": text, "description": text, "osName": text, "osType": text, "architecture": text})
		}
		img := e.Image(owner, "img", texts(decomposed))
		e.Share(owner, img, target).Is(200)
		received := e.Send(e.Tenant(target), "GET", api.ReceivedPath(target, img), nil).Is(200)
		for field, refused := range map[string]string{"name": " ", "description": "a\u202eb", "osName": "\u200b", "osType": "a\u2028", "architecture": "\ue000"} {
			received.Has(field, composed)
			a := e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{field: refused})).Refused(400, "InvalidRequest")
			if !strings.Contains(a.Text("detail"), ": "+field+" must") {
				t.Errorf("%s is refused: %s", field, a.Raw)
			}
		}
		first := e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), texts(composed)).Is(200)
		e.Send(e.Platform(), "PUT", api.ImagePath(owner, img), texts(decomposed)).Is(200).Has("updatedAt", first.Body["updatedAt"])

		save := func(name, description string) kit.Response {
			return e.Send(e.Tenant(target), "POST", api.SavePath(target, img), api.Object{"name": name, "description": description}, "Idempotency-Key", "key")
		}
		copied := save(decomposed, "one\r\ntwo").Is(202).Has("name", composed).Has("description", "one\ntwo")
		save(composed, "one\ntwo").Is(202).Has("imageId", copied.Body["imageId"])
	})
}

func TestDetailsNameWhatIsWrong(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner, nobody := e.Project("owner"), e.ID("nobody")
		img, platform, token := e.Image(owner, "img", nil), e.Platform(), e.Tenant(owner)
		const null = "The request is not valid: %s must be a string "
		for field, a := range map[string]kit.Response{
			"projectIds[0]": e.Send(token, "POST", api.SharesPath(owner, img), api.Object{"projectIds": []any{nil}, "acknowledgeSecurityReminder": true}),
			"name":          e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"name": nil})),
			"region":        e.Send(platform, "PUT", api.ImagePath(owner, img), api.ImageBody(api.Object{"region": nil})),
		} {
			if a.Refused(400, "InvalidRequest"); !strings.HasPrefix(a.Text("detail"), fmt.Sprintf(null, field)) {
				t.Errorf("%s is null: %s", field, a.Raw)
			}
		}
		// Images that are not found: tests/access.
		unregistered := "There is no project " + nobody + ": check the id. Nothing was changed."
		e.Send(platform, "GET", api.ProjectPath(nobody), nil).Refused(404, "ProjectNotFound").Has("detail", unregistered)
		e.Send(platform, "PUT", api.ImagePath(nobody, e.ID("new")), api.ImageBody(nil)).Refused(422, "ProjectNotFound").Has("detail", unregistered)
		e.Send(token, "DELETE", api.SharePath(owner, img, nobody), nil).Refused(404, "ShareNotFound").
			Has("detail", "The image "+img+" is not shared with the project "+nobody+", so there is nothing to cancel.")
	})
}
