package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestOneLogLineForEachRequestWithoutItsSecrets(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", object{"description": "body-secret"})
		token := w.tenant(owner)
		a := w.send(token, "POST", sharesPath(owner, img), shareBody(target)).is(200)
		w.send(token+"x", "GET", imagePath(owner, img), nil).refused(401, "Unauthenticated")
		id := a.header.Get("Apigw-Requestid")

		text := logs.String()
		for _, secret := range []string{token, "body-secret", "Bearer ey"} {
			if strings.Contains(text, secret) {
				t.Errorf("the log has %.20s", secret)
			}
		}
		var lines []object
		for line := range strings.Lines(text) {
			if strings.Contains(line, id) {
				var l object
				if err := json.Unmarshal([]byte(line), &l); err != nil {
					t.Fatal(err)
				}
				lines = append(lines, l)
			}
		}
		if len(lines) != 1 {
			t.Fatalf("%d lines for one request", len(lines))
		}
		expected := object{"project": owner, "image": img, "outcome": "ok", "status": 200.0, "msg": "request"}
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
