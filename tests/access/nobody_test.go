package access

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// attempt is a way to send a token, or none.
type attempt struct {
	header http.Header
	query  string
}

func bearer(token string) attempt {
	return attempt{header: http.Header{"Authorization": {"Bearer " + token}}}
}

// misplaced are ways to send no token, or a good one where it does not count.
func misplaced(good string) map[string]attempt {
	other := func(name, value string) attempt { return attempt{header: http.Header{name: {value}}} }
	authorization := func(values ...string) attempt {
		return attempt{header: http.Header{"Authorization": values}}
	}
	const claims = `{"authorizer":{"jwt":{"claims":{"projects":"self","scope":"images:read images:share images:save catalog:write"}}}}`
	return map[string]attempt{
		"nothing":              {},
		"an empty header":      authorization(""),
		"an empty Bearer":      authorization("Bearer"),
		"a Bearer and a space": authorization("Bearer "),
		"a Bearer and spaces":  authorization("Bearer    "),
		"no scheme":            authorization(good),
		"Basic":                authorization("Basic " + good),
		"Digest":               authorization("Digest " + good),
		"two schemes":          authorization("Basic Bearer " + good),
		"no space":             authorization("Bearer" + good),
		"a tab":                authorization("Bearer\t" + good),
		"a colon":              authorization("Bearer:" + good),
		"quotes":               authorization(`Bearer "` + good + `"`),
		"two tokens":           authorization("Bearer "+good, "Bearer "+good),
		"two in one":           authorization("Bearer " + good + ", Bearer " + good),
		"a word after it":      authorization("Bearer " + good + " x"),
		"the query":            {query: "?access_token=" + good},
		"a cookie":             other("Cookie", "access_token="+good+"; Authorization=Bearer "+good),
		"a proxy's header":     other("Proxy-Authorization", "Bearer "+good),
		"X-Authorization":      other("X-Authorization", "Bearer "+good),
		"X-Amz-Security-Token": other("X-Amz-Security-Token", good),
		"a made-up context":    other("X-GoLambdaProxy-ApiGw-Context", claims),
		"made-up claims":       other("X-Amzn-Request-Context", claims),
	}
}

// Without a good token nothing happens on any route that asks for one. The
// store is never reached, so one is enough.
func TestNobodyGetsInWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	routes, scopes := openapitest.Routes(t)
	dir := t.TempDir()
	e := kit.Start(t, runner.Config{DataDir: dir})
	c := e.Cast("self")
	f := newForge(e, dir)
	f.projects, f.scope = []string{c.Self}, strings.Join(scopes, " ")

	attempts := misplaced(f.token(nil, nil, nil))
	for _, bad := range []map[string]string{f.badSignatures(), f.badClaims()} {
		for name, token := range bad {
			attempts[name] = bearer(token)
		}
	}
	good := f.goodTokens()
	before := c.State()
	for _, r := range routes {
		for name, attempt := range attempts {
			a := attempt.send(e, r.Method, c.Address(r), r.Bodies[0])
			switch {
			case r.Public() && attempt.query == "":
				a.Is(200)
			case !r.Public() && (a.Status != 401 || a.Code() != "Unauthenticated" || a.Header.Get("WWW-Authenticate") != "Bearer"):
				t.Errorf("%s with %s was answered %d %s", r, name, a.Status, a.Raw)
			}
		}
		for name, token := range good {
			// The query is looked at after the token and before anything happens.
			if a := bearer(token).send(e, r.Method, c.Address(r)+"?unknown=1", r.Bodies[0]); a.Status != 400 {
				t.Errorf("%s with a good token, %s, was answered %d %s", r, name, a.Status, a.Raw)
			}
		}
	}
	if after := c.State(); after != before {
		t.Errorf("refused requests changed\n%s\nto\n%s", before, after)
	}
}

func (a attempt) send(e *kit.Environment, method, path string, body any) kit.Response {
	e.T.Helper()
	kit.SecretTokens(fmt.Sprint(a))
	return e.Must(api.Request{Method: method, Path: path + a.query, Header: a.header, Body: body})
}
