package issuer

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// Lifetimes in seconds. A negative one makes a token that has expired already,
// to try a refusal.
const (
	defaultLifetime = 60 * 60
	maxLifetime     = 24 * 60 * 60
)

// tokenRequest asks for a token. Only sub is required.
type tokenRequest struct {
	Sub       string `json:"sub"`
	Projects  any    `json:"projects"` // an array of strings or one string, put into the token as it is
	Scope     string `json:"scope"`
	ClientID  string `json:"clientId"`  // the calling application, "" for none
	ExpiresIn *int   `json:"expiresIn"` // seconds
}

// token is the response of RFC 6749, section 5.1.
type token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

func (i *Issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	request, err := readTokenRequest(w, r)
	var signed string
	if err == nil {
		signed, err = i.accessToken(request)
	}
	if err != nil {
		i.refuse(err).ServeHTTP(w, r)
		return
	}
	writeJSON(w, http.StatusOK, token{signed, "Bearer", *request.ExpiresIn})
}

// accessToken returns a signed token with what was asked for.
func (i *Issuer) accessToken(request tokenRequest) (string, error) {
	claims := jwt.MapClaims{
		"iss":      i.url,
		"sub":      request.Sub,
		"aud":      i.audience,
		"jti":      rand.Text(),
		"projects": request.Projects,
		"scope":    request.Scope,
	}
	if request.ClientID != "" {
		claims["client_id"] = request.ClientID // RFC 9068, section 2.2
	}
	return i.sign(claims, *request.ExpiresIn)
}

// sign signs claims that hold from now on, for that many seconds.
func (i *Issuer) sign(claims jwt.MapClaims, lifetime int) (string, error) {
	now := time.Now().Unix()
	claims["iat"], claims["nbf"], claims["exp"] = now, now, now+int64(lifetime)
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	t.Header["kid"] = i.keyID // API Gateway refuses a token without one
	return t.SignedString(i.key)
}

// readTokenRequest returns the request with the defaults filled in, or
// RequestTooLarge or InvalidRequest.
func readTokenRequest(w http.ResponseWriter, r *http.Request) (tokenRequest, error) {
	var request tokenRequest
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, httpapi.MaxBodyBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return request, httpapi.RequestTooLarge()
	}
	if err == nil {
		err = json.Unmarshal(body, &request, json.RejectUnknownMembers(true))
	}
	if err != nil {
		return request, sharing.Invalid(faultOf(err))
	}
	return request.completed()
}

func faultOf(err error) sharing.Violation {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) || semantic.JSONPointer == "" {
		return sharing.Violation{Field: "body", Message: "must be one JSON object"}
	}
	field := strings.TrimPrefix(string(semantic.JSONPointer), "/")
	if errors.Is(err, json.ErrUnknownName) {
		return sharing.Violation{Field: field, Message: "is not a known field"}
	}
	return sharing.Violation{Field: field, Message: "is not of the right type"}
}

func (t tokenRequest) completed() (tokenRequest, error) {
	if t.Projects == nil {
		t.Projects = []string{}
	}
	if t.ExpiresIn == nil {
		t.ExpiresIn = new(defaultLifetime)
	}
	var v sharing.Violations
	v.CheckSubject("sub", t.Sub)
	v.Check(isStrings(t.Projects), "projects", "must be an array of strings or a space-separated string")
	v.Check(*t.ExpiresIn >= -maxLifetime && *t.ExpiresIn <= maxLifetime, "expiresIn", fmt.Sprintf("must be a whole number of seconds from -%d to %d", maxLifetime, maxLifetime))
	return t, v.Err()
}

func isStrings(v any) bool {
	switch v := v.(type) {
	case string, []string:
		return true
	case []any:
		for _, e := range v {
			if _, ok := e.(string); !ok {
				return false
			}
		}
		return true
	default:
		return false
	}
}
