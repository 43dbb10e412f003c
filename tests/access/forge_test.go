package access

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// forge makes tokens with the key of a service's issuer.
type forge struct {
	t      testing.TB
	key    *rsa.PrivateKey
	kid    string
	claims api.Object
}

// newForge reads the key that the issuer keeps in the data directory. The claims
// are those of a good token.
func newForge(e *kit.Environment, claims api.Object) forge {
	e.T.Helper()
	text, err := os.ReadFile(filepath.Join(e.Config.DataDir, "issuer-key.pem"))
	if err != nil {
		e.T.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		e.T.Fatal(err)
	}
	kid := e.Send("", "GET", "/.well-known/jwks.json", nil).Is(200).Objects("keys")[0]["kid"].(string)
	now := time.Now().Unix()
	good := api.Object{"iss": e.URL, "sub": "forger", "aud": "image-sharing", "iat": now, "nbf": now, "exp": now + 600}
	maps.Copy(good, claims)
	return forge{t: e.T, key: key.(*rsa.PrivateKey), kid: kid, claims: good}
}

// token makes a good token but for a claim; nil takes it out.
func (f forge) token(claim string, value any) string {
	f.t.Helper()
	claims := maps.Clone(f.claims)
	claims[claim] = value
	if value == nil {
		delete(claims, claim)
	}
	return f.signed(claims, f.key)
}

func (f forge) signed(claims api.Object, key *rsa.PrivateKey) string {
	f.t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	token.Header["kid"] = f.kid
	signed, err := token.SignedString(key)
	if err != nil {
		f.t.Fatal(err)
	}
	kit.SecretTokens(signed)
	return signed
}

// bad are tokens of each kind that the gateway refuses. All there are, are in its
// own tests; these are to be refused on every route.
func (f forge) bad() map[string]string {
	f.t.Helper()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.t.Fatal(err)
	}
	good := f.token("", nil)
	parts := strings.Split(good, ".")
	bad := map[string]string{
		"another key":               f.signed(f.claims, stranger),
		"another token's signature": strings.Join([]string{parts[0], strings.Split(f.token("sub", "other"), ".")[1], parts[2]}, "."),
		"no signature":              parts[0] + "." + parts[1] + ".",
		"no third part":             parts[0] + "." + parts[1],
		"a mark":                    kit.Mark,
	}
	now := time.Now().Unix()
	for claim, values := range map[string][]any{
		"exp": {now - 1, nil, kit.Mark},
		"nbf": {now + 60},
		"iss": {f.claims["iss"].(string) + "/", kit.Mark},
		"aud": {"other", nil, kit.Mark},
		// Without a sub nobody could be named for a share.
		"sub": {nil, "", " \u00a0", "forger\n" + kit.Mark, "forger\x00"},
	} {
		for _, value := range values {
			bad[fmt.Sprint(claim, " ", value)] = f.token(claim, value)
		}
	}
	return bad
}
