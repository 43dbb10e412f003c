// Package issuer is the token issuer of this machine: it signs a token for
// whoever asks, so that the service can be tried without an identity provider.
// People sign in to the console by OpenID Connect, on a page where they choose who
// they are. It is no part of a deployment.
package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/MicahParks/jwkset"
	"github.com/go-json-experiment/json"

	"image-sharing/local/sample"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// Config says where the issuer is and for whom.
type Config struct {
	// KeyDir is where the key is kept, so that tokens outlive a restart; with "" it is in
	// memory only.
	KeyDir string
	// URL is where the issuer is reached, without a slash at its end.
	URL string
	// Audience is whom the tokens are for.
	Audience string
	// Sample can be loaded from the page; nil offers none.
	Sample *sample.Loader
	Log    *slog.Logger
}

// Issuer issues tokens, signed with RS256. Its HTTP routes are
//
//	POST /local/token                        a token for whoever asks
//	GET  /.well-known/openid-configuration
//	GET  /.well-known/jwks.json
//	GET  /local/sign-in                      the authorization endpoint, a page
//	POST /local/sign-in                      its form
//	POST /local/sign-in/token                the token endpoint
//	POST /local/sign-in/revoke               the revocation endpoint
//	GET  /local/sign-in/style.css
//	GET  /local/sign-out                     the end-session endpoint
//	POST /local/sample                       loads the sample
type Issuer struct {
	url, audience string
	key           *rsa.PrivateKey
	keyID         string
	sample        *sample.Loader
	log           *slog.Logger
	grants        *grants
	handler       http.Handler
}

// New returns the issuer.
func New(c Config) (*Issuer, error) {
	key, err := keyIn(c.KeyDir)
	if err != nil {
		return nil, err
	}
	keyID, err := keyIDOf(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	i := &Issuer{url: c.URL, audience: c.Audience, key: key, keyID: keyID, sample: c.Sample, log: c.Log, grants: newGrants()}
	keySet, err := i.keySet()
	if err != nil {
		return nil, err
	}
	i.handler = i.mux(keySet)
	return i, nil
}

// mux has the routes of the issuer.
func (i *Issuer) mux(keySet any) http.Handler {
	get, post := http.MethodGet, http.MethodPost
	handlers := map[string]http.HandlerFunc{
		post + " /local/token": i.serveToken,
		get + " /.well-known/openid-configuration": func(w http.ResponseWriter, r *http.Request) {
			writeJSON(w, http.StatusOK, i.configuration(originOf(r)))
		},
		get + " /.well-known/jwks.json": func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, keySet) },
		get + " " + signInPath:          i.showSignIn,
		post + " " + signInPath:         sameOrigin(i.signIn),
		post + " " + tokenPath:          i.exchange,
		post + " " + revokePath:         i.revoke,
		get + " " + stylePath:           serveStyle,
		get + " " + signOutPath:         i.signOut,
		post + " " + samplePath:         sameOrigin(i.loadSample),
	}
	var routes []httpapi.Route
	for key := range handlers {
		method, path, _ := strings.Cut(key, " ")
		routes = append(routes, httpapi.Route{Method: method, Path: path})
	}
	return httpapi.Mux(routes, func(r httpapi.Route) http.Handler { return handlers[r.Method+" "+r.Path] }, i.refuse)
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

// originOf is where the browser has reached this machine: 127.0.0.1 or localhost. A
// page is signed in from where it is, because to the browser the other one is a
// stranger.
func originOf(r *http.Request) string { return "http://" + apigateway.Domain(r.Host) }

// configuration is the part of OpenID Connect Discovery 1.0, section 3, that
// means something here. The issuer is the origin that was asked, as its section 4.3
// has it; the iss of access tokens, which only the gateway reads, is always the same.
func (i *Issuer) configuration(origin string) any {
	return map[string]any{
		"issuer":                                         origin,
		"jwks_uri":                                       origin + "/.well-known/jwks.json",
		"authorization_endpoint":                         origin + signInPath,
		"token_endpoint":                                 origin + tokenPath,
		"revocation_endpoint":                            origin + revokePath,
		"end_session_endpoint":                           origin + signOutPath,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"scopes_supported":                               append([]string{"openid"}, sample.Scopes()...),
		"claims_supported":                               []string{"sub", "name", "projects", "scope"},
		"ui_locales_supported":                           []string{"en", "zh-CN"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{string(jwkset.AlgRS256)},
		"authorization_response_iss_parameter_supported": true, // RFC 9207
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

// sameOrigin refuses what another site has the browser send.
func sameOrigin(h http.HandlerFunc) http.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			http.Error(w, "This was sent by another site.", http.StatusForbidden)
			return
		}
		h(w, r)
	}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1
	w.WriteHeader(status)
	_ = json.MarshalWrite(w, body) // the client may be gone
}
