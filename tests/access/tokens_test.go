package e2e

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
)

// badSignatures are tokens of which the signature, or what it is made with, is
// not the issuer's.
func (f forge) badSignatures() map[string]string {
	f.t.Helper()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.t.Fatal(err)
	}
	good := f.token(nil, nil, nil)
	parts := strings.Split(good, ".")
	signed, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		f.t.Fatal(err)
	}
	flipped := append([]byte(nil), signed...)
	flipped[0] ^= 1
	strangers := f.rsa(stranger, crypto.SHA256)
	jwk := object{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(stranger.N.Bytes()), "e": "AQAB", "kid": f.kid}
	bad := map[string]string{
		"another key":               f.token(nil, nil, strangers),
		"another key and its kid":   f.token(object{"kid": "stranger"}, nil, strangers),
		"another key in jwk":        f.token(object{"jwk": jwk}, nil, strangers),
		"another key in jwk alone":  f.token(object{"jwk": jwk, "kid": nil}, nil, strangers),
		"another key by jku":        f.token(object{"jku": "http://127.0.0.1:1/jwks.json"}, nil, strangers),
		"another key by x5u":        f.token(object{"x5u": "http://127.0.0.1:1/cert.pem"}, nil, strangers),
		"another key in x5c":        f.token(object{"x5c": []string{"AAAA"}}, nil, strangers),
		"another token's signature": f.token(nil, object{"sub": "other"}, always(signed)),
		"one bit flipped":           f.token(nil, nil, always(flipped)),
		"half a signature":          f.token(nil, nil, always(signed[:128])),
		"a longer signature":        f.token(nil, nil, always(append(signed, 0))),
		"no signature":              f.token(nil, nil, always(nil)),
		"zeros":                     f.token(nil, nil, always(make([]byte, 256))),
		"one":                       f.token(nil, nil, always(append(make([]byte, 255), 1))),
		"a changed payload":         parts[0] + "." + f.part(object{"projects": f.projects, "scope": f.scope}) + "." + parts[2],
		"no third part":             parts[0] + "." + parts[1],
		"a fourth part":             good + ".",
		"a fourth part of text":     good + "." + parts[2],
		"a letter more":             good + "A",
		"padding":                   good + "==",
		"only dots":                 "..",
		"the parts in JSON":         `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"PS256 with the right key":  f.token(object{"alg": "PS256"}, nil, f.pss(f.key)),
		"PS256 signed, RS256 said":  f.token(nil, nil, f.pss(f.key)),
		"SHA-512 signed, RS256":     f.token(nil, nil, f.rsa(f.key, crypto.SHA512)),
		"no alg":                    f.token(object{"alg": nil}, nil, nil),
		"an alg in small letters":   f.token(object{"alg": "rs256"}, nil, nil),
		"a list of algs":            f.token(object{"alg": []string{"RS256", "none"}}, nil, nil),
		// An error that quotes what is in the token would bring these into the log.
		"a huge number":    f.token(object{"x": json.Number(hostileNumber)}, nil, nil),
		"a mark for alg":   f.token(object{"alg": hostileMark}, nil, nil),
		"a mark for kid":   f.token(object{"kid": hostileMark}, nil, nil),
		"a mark for crit":  f.token(object{"crit": []string{hostileMark}}, nil, nil),
		"a mark as a name": f.token(object{hostileMark: json.Number(hostileNumber)}, nil, nil),
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "", " none"} {
		bad["alg "+alg] = f.token(object{"alg": alg}, nil, always(nil))
		bad["alg "+alg+" without kid"] = f.token(object{"alg": alg, "kid": nil}, nil, always(nil))
		bad["alg "+alg+", well signed"] = f.token(object{"alg": alg}, nil, nil)
	}
	for name, secret := range f.publicKeyTexts() {
		bad["HS256 with the public key, "+name] = f.token(object{"alg": "HS256"}, nil, hmacOf(sha256.New, secret))
		bad["HS384 with the public key, "+name] = f.token(object{"alg": "HS384"}, nil, hmacOf(sha512.New384, secret))
		bad["HS512 with the public key, "+name] = f.token(object{"alg": "HS512"}, nil, hmacOf(sha512.New, secret))
		bad["HS256 called RS256, "+name] = f.token(nil, nil, hmacOf(sha256.New, secret))
	}
	return bad
}

// badClaims are tokens that are well signed and still not for this service, or
// not for now.
func (f forge) badClaims() map[string]string {
	f.t.Helper()
	now := time.Now().Unix()
	bad := map[string]string{"a critical extension": f.token(object{"crit": []string{"b64"}, "b64": false}, nil, nil)}
	for name, kid := range map[string]any{"wrong": "wrong", "missing": nil, "empty": "", "a number": 1, "a list": []string{f.kid}, "a path": "../../../dev/null", "a query": "' OR 1=1 --", "nearly right": f.kid + "x"} {
		bad["kid "+name] = f.token(object{"kid": kid}, nil, nil)
	}
	for claim, wrong := range map[string]map[string]any{
		"exp": {"a second ago": now - 1, "long ago": 1, "zero": 0, "negative": -1, "missing": nil, "a text": "tomorrow", "a number as a text": fmt.Sprint(now + 600), "a list": []int64{now + 600}, "true": true, "a mark": hostileMark},
		"nbf": {"in a minute": now + 60, "in a year": now + 31536000, "a text": "yesterday", "a list": []int64{now}, "negative": -1},
		"iat": {"in a minute": now + 60, "in a year": now + 31536000, "a text": "yesterday", "negative": -1},
		"sub": {"missing": nil, "empty": "", "blank": " \t\u00a0", "with a line break": "forger\n" + hostileMark, "with NUL": "forger\x00"},
		"iss": {"a mark": hostileMark, "another": "https://issuer.example.com", "with a slash": f.issuer + "/", "the beginning of it": f.issuer[:len(f.issuer)-1], "in capitals": strings.ToUpper(f.issuer), "missing": nil, "empty": "", "a list": []string{f.issuer}, "an object": object{"a": f.issuer}},
		"aud": {"a mark": hostileMark, "another": "other", "nearly right": "image-sharing2", "in capitals": "IMAGE-SHARING", "missing": nil, "empty": "", "no list": []string{}, "a list of others": []string{"a", "b"}, "a number": 1, "an object": object{"image-sharing": true}, "null in a list": []any{nil}},
	} {
		for name, value := range wrong {
			bad[claim+" "+name] = f.token(nil, object{claim: value}, nil)
		}
	}
	// Numbers that are no time, though the library makes one of each.
	for _, claim := range []string{"exp", "nbf", "iat"} {
		for _, number := range []string{"253402300800", "9223372036854775807", "1e19", "1e999", "-1e999", hostileNumber} {
			bad[fmt.Sprintf("%s %.20s", claim, number)] = f.token(nil, object{claim: json.Number(number)}, nil)
		}
	}
	bad["client_id does not stand in for a wrong aud"] = f.token(nil, object{"aud": "other", "client_id": "image-sharing"}, nil)
	return bad
}

// goodTokens pass the gateway, however else they differ.
func (f forge) goodTokens() map[string]string {
	f.t.Helper()
	return map[string]string{
		"usual":                 f.token(nil, nil, nil),
		"RS384":                 f.token(object{"alg": "RS384"}, nil, f.rsa(f.key, crypto.SHA384)),
		"RS512":                 f.token(object{"alg": "RS512"}, nil, f.rsa(f.key, crypto.SHA512)),
		"aud in a list":         f.token(nil, object{"aud": []string{"other", "image-sharing"}}, nil),
		"client_id for aud":     f.token(nil, object{"aud": nil, "client_id": "image-sharing"}, nil),
		"projects in a text":    f.token(nil, object{"projects": strings.Join(f.projects, " ")}, nil),
		"neither iat nor nbf":   f.token(nil, object{"iat": nil, "nbf": nil}, nil),
		"a typ of another kind": f.token(object{"typ": "at+jwt"}, nil, nil),
	}
}

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
// engine is never reached, so one is enough.
func TestNobodyGetsInWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	routes, scopes := accessRoutes(t)
	dir := t.TempDir()
	w := start(t, runner.Config{DataDir: dir, Engine: runner.SQLite})
	tokens := newAccessTokens(w)
	c := newAccessCast(w, tokens, "self")
	f := newForge(w, dir)
	f.projects, f.scope = []string{c.self}, strings.Join(scopes, " ")

	attempts := misplaced(f.token(nil, nil, nil))
	for _, bad := range []map[string]string{f.badSignatures(), f.badClaims()} {
		for name, token := range bad {
			attempts[name] = bearer(token)
		}
	}
	good := f.goodTokens()
	before := c.state(tokens)
	for _, r := range routes {
		for name, attempt := range attempts {
			a := attempt.send(w, r.method, c.address(r), r.bodies[0])
			switch {
			case r.public() && attempt.query == "":
				a.is(200)
			case !r.public() && (a.status != 401 || a.body["code"] != "Unauthenticated" || a.header.Get("WWW-Authenticate") != "Bearer"):
				t.Errorf("%s with %s answered %d %s", r, name, a.status, a.raw)
			}
		}
		for name, token := range good {
			// The query is looked at after the token and before anything happens.
			if a := bearer(token).send(w, r.method, c.address(r)+"?unknown=1", r.bodies[0]); a.status != 400 {
				t.Errorf("%s with a good token, %s, answered %d %s", r, name, a.status, a.raw)
			}
		}
	}
	if after := c.state(tokens); after != before {
		t.Errorf("refused requests changed\n%s\nto\n%s", before, after)
	}
}

func (a attempt) send(w *world, method, path string, body any) answer {
	w.t.Helper()
	secrets.add(fmt.Sprint(a))
	sender := *w
	sender.client = &http.Client{Transport: withHeaders{a.header, w.client.Transport}}
	return sender.send("", method, path+a.query, body)
}

// withHeaders sends headers as they are, be they the same twice.
type withHeaders struct {
	header http.Header
	next   http.RoundTripper
}

func (h withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	maps.Copy(r.Header, h.header)
	return h.next.RoundTrip(r)
}
