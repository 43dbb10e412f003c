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
	in := func(name string, values ...string) attempt { return attempt{header: http.Header{name: values}} }
	const claims = `{"authorizer":{"jwt":{"claims":{"projects":"self","scope":"images:read images:share images:save catalog:write"}}}}`
	return map[string]attempt{
		"nothing":              {},
		"Basic":                in("Authorization", "Basic "+good),
		"two tokens":           in("Authorization", "Bearer "+good, "Bearer "+good),
		"the query":            {query: "?access_token=" + good},
		"a cookie":             in("Cookie", "access_token="+good+"; Authorization=Bearer "+good),
		"a proxy's header":     in("Proxy-Authorization", "Bearer "+good),
		"X-Authorization":      in("X-Authorization", "Bearer "+good),
		"X-Amz-Security-Token": in("X-Amz-Security-Token", good),
		"a made-up context":    in("X-GoLambdaProxy-ApiGw-Context", claims),
		"made-up claims":       in("X-Amzn-Request-Context", claims),
	}
}

// Without a good token nothing happens on any route that asks for one. The
// store is never reached, so one is enough.
func TestNobodyGetsInWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	routes, scopes := openapitest.Routes(t)
	e := kit.Start(t, runner.Config{})
	s := e.Sample("self")
	every := strings.Join(scopes, " ")
	good := e.Token(every, s.Self)
	attempts := misplaced(good)
	for name, token := range badTokens(e, good, every, s.Self) {
		attempts[name] = bearer(token)
	}
	before := s.State()
	for _, r := range routes {
		for name, attempt := range attempts {
			a := attempt.send(e, r.Method, s.Address(r), r.Bodies[0])
			switch {
			case r.Public() && attempt.query == "":
				a.Is(200)
			case !r.Public() && (a.Status != 401 || a.Code() != "Unauthenticated" || a.Header.Get("WWW-Authenticate") != "Bearer"):
				t.Errorf("%s with %s got %d %s", r, name, a.Status, a.Raw)
			}
		}
		// The query is looked at after the token and before anything happens.
		if a := bearer(good).send(e, r.Method, s.Address(r)+"?unknown=1", r.Bodies[0]); a.Status != 400 {
			t.Errorf("%s with a good token got %d %s", r, a.Status, a.Raw)
		}
	}
	if after := s.State(); after != before {
		t.Errorf("refused requests changed\n%s\nto\n%s", before, after)
	}
}

// badTokens are some that the gateway refuses: all there are, are in its own
// tests. These are to be refused on every route.
func badTokens(e *kit.Environment, good, scope, project string) map[string]string {
	e.T.Helper()
	parts, other := strings.Split(good, "."), strings.Split(e.Token("", project), ".")
	expired := e.Send("", "POST", "/local/token", api.Object{"sub": "tester", "scope": scope, "projects": []string{project}, "expiresIn": -1})
	return map[string]string{
		"an expired token":          expired.Is(200).Text("access_token"),
		"another token's signature": parts[0] + "." + parts[1] + "." + other[2],
		"no signature":              parts[0] + "." + parts[1] + ".",
		"a mark":                    kit.Mark,
	}
}

func (a attempt) send(e *kit.Environment, method, path string, body any) kit.Response {
	e.T.Helper()
	kit.SecretTokens(fmt.Sprint(a))
	return e.Must(api.Request{Method: method, Path: path + a.query, Header: a.header, Body: body})
}
