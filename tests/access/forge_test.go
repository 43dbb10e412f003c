package e2e

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// forge makes tokens with the key of a service's issuer, and makes them wrong
// in the one way that a test wants. It signs by hand: a library would refuse
// to make most of them.
type forge struct {
	t        *testing.T
	key      *rsa.PrivateKey
	kid      string
	issuer   string
	projects []string
	scope    string
}

// newForge reads the key that the issuer keeps in the data directory.
func newForge(w *world, dataDir string) forge {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(dataDir, "issuer-key.pem"))
	if err != nil {
		w.t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		w.t.Fatal(err)
	}
	keySet := w.send("", "GET", "/.well-known/jwks.json", nil).is(200)
	kid := keySet.body["keys"].([]any)[0].(object)["kid"].(string)
	return forge{t: w.t, key: key.(*rsa.PrivateKey), kid: kid, issuer: w.url}
}

// signature signs the first two parts of a token.
type signature func(input []byte) []byte

func (f forge) rsa(key *rsa.PrivateKey, h crypto.Hash) signature {
	return func(input []byte) []byte {
		signed, err := rsa.SignPKCS1v15(rand.Reader, key, h, digestOf(h, input))
		if err != nil {
			f.t.Fatal(err)
		}
		return signed
	}
}

func (f forge) pss(key *rsa.PrivateKey) signature {
	return func(input []byte) []byte {
		signed, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digestOf(crypto.SHA256, input), nil)
		if err != nil {
			f.t.Fatal(err)
		}
		return signed
	}
}

func digestOf(h crypto.Hash, input []byte) []byte {
	digest := h.New()
	digest.Write(input)
	return digest.Sum(nil)
}

func hmacOf(h func() hash.Hash, secret []byte) signature {
	return func(input []byte) []byte {
		mac := hmac.New(h, secret)
		mac.Write(input)
		return mac.Sum(nil)
	}
}

// always is a signature that does not depend on what is signed.
func always(signed []byte) signature { return func([]byte) []byte { return signed } }

// token makes a good token but for the changes, where nil takes out. A nil
// signature is the right one.
func (f forge) token(header, claims object, sign signature) string {
	f.t.Helper()
	now := time.Now().Unix()
	h := changed(object{"alg": "RS256", "typ": "JWT", "kid": f.kid}, header)
	c := changed(object{
		"iss": f.issuer, "sub": "forger", "aud": "image-sharing", "iat": now, "nbf": now, "exp": now + 600,
		"projects": f.projects, "scope": f.scope,
	}, claims)
	if sign == nil {
		sign = f.rsa(f.key, crypto.SHA256)
	}
	input := f.part(h) + "." + f.part(c)
	token := input + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(input)))
	secrets.add(token)
	return token
}

func (f forge) part(v any) string {
	f.t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		f.t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func changed(o, changes object) object {
	maps.Copy(o, changes)
	maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
	return o
}

// publicKeyTexts are all the forms in which anybody can get the issuer's
// public key, to be tried as an HMAC's secret.
func (f forge) publicKeyTexts() map[string][]byte {
	f.t.Helper()
	pkix, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	if err != nil {
		f.t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(&f.key.PublicKey)
	pemOf := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return map[string][]byte{
		"PKIX DER": pkix, "PKIX PEM": pemOf("PUBLIC KEY", pkix), "PKIX PEM without its last line break": pemOf("PUBLIC KEY", pkix)[:len(pemOf("PUBLIC KEY", pkix))-1],
		"PKCS#1 DER": pkcs1, "PKCS#1 PEM": pemOf("RSA PUBLIC KEY", pkcs1),
		"modulus": f.key.N.Bytes(), "modulus in Base64": []byte(base64.RawURLEncoding.EncodeToString(f.key.N.Bytes())), "kid": []byte(f.kid), "nothing": {},
	}
}
