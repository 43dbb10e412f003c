package gateway

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/issuer"
)

// Keys are slow to make, so the tests share them. The issuer has the first.
var (
	issuerKey   = sync.OnceValue(newRSAKey)
	strangerKey = sync.OnceValue(newRSAKey)
)

func TestGoodTokens(t *testing.T) {
	i := served(t)
	now := time.Now().Unix()
	drafts := map[string]draft{
		"usual":                      {},
		"audience in a list":         {claims: claims{"aud": []string{"other", testAudience}}},
		"client_id without aud":      {claims: claims{"aud": nil, "client_id": testAudience}},
		"client_id is not looked at": {claims: claims{"client_id": "other"}},
		"no nbf, no iat":             {claims: claims{"nbf": nil, "iat": nil}},
		"typ of another kind":        {header: claims{"typ": "at+jwt"}},
		"expires soon":               {claims: claims{"exp": now + 60}},
		"expiry with a fraction":     {claims: claims{"exp": float64(now) + 60.5}},
	}
	for kind, v := range verifiers(t, i) {
		for name, d := range drafts {
			got, err := v.Verify(withAuthorization("Bearer " + d.signed(t, i)))
			if err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
			} else if got["sub"] != "alice" || got["iss"] != i.URL() {
				t.Errorf("%s, %s: claims %v", kind, name, got)
			}
		}
	}
}

func TestSchemeIsCaseInsensitive(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	v, token := NewLocalVerifier(i), draft{}.signed(t, i)
	for _, value := range []string{"Bearer " + token, "bearer " + token, "BEARER  " + token} {
		if _, err := v.Verify(withAuthorization(value)); err != nil {
			t.Errorf("%.8s: %v", value, err)
		}
	}
}

type badToken struct {
	name   string
	reason string // a part of the error
	draft  draft
}

