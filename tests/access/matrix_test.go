package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
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
func casesOf(r accessRoute, scopes []string, self, stranger string) []accessCase {
	others := slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == r.scope })
	every, allOthers := strings.Join(scopes, " "), strings.Join(others, " ")
	// Only the platform's routes take its scope in place of the project.
	withoutProject := accessDenied
	if r.anyProject {
		withoutProject = ""
	}
	cases := []accessCase{
		{"no project, every scope", every, nil, withoutProject},
		{"a foreign project, every scope", every, []string{stranger}, withoutProject},
		{"a foreign project, the right scope", r.scope, []string{stranger}, withoutProject},
		{"a foreign project, every other scope", allOthers, []string{stranger}, accessDenied},
		{"a foreign project, no scope", "", []string{stranger}, accessDenied},
		{"no project, no scope", "", nil, accessDenied},
		{"no scope", "", []string{self}, missingScope},
		{"every other scope", allOthers, []string{self, stranger}, missingScope},
		{"the right scope", r.scope, []string{self}, ""},
		{"the right scope among others", every, []string{stranger, self}, ""},
	}
	for _, project := range []string{self + "x", self[:len(self)-1], strings.ToUpper(self), "*", self + "," + stranger, "[" + self, self + "/.."} {
		cases = append(cases, accessCase{"the project " + project, allOthers, []string{project}, accessDenied})
	}
	for _, scope := range others {
		cases = append(cases, accessCase{"only " + scope, scope, []string{self}, missingScope})
	}
	family, _, _ := strings.Cut(r.scope, ":")
	for _, scope := range []string{r.scope + "x", "x" + r.scope, strings.ToUpper(r.scope), family, family + ":", family + ":*", "*", r.scope + "," + others[0], "[" + r.scope + "]"} {
		cases = append(cases, accessCase{"the scope " + scope, scope, []string{self}, missingScope})
	}
	return cases
}

// Every route of the document, with every relation of a good token to the
// project and the scope that it needs.
func TestAccessIsAsTheDocumentSays(t *testing.T) {
	routes, scopes := accessRoutes(t)
	eachEngine(t, func(w *world) {
		tokens := newAccessTokens(w)
		registerExampleProjects(w, tokens)
		for i, r := range routes {
			if r.public() {
				w.send("", r.method, r.path, nil).is(200)
				continue
			}
			c := newAccessCast(w, tokens, w.id(fmt.Sprint("self", i)))
			before := c.state(tokens)
			for _, test := range casesOf(r, scopes, c.self, c.other) {
				if test.code != "" {
					checkRefusal(w, r, test, w.send(tokens.of(test.scope, test.projects...), r.method, c.address(r), r.bodies[0]))
				}
			}
			if after := c.state(tokens); after != before {
				t.Errorf("%s: refused requests changed\n%s\nto\n%s", r, before, after)
			}
			checkAllowed(c, tokens, r, scopes)
		}
	})
}

func checkRefusal(w *world, r accessRoute, test accessCase, a answer) {
	w.t.Helper()
	if a.status != 403 || a.body["code"] != test.code {
		w.t.Errorf("%s with %s answered %d, not %s: %s", r, test.name, a.status, test.code, a.raw)
	}
	if test.code == missingScope && a.body["requiredScope"] != r.scope {
		w.t.Errorf("%s with %s: the required scope is %v", r, test.name, a.body["requiredScope"])
	}
}

// checkAllowed gives every case that changes something a cast of its own.
func checkAllowed(c accessCast, tokens *accessTokens, r accessRoute, scopes []string) {
	c.w.t.Helper()
	allowed, first := 0, c.self
	for i, test := range casesOf(r, scopes, c.self, c.other) {
		if test.code != "" {
			continue
		}
		allowed++
		if r.method != "GET" {
			c = newAccessCast(c.w, tokens, fmt.Sprint(first, "-", i))
			test = casesOf(r, scopes, c.self, c.other)[i]
		}
		for n, body := range r.bodies {
			if a := c.w.send(tokens.of(test.scope, test.projects...), r.method, c.address(r), body); a.status < 200 || a.status > 299 {
				c.w.t.Errorf("%s with %s and example %d answered %s", r, test.name, n, a.raw)
			}
		}
	}
	if allowed < 2 {
		c.w.t.Errorf("nobody may call %s", r)
	}
}
