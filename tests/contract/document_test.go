package contract

import (
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestOpenAPIIsServedToEverybody(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		a := e.Send("", "GET", "/openapi.yaml", nil).Is(200)
		if !strings.HasPrefix(a.Raw, "openapi: 3.1") {
			t.Errorf("it begins with %.40q", a.Raw)
		}
		e.Send("", "GET", "/healthz", nil).Is(200).Has("status", "ok")
		problem := e.Send("", "GET", "/v1/projects/x", nil).Refused(401, "Unauthenticated")
		base, schema, _ := strings.Cut(problem.Text("type"), "/openapi.yaml#/components/schemas/")
		if base != e.URL || schema != "Unauthenticated" || !strings.Contains(a.Raw, "    "+schema+":") {
			t.Errorf("type %v does not lead to the code's description", problem.Body["type"])
		}
	})
}

func TestWhatHasNoRoute(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner := e.Project("owner")
		token := e.Tenant(owner)
		for _, path := range []string{"/v1/nothing", "/" + api.ProjectPath(owner), api.ProjectPath(owner) + "/"} {
			e.Send(token, "GET", path, nil).Refused(404, "RouteNotFound")
		}
		refused := e.Send(token, "POST", api.ImagePath(owner, "img"), nil).Refused(405, "MethodNotAllowed")
		if allow := refused.Header.Get("Allow"); allow != "DELETE, GET, PATCH, PUT" {
			t.Errorf("Allow %q", allow)
		}
	})
}
