package httpapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

func TestParseProjects(t *testing.T) {
	for claim, want := range map[string][]string{
		"":              nil,
		"a":             {"a"},
		"a b-c  d":      {"a", "b-c", "d"},
		`["a","b"]`:     nil, // package apigateway makes [a b] of an array
		`["a"]`:         nil, // or an element with quotes
		"[]":            nil,
		"[a b]":         {"a", "b"},
		"[a]":           {"a"},
		"[1 2]":         {"1", "2"},
		"[1]":           {"1"},
		"[null]":        {"null"}, // an id like any other
		`["a", 1]`:      nil,
		`{"x":"y a z"}`: nil,
		"{x a}":         nil,
		// Not all of them are ids, so it was not made of ids.
		`["a b"]`:                      nil,
		`["a",""]`:                     nil,
		"a\u00a0b":                     nil, // only a space ends a word
		"a\tb":                         nil,
		"[my team's a]":                nil,
		`[a "b"]`:                      nil,
		`["a" "b"]`:                    nil, // each with quotes of its own
		`["a","\"b\""]`:                nil,
		"a *":                          nil,
		strings.Repeat("a", 65) + " b": nil,
		// No list of texts: an array that does not end, or has something behind it
		// or inside, and an object.
		"[a b":        nil,
		"a b]":        nil,
		"[a b] c":     nil,
		"[[a b]]":     nil,
		"[a [b c]]":   nil,
		`[["a"]]`:     nil,
		"map[x:a b]":  nil,
		"a map[x: b]": nil,
	} {
		if got := parseProjects(claim); !slices.Equal(got, want) {
			t.Errorf("%q: %q, not %q", claim, got, want)
		}
	}
}

func TestAuthorize(t *testing.T) {
	const denied, missing = sharing.CodeProjectAccessDenied, sharing.CodeMissingScope
	const only = sharing.CodePlatformOnly
	read := Route{Scope: scopeRead, PlatformScope: scopeCatalogRead}
	share := Route{Scope: scopeShare}
	catalog := Route{PlatformScope: scopeCatalogWrite}
	remove := Route{Scope: scopeWrite, PlatformScope: scopeCatalogWrite}
	for name, c := range map[string]struct {
		route            Route
		projects, scopes string
		want             sharing.Code // "" for allowed
	}{
		"public":                          {Route{}, "", "", ""},
		"member with scope":               {read, "x p", "images:share images:read", ""},
		"member without scope":            {read, "p", "images:share", missing},
		"stranger with scope":             {read, "x", "images:read", denied},
		"stranger without scope":          {read, "x", "", denied}, // the project comes first
		"part of a scope":                 {read, "p", "images:readonly images", missing},
		"part of a project":               {read, "pp", "images:read", denied},
		"catalog, any project":            {catalog, "", "catalog:write", ""},
		"catalog:read, any project":       {read, "", "catalog:read", ""},
		"catalog:write includes it":       {read, "", "catalog:write", ""},
		"catalog:read does not write":     {catalog, "", "catalog:read", denied},
		"catalog:read of a member":        {catalog, "p", "catalog:read", missing},
		"catalog scope of a tenant's":     {catalog, "p", "catalog:write by-tenant", only},
		"the same for another project":    {read, "x", "catalog:read by-tenant", only},
		"a tenant's own right":            {remove, "p", "images:write catalog:write by-tenant", ""},
		"the platform has no share scope": {share, "", "catalog:write images:share", denied},
		"catalog, stranger without scope": {catalog, "x", "images:read", denied},
		"catalog, member without scope":   {catalog, "p", "images:read", missing},
		"scopes with another space":       {read, "p", "images:share\u00a0images:read", missing},
		"scopes with a tab":               {read, "p", "images:share\timages:read", missing},
		"scopes in an array":              {read, "p", "[images:share images:read]", missing},
		"scopes in an object":             {read, "p", "map[x: images:read ]", missing},
		"projects with another space":     {read, "x\u00a0p", "images:read", denied},
		"projects in an array in another": {read, "[x [p]]", "images:read", denied},
		"projects in an object":           {read, "map[x: p ]", "images:read", denied},
	} {
		t.Run(name, func(t *testing.T) {
			client := "console"
			if strings.Contains(c.scopes, "by-tenant") {
				client = "tenant"
			}
			caller := PlatformClients{ids: []string{"platform", "console"}}.callerOf(map[string]string{"projects": c.projects, "scope": c.scopes, "azp": client})
			err := authorize(caller, "p", c.route)
			var e *sharing.Error
			if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &e) || e.Code != c.want) {
				t.Fatalf("got %v, not %q", err, c.want)
			}
			if c.want == missing && e.Extension["requiredScope"] != cmp.Or(c.route.Scope, c.route.PlatformScope) {
				t.Errorf("requiredScope is %v", e.Extension["requiredScope"])
			}
		})
	}
}

func TestPlatformClients(t *testing.T) {
	for list, want := range map[string][2]bool{ // of "platform", and of none
		"platform":          {true, false},
		"console, platform": {true, false},
		"console":           {false, false},
		"*":                 {true, true},
		"console,*":         {true, true},
		"platforms":         {false, false},
	} {
		c, err := ParsePlatformClients(list)
		if got := [2]bool{c.include("platform"), c.include("")}; err != nil || got != want {
			t.Errorf("%q: %v, %v", list, got, err)
		}
	}
	for _, list := range []string{"", " ", ",", " , "} {
		if c, err := ParsePlatformClients(list); err == nil {
			t.Errorf("%q is %+v", list, c)
		}
	}
}

// A token of RFC 9068 has client_id, one of OpenID Connect alone azp.
func TestClientOf(t *testing.T) {
	for want, claims := range map[string]map[string]string{
		"":  {"sub": "s"},
		"c": {"client_id": "c", "azp": "a"},
		"d": {"client_id": "d"},
		"a": {"client_id": "", "azp": "a"},
	} {
		if got := clientOf(claims); got != want {
			t.Errorf("the client of %v is %q, not %q", claims, got, want)
		}
	}
	for claim, want := range map[string]string{"a b": "a b", "中": "中", " ": "", "a\u202eb": "", "": ""} {
		if got := told(claim); got != want {
			t.Errorf("of %q is told %q, not %q", claim, got, want)
		}
	}
}

// TestScopesAreInOneOfTheirClaims: scp and roles count in a token without scope alone.
func TestScopesAreInOneOfTheirClaims(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]string
		want   []string
	}{
		"scope":                     {map[string]string{"scope": "images:read images:share"}, []string{"images:read", "images:share"}},
		"scp of Entra ID":           {map[string]string{"scp": "images:read images:share"}, []string{"images:read", "images:share"}},
		"roles of Entra ID":         {map[string]string{"roles": "[catalog:write images:read]"}, []string{"catalog:write", "images:read"}},
		"one role":                  {map[string]string{"roles": "[catalog:write]"}, []string{"catalog:write"}},
		"a person with a role":      {map[string]string{"scp": "images:read", "roles": "[images:save]"}, []string{"images:read"}},
		"scope goes before":         {map[string]string{"scope": "images:read", "scp": "images:share", "roles": "[catalog:write]"}, []string{"images:read"}},
		"an empty scope does too":   {map[string]string{"scope": "", "scp": "images:share"}, nil},
		"roles in roles":            {map[string]string{"roles": "[[catalog:write]]"}, nil},
		"an array in scp":           {map[string]string{"scp": "[images:read]"}, nil},
		"a token without any scope": {map[string]string{"sub": "alice"}, nil},
	} {
		if got := scopesOf(c.claims); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
