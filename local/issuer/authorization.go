package issuer

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"image-sharing/local/sample"
)

// Client is the console's client id. It is the only client, and has no secret.
const Client = "console"

// The paths of the routes that sign people in.
const (
	signInPath  = "/local/sign-in"
	tokenPath   = signInPath + "/token"
	revokePath  = signInPath + "/revoke"
	stylePath   = signInPath + "/style.css"
	signOutPath = "/local/sign-out"
	samplePath  = "/local/sample"
)

// The console's own addresses, from where its page is. A code goes to no other.
const (
	consolePath  = "/console/"
	signedInPath = consolePath + "signed-in"
)

// oauthError is an error of RFC 6749, section 4.1.2.1 or 5.2.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// Error implements error.
func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

// errForeign is of a request that must not be answered by a redirect, because it is
// not the console's.
var errForeign = errors.New("the request is not the console's")

// authorization is a request of the console to sign somebody in.
type authorization struct {
	origin      string
	redirectURI string
	state       string
	nonce       string
	challenge   string
	scopes      []string
}

// parameters are those of an authorization request that mean something here, in the
// order in which the page hands them on.
var parameters = []string{"client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "ui_locales"}

var challengeRegexp = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // a SHA-256, RFC 7636, section 4.2

// authorizationOf reads a request, of the query or of the form. It returns errForeign,
// or an *oauthError beside the request, whose redirectURI may be told of it.
func authorizationOf(values url.Values, origin string) (authorization, error) {
	a := authorization{
		origin: origin, redirectURI: values.Get("redirect_uri"), state: values.Get("state"), nonce: values.Get("nonce"),
		challenge: values.Get("code_challenge"), scopes: strings.Fields(values.Get("scope")),
	}
	if values.Get("client_id") != Client || a.redirectURI != origin+signedInPath {
		return authorization{}, errForeign
	}
	for _, name := range parameters {
		if len(values[name]) > 1 {
			return a, &oauthError{"invalid_request", "The parameter " + name + " is there twice."}
		}
	}
	switch {
	case values.Get("response_type") != "code":
		return a, &oauthError{"unsupported_response_type", "The response_type must be code."}
	case values.Get("code_challenge_method") != "S256" || !challengeRegexp.MatchString(a.challenge):
		return a, &oauthError{"invalid_request", "The code_challenge must be of the method S256."}
	case !slices.Contains(a.scopes, "openid"):
		return a, &oauthError{"invalid_scope", "The scope must have openid."}
	case values.Get("prompt") == "none":
		return a, &oauthError{"login_required", "Nobody stays signed in here: the page has to ask."}
	}
	return a, nil
}

// granted are the scopes that a person has of those asked for.
func (a authorization) granted(p sample.Person) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(a.scopes), func(scope string) bool {
		return scope != "openid" && !slices.Contains(p.Scopes, scope)
	}), " ")
}

// redirect answers the request at its redirect URI.
func (a authorization) redirect(w http.ResponseWriter, r *http.Request, answer url.Values) {
	answer.Set("iss", a.origin) // RFC 9207
	if a.state != "" {
		answer.Set("state", a.state)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, a.redirectURI+"?"+answer.Encode(), http.StatusSeeOther)
}

// refuse tells the console why nobody is signed in.
func (a authorization) refuse(w http.ResponseWriter, r *http.Request, e *oauthError) {
	a.redirect(w, r, url.Values{"error": {e.Code}, "error_description": {e.Description}})
}

// signOut leads back to the console: nobody stays signed in at this issuer. What the
// console still has is ended by the revocation endpoint.
func (i *Issuer) signOut(w http.ResponseWriter, r *http.Request) {
	target := consolePath
	if state := r.URL.Query().Get("state"); state != "" { // OpenID Connect RP-Initiated Logout 1.0, section 3
		target += "?" + url.Values{"state": {state}}.Encode()
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target, http.StatusSeeOther)
}