func TestBadTokensAreRefused(t *testing.T) {
	i := served(t)
	now := time.Now().Unix()
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []badToken{
		{"expired", "expired", draft{claims: claims{"exp": now - 1}}},
		{"expires now", "expired", draft{claims: claims{"exp": now}}},
		{"no exp", "missing required claim", draft{claims: claims{"exp": nil}}},
		{"exp a string", "invalid", draft{claims: claims{"exp": "9999999999"}}},
		{"exp zero", "expired", draft{claims: claims{"exp": 0}}},
		{"nbf in the future", "not valid yet", draft{claims: claims{"nbf": now + 300}}},
		{"iat in the future", "used before issued", draft{claims: claims{"iat": now + 300}}},
		{"other issuer", "issuer", draft{claims: claims{"iss": "https://evil.test"}}},
		{"issuer with a slash more", "issuer", draft{claims: claims{"iss": i.URL() + "/"}}},
		{"no issuer", "missing required claim", draft{claims: claims{"iss": nil}}},
		{"other audience", "audience", draft{claims: claims{"aud": "other"}}},
		{"other audiences", "audience", draft{claims: claims{"aud": []string{"other", "another"}}}},
		{"aud empty", "audience", draft{claims: claims{"aud": ""}}},
		{"aud no string", "audience", draft{claims: claims{"aud": []any{testAudience, 1}}}},
		{"aud an object", "audience", draft{claims: claims{"aud": map[string]any{}}}},
		{"other aud, right client_id", "audience", draft{claims: claims{"aud": "other", "client_id": testAudience}}},
		{"other client_id", "audience", draft{claims: claims{"aud": nil, "client_id": "other"}}},
		{"neither aud nor client_id", "audience", draft{claims: claims{"aud": nil}}},
		{"signed by a stranger", "signature", draft{key: strangerKey()}},
		{"unknown kid", "no key", draft{header: claims{"kid": "unknown"}}},
		{"no kid", "names no key", draft{header: claims{"kid": nil}}},
		{"empty kid", "names no key", draft{header: claims{"kid": ""}}},
		{"kid a number", "names no key", draft{header: claims{"kid": 1}}},
		{"kid a list", "names no key", draft{header: claims{"kid": []string{i.KeyID()}}}},
		{"kid nearly right", "no key", draft{header: claims{"kid": i.KeyID() + "x"}}},
		{"kid a path", "no key", draft{header: claims{"kid": "../../../dev/null"}}},
		{"a stranger's key in jwk", "signature", draft{key: strangerKey(), header: claims{"jwk": jwkOf(strangerKey(), i.KeyID())}}},
		{"a stranger's key in jwk, no kid", "names no key", draft{key: strangerKey(), header: claims{"jwk": jwkOf(strangerKey(), i.KeyID()), "kid": nil}}},
		{"a stranger's key by jku", "signature", draft{key: strangerKey(), header: claims{"jku": "http://127.0.0.1:1/jwks.json"}}},
		{"a stranger's key by x5u", "signature", draft{key: strangerKey(), header: claims{"x5u": "http://127.0.0.1:1/cert.pem"}}},
		{"a stranger's key in x5c", "signature", draft{key: strangerKey(), header: claims{"x5c": []string{"AAAA"}}}},
		{"critical extension", "crit", draft{header: claims{"crit": []string{"exp"}}}},
		{"unencoded payload", "crit", draft{header: claims{"crit": []string{"b64"}, "b64": false}}},
		{"alg none", "signature", draft{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType}},
		{"alg none without kid", "signature", draft{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType, header: claims{"kid": nil}}},
		{"ES256", "signature", draft{method: jwt.SigningMethodES256, key: ecKey}},
		{"PS256", "signature", draft{method: jwt.SigningMethodPS256}},
		{"PS256 signed, RS256 said", "signature", draft{method: jwt.SigningMethodPS256, header: claims{"alg": "RS256"}}},
		{"RS512 signed, RS256 said", "signature", draft{method: jwt.SigningMethodRS512, header: claims{"alg": "RS256"}}},
		{"alg says none, signature is RS256", "signature", draft{header: claims{"alg": "none"}}},
		{"alg in small letters", "unverifiable", draft{header: claims{"alg": "rs256"}}},
		{"a list of algs", "unverifiable", draft{header: claims{"alg": []string{"RS256", "none"}}}},
		{"unknown alg", "unverifiable", draft{header: claims{"alg": "XX1"}}},
		{"no alg", "unverifiable", draft{header: claims{"alg": nil}}},
		// The library's errors would quote these.
		{"a huge number in the header", "malformed", draft{header: claims{"x": json.Number(tokenMark)}}},
		{"an alg with a mark", "unverifiable", draft{header: claims{"alg": tokenMark}}},
		{"a kid with a mark", "no key", draft{header: claims{"kid": tokenMark}}},
		{"exp with a mark", "invalid", draft{claims: claims{"exp": tokenMark}}},
		{"issuer with a mark", "issuer", draft{claims: claims{"iss": tokenMark}}},
		{"an audience with a mark", "audience", draft{claims: claims{"aud": tokenMark}}},
	}
	for _, alg := range []string{"None", "NONE", "nOnE", "", " none"} {
		tests = append(tests, badToken{"alg " + alg, "unverifiable", draft{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType, header: claims{"alg": alg}}})
	}
	for _, secret := range publicKeys(t, i) {
		tests = append(tests, badToken{"HMAC with the public key", "signature", draft{method: jwt.SigningMethodHS256, key: secret}},
			badToken{"HMAC called RS256", "signature", draft{method: jwt.SigningMethodHS512, key: secret, header: claims{"alg": "RS256"}}})
	}
	for kind, v := range verifiers(t, i) {
		for _, test := range tests {
			token := test.draft.signed(t, i)
			got, err := v.Verify(withAuthorization("Bearer " + token))
			if err == nil || got != nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("%s, %s: claims %v, error %v", kind, test.name, got, err)
				continue
			}
			for part := range strings.SplitSeq(token+"."+tokenMark, ".") {
				if part != "" && strings.Contains(err.Error(), part) {
					t.Errorf("%s, %s: the error quotes the token: %v", kind, test.name, err)
				}
			}
		}
	}
}

// tokenMark is a JSON number that is too large for any type of Go.
var tokenMark = strings.Repeat("7", 400)

// A time that the library cannot tell from another one is none.
func TestTimesThatAreNoneAreRefused(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	v := NewLocalVerifier(i)
	for _, name := range []string{"exp", "nbf", "iat"} {
		for _, number := range []string{"253402300800", "9223372036854775807", "9223372036854775808", "1e19", "1e30", "1e308", "1e999", "-1e999", tokenMark, "-1", "-1e19", "-1e-3"} {
			got, err := v.Verify(withAuthorization("Bearer " + draft{claims: claims{name: json.Number(number)}}.signed(t, i)))
			if err == nil {
				t.Errorf("%s %.20s: claims %v", name, number, got)
			} else if strings.Contains(err.Error(), number) {
				t.Errorf("%s %.20s: the error quotes the token: %v", name, number, err)
			}
		}
	}
	last := draft{claims: claims{"exp": json.Number("253402300799"), "nbf": json.Number("0"), "iat": json.Number("1.5e9")}}
	if _, err := v.Verify(withAuthorization("Bearer " + last.signed(t, i))); err != nil {
		t.Errorf("from 1970 to 9999: %v", err)
	}
}

