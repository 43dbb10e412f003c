// Package issuer is the token issuer of this machine: it signs a token for
// whoever asks, so that the service can be tried without an identity provider.
// It is no part of a deployment.
package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"net"
	"net/http"

	"github.com/MicahParks/jwkset"
	"github.com/go-json-experiment/json"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// Issuer issues tokens, signed with RS256. Its HTTP routes are
//
//	POST /local/token
//	GET  /.well-known/openid-configuration
//	GET  /.well-known/jwks.json
type Issuer struct {
	url, audience string
	key           *rsa.PrivateKey
	keyID         string
	handler       http.Handler
}

// New returns the issuer that is reached at url, which has no slash at its
// end. Its tokens are for audience. The key is kept in the directory keyDir, so
// that tokens outlive a restart; with "" it is in memory only.
func New(keyDir, url, audience string) (*Issuer, error) {
	key, err := keyIn(keyDir)
	if err != nil {
		return nil, err
	}
	keyID, err := keyIDOf(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	i := &Issuer{url: url, audience: audience, key: key, keyID: keyID}
	keySet, err := i.keySet()
	if err != nil {
		return nil, err
	}
	handlers := map[string]http.Handler{
		"/local/token":                      http.HandlerFunc(i.serveToken),
		"/.well-known/openid-configuration": serveJSON(i.configuration()),
		"/.well-known/jwks.json":            serveJSON(keySet),
	}
	i.handler = httpapi.Mux([]httpapi.Route{
		{Method: http.MethodPost, Path: "/local/token"},
		{Method: http.MethodGet, Path: "/.well-known/openid-configuration"},
		{Method: http.MethodGet, Path: "/.well-known/jwks.json"},
	}, func(r httpapi.Route) http.Handler { return handlers[r.Path] }, i.refuse)
	return i, nil
}

// ServeHTTP serves the issuer's routes and refuses all others. It also refuses
// every name but this machine's own: a web page could have a name of its own
// point here (DNS rebinding), and get itself a token.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isThisMachine(r.Host) {
		i.refuse(sharing.Invalid(sharing.Violation{Field: "Host", Message: "must be 127.0.0.1 or localhost"})).ServeHTTP(w, r)
		return
	}
	i.handler.ServeHTTP(w, r)
}

func isThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// URL is the iss of the tokens.
func (i *Issuer) URL() string { return i.url }

// Audience is the aud of the tokens.
func (i *Issuer) Audience() string { return i.audience }

// KeyID is the kid of the tokens.
func (i *Issuer) KeyID() string { return i.keyID }

// PublicKey verifies the tokens.
func (i *Issuer) PublicKey() *rsa.PublicKey { return &i.key.PublicKey }

// configuration is the part of OpenID Connect Discovery 1.0, section 3, that
// means something here.
func (i *Issuer) configuration() any {
	return map[string]any{
		"issuer":                                i.url,
		"jwks_uri":                              i.url + "/.well-known/jwks.json",
		"token_endpoint":                        i.url + "/local/token",
		"response_types_supported":              []string{"token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{string(jwkset.AlgRS256)},
	}
}

func (i *Issuer) keySet() (any, error) {
	jwk, err := jwkset.NewJWKFromKey(i.PublicKey(), jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{ALG: jwkset.AlgRS256, KID: i.keyID, USE: jwkset.UseSig},
	})
	return jwkset.JWKSMarshal{Keys: []jwkset.JWKMarshal{jwk.Marshal()}}, err
}

func (i *Issuer) refuse(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		httpapi.WriteProblem(w, err, rand.Text(), i.url)
	})
}

func serveJSON(body any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, body) })
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1
	_ = json.MarshalWrite(w, body)              // the client may be gone
}
