package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// accessCase is a good token and what the contract makes of it on a route:
// code is "" where it may do what it asks for.
type accessCase struct {
	name, scope string
	projects    []string
	code        string
}

const (
	accessDenied = "ProjectAccessDenied"
	missingScope = "MissingScope"
)

// casesOf are the cases of a route for the project self, where stranger is
// another.
func casesOf(r openapitest.Route, scopes []string, self, stranger string) []accessCase {
	var platforms []string // the scopes that stand in for the project
	if r.PlatformScope != "" {
		platforms = append(platforms, r.PlatformScope)
	}
	if r.PlatformScope == "catalog:read" {
		platforms = append(platforms, "catalog:write") // which includes it
	}
	others := slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == r.Scope || slices.Contains(platforms, s) })
	every, allOthers, needed := strings.Join(scopes, " "), strings.Join(others, " "), cmp.Or(r.Scope, r.PlatformScope)
	withoutProject := accessDenied
	if len(platforms) > 0 {
		withoutProject = ""
	}
	cases := []accessCase{
		{"no project, every scope", every, nil, withoutProject},
		{"a foreign project, every scope", every, []string{stranger}, withoutProject},
		{"a foreign project, every other scope", allOthers, []string{stranger}, accessDenied},
		{"a foreign project, no scope", "", []string{stranger}, accessDenied},
		{"no project, no scope", "", nil, accessDenied},
		{"no scope", "", []string{self}, missingScope},
		{"every other scope", allOthers, []string{self, stranger}, missingScope},
		{"the right scope", needed, []string{self}, ""},
		{"the right scope among others", every, []string{stranger, self}, ""},
	}
	if r.Scope != "" {
		cases = append(cases, accessCase{"a foreign project, the member's scope", r.Scope, []string{stranger}, accessDenied})
	}
	for _, scope := range platforms {
		cases = append(cases, accessCase{"a foreign project, " + scope, scope, []string{stranger}, ""})
	}
	if !strings.Contains(r.Path, "{projectId}") { // it is of all that the token names
		for i, c := range cases {
			if c.code == accessDenied {
				cases[i].code = map[bool]string{true: "", false: missingScope}[slices.Contains(strings.Fields(c.scope), needed)]
			}
		}
		return cases
	}
	for _, project := range []string{self + "x", self[:len(self)-1], strings.ToUpper(self), "*", self + "," + stranger, "[" + self, self + "/.."} {
		cases = append(cases, accessCase{"the project " + project, allOthers, []string{project}, accessDenied})
	}
	for _, scope := range others {
		cases = append(cases, accessCase{"only " + scope, scope, []string{self}, missingScope})
	}
	family, _, _ := strings.Cut(needed, ":")
	for _, scope := range []string{needed + "x", "x" + needed, strings.ToUpper(needed), family, family + ":", family + ":*", "*", needed + "," + others[0], "[" + needed + "]"} {
		cases = append(cases, accessCase{"the scope " + scope, scope, []string{self}, missingScope})
	}
	return cases
}

// Every route of the document, with every relation of a good token to the
// project and the scope that it needs.
func TestAccessIsAsTheDocumentSays(t *testing.T) {
	routes, scopes := openapitest.Routes(t)
	kit.OnEachStore(t, func(e *kit.Environment) {
		for i, r := range routes {
			if r.Public() {
				e.Send("", r.Method, r.Path, nil).Is(200)
				continue
			}
			s := e.Sample(e.ID(fmt.Sprint("self", i)))
			before := s.State()
			for _, test := range casesOf(r, scopes, s.Self, s.Other) {
				if test.code != "" {
					checkRefusal(e, r, test, e.Send(e.Token(test.scope, test.projects...), r.Method, s.Address(r), r.Bodies[0]))
				}
			}
			if after := s.State(); after != before {
				t.Errorf("%s: refused requests changed\n%s\nto\n%s", r, before, after)
			}
			checkAllowed(e, s, r, scopes)
		}
	})
}

