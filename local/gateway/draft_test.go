package gateway

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/issuer"
)

const testAudience = "image-sharing"

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
	i, err := issuer.New(issuer.Config{KeyDir: dir, URL: url, Audience: testAudience})
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
