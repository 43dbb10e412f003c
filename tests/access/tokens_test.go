package access

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
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
	jwk := api.Object{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(stranger.N.Bytes()), "e": "AQAB", "kid": f.kid}
	bad := map[string]string{
		"another key":               f.token(nil, nil, strangers),
		"another key and its kid":   f.token(api.Object{"kid": "stranger"}, nil, strangers),
		"another key in jwk":        f.token(api.Object{"jwk": jwk}, nil, strangers),
		"another key in jwk alone":  f.token(api.Object{"jwk": jwk, "kid": nil}, nil, strangers),
		"another key by jku":        f.token(api.Object{"jku": "http://127.0.0.1:1/jwks.json"}, nil, strangers),
		"another key by x5u":        f.token(api.Object{"x5u": "http://127.0.0.1:1/cert.pem"}, nil, strangers),
		"another key in x5c":        f.token(api.Object{"x5c": []string{"AAAA"}}, nil, strangers),
		"another token's signature": f.token(nil, api.Object{"sub": "other"}, always(signed)),
		"one bit flipped":           f.token(nil, nil, always(flipped)),
		"half a signature":          f.token(nil, nil, always(signed[:128])),
		"a longer signature":        f.token(nil, nil, always(append(signed, 0))),
		"no signature":              f.token(nil, nil, always(nil)),
		"zeros":                     f.token(nil, nil, always(make([]byte, 256))),
		"one":                       f.token(nil, nil, always(append(make([]byte, 255), 1))),
		"a changed payload":         parts[0] + "." + f.part(api.Object{"projects": f.projects, "scope": f.scope}) + "." + parts[2],
		"no third part":             parts[0] + "." + parts[1],
		"a fourth part":             good + ".",
		"a fourth part of text":     good + "." + parts[2],
		"a letter more":             good + "A",
		"padding":                   good + "==",
		"only dots":                 "..",
		"the parts in JSON":         `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"PS256 with the right key":  f.token(api.Object{"alg": "PS256"}, nil, f.pss(f.key)),
		"PS256 signed, RS256 said":  f.token(nil, nil, f.pss(f.key)),
		"SHA-512 signed, RS256":     f.token(nil, nil, f.rsa(f.key, crypto.SHA512)),
		"no alg":                    f.token(api.Object{"alg": nil}, nil, nil),
		"an alg in small letters":   f.token(api.Object{"alg": "rs256"}, nil, nil),
		"a list of algs":            f.token(api.Object{"alg": []string{"RS256", "none"}}, nil, nil),
		// An error that quotes what is in the token would bring these into the log.
		"a huge number":    f.token(api.Object{"x": json.Number(kit.HugeNumber)}, nil, nil),
		"a mark for alg":   f.token(api.Object{"alg": kit.Mark}, nil, nil),
		"a mark for kid":   f.token(api.Object{"kid": kit.Mark}, nil, nil),
		"a mark for crit":  f.token(api.Object{"crit": []string{kit.Mark}}, nil, nil),
		"a mark as a name": f.token(api.Object{kit.Mark: json.Number(kit.HugeNumber)}, nil, nil),
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "", " none"} {
		bad["alg "+alg] = f.token(api.Object{"alg": alg}, nil, always(nil))
		bad["alg "+alg+" without kid"] = f.token(api.Object{"alg": alg, "kid": nil}, nil, always(nil))
		bad["alg "+alg+", well signed"] = f.token(api.Object{"alg": alg}, nil, nil)
	}
	for name, secret := range f.publicKeyTexts() {
		bad["HS256 with the public key, "+name] = f.token(api.Object{"alg": "HS256"}, nil, hmacOf(sha256.New, secret))
		bad["HS384 with the public key, "+name] = f.token(api.Object{"alg": "HS384"}, nil, hmacOf(sha512.New384, secret))
		bad["HS512 with the public key, "+name] = f.token(api.Object{"alg": "HS512"}, nil, hmacOf(sha512.New, secret))
		bad["HS256 called RS256, "+name] = f.token(nil, nil, hmacOf(sha256.New, secret))
	}
	return bad
}

// badClaims are tokens that are well signed and still not for this service, or
// not for now.
func (f forge) badClaims() map[string]string {
	f.t.Helper()
	now := time.Now().Unix()
	bad := map[string]string{"a critical extension": f.token(api.Object{"crit": []string{"b64"}, "b64": false}, nil, nil)}
	for name, kid := range map[string]any{"wrong": "wrong", "missing": nil, "empty": "", "a number": 1, "a list": []string{f.kid}, "a path": "../../../dev/null", "a query": "' OR 1=1 --", "nearly right": f.kid + "x"} {
		bad["kid "+name] = f.token(api.Object{"kid": kid}, nil, nil)
	}
	for claim, wrong := range map[string]map[string]any{
		"exp": {"a second ago": now - 1, "long ago": 1, "zero": 0, "negative": -1, "missing": nil, "a text": "tomorrow", "a number as a text": fmt.Sprint(now + 600), "a list": []int64{now + 600}, "true": true, "a mark": kit.Mark},
		"nbf": {"in a minute": now + 60, "in a year": now + 31536000, "a text": "yesterday", "a list": []int64{now}, "negative": -1},
		"iat": {"in a minute": now + 60, "in a year": now + 31536000, "a text": "yesterday", "negative": -1},
		"sub": {"missing": nil, "empty": "", "blank": " \t\u00a0", "with a line break": "forger\n" + kit.Mark, "with NUL": "forger\x00"},
		"iss": {"a mark": kit.Mark, "another": "https://issuer.example.com", "with a slash": f.issuer + "/", "the beginning of it": f.issuer[:len(f.issuer)-1], "in capitals": strings.ToUpper(f.issuer), "missing": nil, "empty": "", "a list": []string{f.issuer}, "an object": api.Object{"a": f.issuer}},
		"aud": {"a mark": kit.Mark, "another": "other", "nearly right": "image-sharing2", "in capitals": "IMAGE-SHARING", "missing": nil, "empty": "", "no list": []string{}, "a list of others": []string{"a", "b"}, "a number": 1, "an object": api.Object{"image-sharing": true}, "null in a list": []any{nil}},
	} {
		for name, value := range wrong {
			bad[claim+" "+name] = f.token(nil, api.Object{claim: value}, nil)
		}
	}
	// Numbers that are no time, though the library makes one of each.
	for _, claim := range []string{"exp", "nbf", "iat"} {
		for _, number := range []string{"253402300800", "9223372036854775807", "1e19", "1e999", "-1e999", kit.HugeNumber} {
			bad[fmt.Sprintf("%s %.20s", claim, number)] = f.token(nil, api.Object{claim: json.Number(number)}, nil)
		}
	}
	bad["client_id does not stand in for a wrong aud"] = f.token(nil, api.Object{"aud": "other", "client_id": "image-sharing"}, nil)
	return bad
}

// goodTokens pass the gateway, however else they differ.
func (f forge) goodTokens() map[string]string {
	f.t.Helper()
	return map[string]string{
		"usual":                 f.token(nil, nil, nil),
		"RS384":                 f.token(api.Object{"alg": "RS384"}, nil, f.rsa(f.key, crypto.SHA384)),
		"RS512":                 f.token(api.Object{"alg": "RS512"}, nil, f.rsa(f.key, crypto.SHA512)),
		"aud in a list":         f.token(nil, api.Object{"aud": []string{"other", "image-sharing"}}, nil),
		"client_id for aud":     f.token(nil, api.Object{"aud": nil, "client_id": "image-sharing"}, nil),
		"projects in a text":    f.token(nil, api.Object{"projects": strings.Join(f.projects, " ")}, nil),
		"neither iat nor nbf":   f.token(nil, api.Object{"iat": nil, "nbf": nil}, nil),
		"a typ of another kind": f.token(api.Object{"typ": "at+jwt"}, nil, nil),
	}
}
