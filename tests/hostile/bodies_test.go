package hostile

import (
	"encoding/json"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// bodyTests sends bodies to every route that takes one.
func bodyTests(e *kit.Environment, test func(r openapitest.Route, example api.Object, send func(body string) kit.Response)) {
	e.T.Helper()
	routes, _ := openapitest.Routes(e.T)
	s := e.Sample(e.ID("self"))
	token := e.Token(api.EveryScope, s.Self)
	tested := 0
	for _, r := range routes {
		if example, ok := r.Bodies[0].(api.Object); ok {
			tested++
			test(r, example, func(body string) kit.Response { return e.Send(token, r.Method, s.Address(r), body) })
		}
	}
	if tested < 4 {
		e.T.Errorf("only %d routes have a body", tested)
	}
}

// These never reach a store, so one is enough.
func TestMalformedBodiesAreRefused(t *testing.T) {
	t.Parallel()
	e := kit.Start(t, runner.Config{Log: kit.QuietLog(t)})
	bodyTests(e, func(r openapitest.Route, example api.Object, send func(string) kit.Response) {
		refused := func(name, body string) {
			if a := send(body); a.Status != 400 || a.Code() != "InvalidRequest" {
				t.Errorf("%s with %s was answered %d %s", r, name, a.Status, a.Raw)
			}
		}
		for name, body := range malformedBodies(t, example) {
			refused(name, body)
		}
		for _, m := range replacements(t, example) {
			if m.wrongType {
				refused(m.name, m.body)
			}
		}
		valid := jsonOf(t, example)
		send(valid+strings.Repeat(" ", 64<<10+1-len(valid))).Refused(413, "RequestTooLarge")
		send(strings.Repeat(" ", 200<<10)).Refused(413, "RequestTooLarge")
		if a := send(valid + strings.Repeat(" ", 64<<10-len(valid))); a.Status > 299 {
			t.Errorf("%s with 64 KiB was answered %d %s", r, a.Status, a.Raw)
		}
	})
}

// What is accepted here has to be valid by the OpenAPI document, as always.
func TestOddValuesAreTakenOrRefused(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		bodyTests(e, func(r openapitest.Route, example api.Object, send func(string) kit.Response) {
			for _, m := range replacements(e.T, example) {
				if m.wrongType {
					continue
				}
				if a := send(m.body); a.Status >= 500 {
					e.T.Errorf("%s with %s was answered %d %s", r, m.name, a.Status, a.Raw)
				}
			}
		})
	})
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