// A catalog scope of an application that is not the platform's counts for
// nothing, whatever else is in the token; a tenant's own right stays.
func TestOnlyThePlatformsApplicationsAreThePlatform(t *testing.T) {
	platform, err := httpapi.ParsePlatformClients("operations, platform")
	if err != nil {
		t.Fatal(err)
	}
	routes, scopes := openapitest.Routes(t)
	e := kit.Start(t, runner.Config{PlatformClients: platform})
	token := func(client, scope string, projects ...string) string {
		token := e.Send("", "POST", "/local/token", api.Object{"sub": "tester", "clientId": client, "scope": scope, "projects": projects}).Is(200).Text("access_token")
		kit.SecretTokens(token)
		return token
	}
	operator := token("operations", "catalog:write")
	for i, r := range routes {
		if r.PlatformScope == "" {
			continue
		}
		s := e.ByPlatform(operator).Sample(e.ID(fmt.Sprint("self", i)))
		before := s.State()
		every := strings.Join(scopes, " ")
		for _, client := range []string{"", "tenant", "platforms", "*"} {
			for _, projects := range [][]string{nil, {s.Other}} {
				e.Send(token(client, every, projects...), r.Method, s.Address(r), r.Bodies[0]).Refused(403, "PlatformOnly")
			}
			if r.Scope == "" {
				e.Send(token(client, every, s.Self), r.Method, s.Address(r), r.Bodies[0]).Refused(403, "PlatformOnly")
			}
		}
		if after := s.State(); after != before {
			t.Errorf("%s: refused requests changed\n%s\nto\n%s", r, before, after)
		}
		if a := e.Send(token("platform", r.PlatformScope), r.Method, s.Address(r), r.Bodies[0]); !letIn(a) {
			t.Errorf("%s of the platform got %s", r, a.Raw)
		}
	}
}

func checkRefusal(e *kit.Environment, r openapitest.Route, test accessCase, a kit.Response) {
	e.T.Helper()
	if a.Status != 403 || a.Code() != test.code {
		e.T.Errorf("%s with %s got %d, not %s: %s", r, test.name, a.Status, test.code, a.Raw)
	}
	if test.code == missingScope && a.Body["requiredScope"] != cmp.Or(r.Scope, r.PlatformScope) {
		e.T.Errorf("%s with %s: the required scope is %v", r, test.name, a.Body["requiredScope"])
	}
}

// letIn reports whether a response is no refusal of who asks. The content of the
// sample's images is not that of every example, and its projects have some.
func letIn(a kit.Response) bool {
	return a.Status >= 200 && a.Status <= 299 || a.Code() == "ImageConflict" || a.Code() == "ProjectNotEmpty"
}

// platformSays: an example but the first may be of what only the platform says.
func platformSays(a kit.Response, r openapitest.Route, test accessCase) bool {
	return a.Code() == missingScope && a.Body["requiredScope"] == r.PlatformScope && !slices.Contains(strings.Fields(test.scope), r.PlatformScope)
}

// checkAllowed gives every case that changes something a sample of its own.
func checkAllowed(e *kit.Environment, s kit.Sample, r openapitest.Route, scopes []string) {
	e.T.Helper()
	allowed, first := 0, s.Self
	for i, test := range casesOf(r, scopes, s.Self, s.Other) {
		if test.code != "" {
			continue
		}
		allowed++
		if r.Method != "GET" {
			s = e.Sample(fmt.Sprint(first, "-", i))
			test = casesOf(r, scopes, s.Self, s.Other)[i]
		}
		for n, body := range r.Bodies {
			if a := e.Send(e.Token(test.scope, test.projects...), r.Method, s.Address(r), body); !letIn(a) && !(n > 0 && platformSays(a, r, test)) {
				e.T.Errorf("%s with %s and example %d got %s", r, test.name, n, a.Raw)
			}
		}
	}
	if allowed < 2 {
		e.T.Errorf("nobody may call %s", r)
	}
}
