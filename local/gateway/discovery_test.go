package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

// provider is an identity provider whose keys can change.
type provider struct {
	*httptest.Server
	slash   string // at the end of its name, perhaps
	mu      sync.Mutex
	keys    []jwkset.JWKMarshal
	fetches int
}

func newProvider(t *testing.T, keys ...jwkset.JWKMarshal) *provider {
	p := &provider{keys: keys}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path { // a mux would forgive a slash more
		case "/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, p.name(), p.URL+"/keys")
		case "/keys":
			p.mu.Lock()
			defer p.mu.Unlock()
			p.fetches++
			if err := json.NewEncoder(w).Encode(jwkset.JWKSMarshal{Keys: p.keys}); err != nil {
				t.Error(err)
			}
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) name() string { return p.URL + p.slash }

func (p *provider) verifier(t *testing.T) *Verifier {
	t.Helper()
	v, err := NewVerifier(t.Context(), p.name(), testAudience)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *provider) rotate(keys ...jwkset.JWKMarshal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = keys
}

func (p *provider) fetched() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches
}

func jwk(t *testing.T, key any, kid string) jwkset.JWKMarshal {
	t.Helper()
	k, err := jwkset.NewJWKFromKey(key, jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: kid}})
	if err != nil {
		t.Fatal(err)
	}
	return k.Marshal()
}

// verify verifies a token of the provider with the given kid.
func (p *provider) verify(t *testing.T, v *Verifier, kid any, method jwt.SigningMethod, key any) error {
	t.Helper()
	d := draft{method: method, key: key, header: claims{"kid": kid}, claims: claims{"iss": p.name()}}
	_, err := v.Verify(withAuthorization("Bearer " + d.signed(t, newIssuer(t, "http://unused.test"))))
	return err
}

func TestRotatedKeys(t *testing.T) {
	p := newProvider(t, jwk(t, &issuerKey().PublicKey, "one"))
	v := p.verifier(t)
	if err := p.verify(t, v, "one", jwt.SigningMethodRS256, issuerKey()); err != nil {
		t.Errorf("before: %v", err)
	}
	p.rotate(jwk(t, &strangerKey().PublicKey, "two"))
	if err := p.verify(t, v, "two", jwt.SigningMethodRS512, strangerKey()); err != nil {
		t.Errorf("after: %v", err)
	}
	if err := p.verify(t, v, "one", jwt.SigningMethodRS256, issuerKey()); err == nil {
		t.Error("the key that was taken back still verifies")
	}
}

func TestUnknownKeysDoNotFloodTheIssuer(t *testing.T) {
	p := newProvider(t, jwk(t, &issuerKey().PublicKey, "one"))
	v := p.verifier(t)
	for n := range 20 {
		if err := p.verify(t, v, fmt.Sprintf("unknown-%d", n), jwt.SigningMethodRS256, issuerKey()); err == nil {
			t.Error("an unknown key verifies")
		}
	}
	if n := p.fetched(); n < 2 || n > 5 {
		t.Errorf("the keys were fetched %d times", n)
	}
	if err := p.verify(t, v, "one", jwt.SigningMethodRS256, issuerKey()); err != nil {
		t.Errorf("the known key: %v", err)
	}
}

func TestOnlyNamedRSAKeysVerify(t *testing.T) {
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := newProvider(t, jwk(t, &ecKey.PublicKey, "ec"), jwk(t, &issuerKey().PublicKey, ""))
	v := p.verifier(t)
	if err := p.verify(t, v, "ec", jwt.SigningMethodES256, ecKey); err == nil {
		t.Error("an EC key verifies")
	}
	if err := p.verify(t, v, "ec", jwt.SigningMethodRS256, issuerKey()); err == nil {
		t.Error("an EC key verifies RS256")
	}
	for _, kid := range []any{nil, ""} {
		if err := p.verify(t, v, kid, jwt.SigningMethodRS256, issuerKey()); err == nil {
			t.Errorf("kid %v: a key without a name verifies", kid)
		}
	}
}

func TestIssuersThatCannotBeUsed(t *testing.T) {
	tests := []struct{ name, document, reason string }{
		{"other issuer", `{"issuer":"https://evil.test","jwks_uri":"{url}/keys"}`, "evil.test"},
		{"a slash more", `{"issuer":"{url}/","jwks_uri":"{url}/keys"}`, "use exactly that one"},
		{"no keys there", `{"issuer":"{url}","jwks_uri":"{url}/missing"}`, "404"},
		{"no jwks_uri", `{"issuer":"{url}"}`, "keys of the token issuer"},
		{"no JSON", `<html>`, "not a discovery document"},
		{"no document", ``, "answers 404"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var url string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.document == "" || r.URL.Path != "/.well-known/openid-configuration" {
					http.NotFound(w, r)
					return
				}
				_, _ = io.WriteString(w, strings.ReplaceAll(test.document, "{url}", url))
			}))
			defer server.Close()
			url = server.URL
			_, err := NewVerifier(t.Context(), url, testAudience)
			if err == nil || !strings.Contains(err.Error(), test.reason) || !strings.Contains(err.Error(), url) {
				t.Errorf("error %v", err)
			}
		})
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if _, err := NewVerifier(t.Context(), gone.URL, testAudience); err == nil || !strings.Contains(err.Error(), gone.URL) {
		t.Errorf("unreachable: error %v", err)
	}
}

func TestIssuersWithASlashAtTheEnd(t *testing.T) {
	p := newProvider(t, jwk(t, &issuerKey().PublicKey, "one"))
	p.slash = "/"
	if err := p.verify(t, p.verifier(t), "one", jwt.SigningMethodRS256, issuerKey()); err != nil {
		t.Error(err)
	}
}
