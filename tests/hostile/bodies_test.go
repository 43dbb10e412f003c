package hostile

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// To every route that takes a body. These never reach a store, so one is enough.
// Values of wrong types and past limits are tried in shared/httpapi.
func TestMalformedBodiesAreRefused(t *testing.T) {
	t.Parallel()
	e := kit.Start(t, runner.Config{Log: kit.QuietLog(t)})
	routes, _ := openapitest.Routes(e.T)
	tested := 0
	for _, r := range routes {
		example, ok := r.Bodies[0].(api.Object)
		if !ok {
			continue
		}
		tested++
		s := e.Sample(e.ID(fmt.Sprint("self", tested))) // which the request may change
		token := e.Token(api.EveryScope, s.Self)
		send := func(body string) kit.Response { return e.Send(token, r.Method, s.Address(r), body) }
		malformed := malformedBodies(t, example)
		if r.Method == "PATCH" {
			delete(malformed, "an empty object") // which changes nothing
		}
		for name, body := range malformed {
			if a := send(body); a.Status != 400 || a.Code() != "InvalidRequest" {
				t.Errorf("%s with %s got %d %s", r, name, a.Status, a.Raw)
			}
		}
		valid := jsonOf(t, example)
		send(valid+strings.Repeat(" ", 64<<10+1-len(valid))).Refused(413, "RequestTooLarge")
		send(strings.Repeat(" ", 200<<10)).Refused(413, "RequestTooLarge")
		if a := send(valid + strings.Repeat(" ", 64<<10-len(valid))); a.Status > 299 && a.Code() != "ImageConflict" { // the sample's image has other content
			t.Errorf("%s with 64 KiB got %d %s", r, a.Status, a.Raw)
		}
	}
	if tested < 4 {
		t.Errorf("only %d routes have a body", tested)
	}
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
