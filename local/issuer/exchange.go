package issuer

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"regexp"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/shared/httpapi"
)

// consoleLifetime is that of the console's access tokens, in seconds: short enough for
// a renewal to be seen.
const consoleLifetime = 15 * 60

// tokens is the response of the token endpoint (OpenID Connect Core 1.0, section
// 3.1.3.3).
type tokens struct {
	token
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"`
}

// exchange is the token endpoint: it takes a code or a refresh token.
func (i *Issuer) exchange(w http.ResponseWriter, r *http.Request) {
	form, err := formOf(w, r)
	var given tokens
	if err == nil {
		given, err = i.given(form)
	}
	if err != nil {
		writeOAuthError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, given)
}

// given returns the tokens for a form, or an *oauthError.
func (i *Issuer) given(form url.Values) (tokens, error) {
	if form.Get("client_id") != Client {
		return tokens{}, &oauthError{"invalid_client", "The client_id must be " + Client + "."}
	}
	var g grant
	var refreshToken string
	var ok bool
	switch form.Get("grant_type") {
	case "authorization_code":
		g, refreshToken, ok = i.grants.redeem(form.Get("code"), func(c code) bool {
			return c.redirectURI == form.Get("redirect_uri") && verifies(form.Get("code_verifier"), c.challenge)
		})
	case "refresh_token":
		g, refreshToken, ok = i.grants.renew(form.Get("refresh_token"))
		g.nonce = "" // OpenID Connect Core 1.0, section 12.2
	default:
		return tokens{}, &oauthError{"unsupported_grant_type", "The grant_type must be authorization_code or refresh_token."}
	}
	if !ok {
		return tokens{}, &oauthError{"invalid_grant", "The code or refresh token is over, was used before or is not for this request: sign in again."}
	}
	return i.tokensOf(g, refreshToken)
}

var verifierRegexp = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636, section 4.1

// verifies reports whether a challenge was made of the verifier (RFC 7636, section 4.6).
func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifierRegexp.MatchString(verifier) && subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

func (i *Issuer) tokensOf(g grant, refreshToken string) (tokens, error) {
	access, err := i.accessToken(tokenRequest{
		Sub: g.person.Name, Projects: g.person.Projects, Scope: g.scope, ClientID: Client, ExpiresIn: new(consoleLifetime),
	})
	if err != nil {
		return tokens{}, err
	}
	claims := jwt.MapClaims{
		"iss": g.origin, "sub": g.person.Name, "aud": Client, "auth_time": g.signedIn.Unix(), "name": g.person.Name,
	}
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	id, err := i.sign(claims, consoleLifetime)
	return tokens{token{access, "Bearer", consoleLifetime}, id, refreshToken, g.scope}, err
}

// revoke ends the session of a refresh token (RFC 7009). Access tokens expire by
// themselves.
func (i *Issuer) revoke(w http.ResponseWriter, r *http.Request) {
	form, err := formOf(w, r)
	if err == nil && form.Get("client_id") != Client {
		err = &oauthError{"invalid_client", "The client_id must be " + Client + "."}
	}
	if err != nil {
		writeOAuthError(w, err)
		return
	}
	i.grants.end(form.Get("token"))
	writeJSON(w, http.StatusOK, struct{}{})
}

// formOf reads a form, each field of which may be there once (RFC 6749, section 3.2).
// It returns an *oauthError.
func formOf(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = http.MaxBytesReader(w, r.Body, httpapi.MaxBodyBytes)
	if mediaType != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		return nil, &oauthError{"invalid_request", "The body must be a form."}
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return nil, &oauthError{"invalid_request", "A parameter is there twice."}
		}
	}
	return r.PostForm, nil
}

// writeOAuthError is of the token endpoint. What is no *oauthError is a failure here.
func writeOAuthError(w http.ResponseWriter, err error) {
	status, refused := http.StatusBadRequest, (*oauthError)(nil)
	if !errors.As(err, &refused) {
		status, refused = http.StatusInternalServerError, &oauthError{"server_error", "Something failed on our side: try again."}
	}
	writeJSON(w, status, refused)
}
