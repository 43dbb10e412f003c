package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/issuer"
)

const testAudience = "image-sharing"

// Keys are slow to make, so the tests share them. The issuer has the first.
var (
	issuerKey   = sync.OnceValue(newRSAKey)
	strangerKey = sync.OnceValue(newRSAKey)
)

func newRSAKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// newIssuer returns a local issuer that signs with issuerKey.
func newIssuer(t testing.TB, url string) *issuer.Issuer {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(issuerKey())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(dir, "issuer-key.pem"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	i, err := issuer.New(dir, url, testAudience)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// served returns an issuer that is reached over HTTP, too.
func served(t *testing.T) *issuer.Issuer {
	t.Helper()
	var i *issuer.Issuer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { i.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	i = newIssuer(t, server.URL)
	return i
}

// verifiers are the two kinds of verifier of one issuer.
func verifiers(t *testing.T, i *issuer.Issuer) map[string]*Verifier {
	t.Helper()
	external, err := NewVerifier(t.Context(), i.URL(), i.Audience())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Verifier{"local": NewLocalVerifier(i), "external": external}
}

func withAuthorization(values ...string) *http.Request {
	r := httptest.NewRequest("GET", "/v1/projects/a", nil)
	for _, value := range values {
		r.Header.Add("Authorization", value)
	}
	return r
}

// draft is a token to be; the zero changes make a good one.
type draft struct {
	method jwt.SigningMethod // RS256
	key    any               // issuerKey
	header map[string]any    // over kid and alg; nil deletes
	claims map[string]any    // over the usual ones; nil deletes
}

func (d draft) signed(t testing.TB, i *issuer.Issuer) string {
	t.Helper()
	now := time.Now().Unix()
	token := jwt.New(jwt.SigningMethodRS256)
	if d.method != nil {
		token = jwt.New(d.method)
	}
	token.Header["kid"] = i.KeyID()
	merge(token.Header, d.header)
	claims := jwt.MapClaims{"iss": i.URL(), "sub": "alice", "aud": testAudience, "iat": now, "nbf": now, "exp": now + 600}
	merge(claims, d.claims)
	token.Claims = claims
	key := d.key
	if key == nil {
		key = issuerKey()
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func merge(into, changes map[string]any) {
	maps.Copy(into, changes)
	maps.DeleteFunc(into, func(_ string, v any) bool { return v == nil })
}

type claims = map[string]any

func TestGoodTokens(t *testing.T) {
	i := served(t)
	now := time.Now().Unix()
	drafts := map[string]draft{
		"usual":                      {},
		"audience in a list":         {claims: claims{"aud": []string{"other", testAudience}}},
		"client_id without aud":      {claims: claims{"aud": nil, "client_id": testAudience}},
		"client_id is not looked at": {claims: claims{"client_id": "other"}},
		"no nbf, no iat":             {claims: claims{"nbf": nil, "iat": nil}},
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

func TestTokensOfTheIssuerItself(t *testing.T) {
	i := served(t)
	w := httptest.NewRecorder()
	i.ServeHTTP(w, httptest.NewRequest("POST", "http://localhost/local/token", strings.NewReader(`{"sub":"alice","projects":["a","b"],"scope":"images:read"}`)))
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	for kind, v := range verifiers(t, i) {
		got, err := v.Verify(withAuthorization("Bearer " + answer.Token))
		if err != nil || got["projects"] != "[a b]" || got["scope"] != "images:read" {
			t.Errorf("%s: claims %v, %v", kind, got, err)
		}
	}
}

func TestBadTokensAreRefused(t *testing.T) {
	i := served(t)
	now := time.Now().Unix()
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(t)})
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		reason string // a part of the error
		draft  draft
	}{
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
		{"critical extension", "crit", draft{header: claims{"crit": []string{"exp"}}}},
		{"alg none", "signature", draft{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType}},
		{"HMAC with the public key", "signature", draft{method: jwt.SigningMethodHS256, key: publicPEM}},
		{"ES256", "signature", draft{method: jwt.SigningMethodES256, key: ecKey}},
		{"PS256", "signature", draft{method: jwt.SigningMethodPS256}},
		{"alg says none, signature is RS256", "signature", draft{header: claims{"alg": "none"}}},
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

func publicDER(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&issuerKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
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