// publicKeys are the forms in which anybody can get the issuer's public key, to
// be tried as an HMAC's secret.
func publicKeys(t *testing.T, i *issuer.Issuer) [][]byte {
	t.Helper()
	public := &issuerKey().PublicKey
	pkix, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(public)
	pkixPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})
	return [][]byte{
		pkix, pkixPEM, bytes.TrimSpace(pkixPEM), pkcs1, pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}),
		public.N.Bytes(), []byte(base64.RawURLEncoding.EncodeToString(public.N.Bytes())), []byte(i.KeyID()), {},
	}
}

func jwkOf(key *rsa.PrivateKey, kid string) claims {
	return claims{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": "AQAB", "kid": kid}
}

func TestTamperedTokensAreRefused(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	v, token := NewLocalVerifier(i), draft{}.signed(t, i)
	parts := strings.Split(token, ".")
	other := strings.Split(draft{claims: claims{"sub": "mallory"}}.signed(t, i), ".")
	tests := map[string]string{
		"other claims":     parts[0] + "." + other[1] + "." + parts[2],
		"no signature":     parts[0] + "." + parts[1] + ".",
		"two parts":        parts[0] + "." + parts[1],
		"four parts":       token + ".x",
		"a letter more":    token + "x",
		"padding bits set": token[:len(token)-1] + nextLetter(token[len(token)-1]),
		"padded":           token + "==",
		"a blank inside":   token + " x",
		"no JSON":          base64.RawURLEncoding.EncodeToString([]byte("{")) + "." + parts[1] + "." + parts[2],
		"nonsense":         "nonsense",
		"only dots":        "..",
		"an empty part":    token + ".",
		"half a signature": token[:len(token)-len(parts[2])/2],
		"zeros":            parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"in JSON":          `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
	}
	for name, tampered := range tests {
		if got, err := v.Verify(withAuthorization("Bearer " + tampered)); err == nil {
			t.Errorf("%s: claims %v", name, got)
		}
	}
}

// nextLetter has other padding bits than b but the same meaning.
func nextLetter(b byte) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(letters[strings.IndexByte(letters, b)+1])
}

func TestOtherAuthorizationHeadersAreRefused(t *testing.T) {
	i := newIssuer(t, "http://issuer.test")
	v, token := NewLocalVerifier(i), draft{}.signed(t, i)
	for name, values := range map[string][]string{
		"none":            nil,
		"empty":           {""},
		"twice":           {"Bearer " + token, "Bearer " + token},
		"two schemes":     {"Basic YTpi", "Bearer " + token},
		"Basic":           {"Basic YTpi"},
		"no scheme":       {token},
		"no token":        {"Bearer"},
		"blank token":     {"Bearer "},
		"joined":          {"Bearer " + token + ", Bearer " + token},
		"longer scheme":   {"Bearerx " + token},
		"tab in between":  {"Bearer\t" + token},
		"token in quotes": {`Bearer "` + token + `"`},
	} {
		if got, err := v.Verify(withAuthorization(values...)); err == nil {
			t.Errorf("%s: claims %v", name, got)
		}
	}
}

// TestOneOfSeveralAudiencesIsEnough, as of the template's JwtAudience: the applications
// of an issuer whose tokens have no aud are several.
func TestOneOfSeveralAudiencesIsEnough(t *testing.T) {
	i := served(t)
	v, err := NewVerifier(t.Context(), i.URL(), "tenants,"+testAudience)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		claims claims
		ok     bool
	}{
		"the first":              {claims{"aud": "tenants"}, true},
		"the second":             {claims{"aud": []string{"other", testAudience}}, true},
		"the first as client_id": {claims{"aud": nil, "client_id": "tenants"}, true},
		"both in one":            {claims{"aud": "tenants," + testAudience}, false},
		"another":                {claims{"aud": "other"}, false},
		"none":                   {claims{"aud": nil}, false},
		"an empty client_id":     {claims{"aud": nil, "client_id": ""}, false},
	} {
		if _, err := v.Verify(withAuthorization("Bearer " + draft{claims: c.claims}.signed(t, i))); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
