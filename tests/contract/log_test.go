package contract

import (
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
