package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/issuer"
)

// Verifier verifies tokens as API Gateway's JWT authorizer does.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
type Verifier struct {
	audiences []string
	findKey   findKey
	parser    *jwt.Parser

	remembered remembered
}

// findKey returns the issuer's key for a token that has a kid.
type findKey func(context.Context, *jwt.Token) (any, error)

// NewVerifier returns a verifier of the tokens of an issuer that supports
// OpenID Connect Discovery. The keys are fetched now, every hour, and when a
// token names an unknown one, until ctx ends. The audiences are separated by commas, as
// in the template's JwtAudience; one of them is enough. It returns an error if the issuer
// cannot be reached or is not the one it should be.
func NewVerifier(ctx context.Context, issuerURL, audiences string) (*Verifier, error) {
	keys, err := fetchKeys(ctx, issuerURL)
	if err != nil {
		return nil, err
	}
	return newVerifier(issuerURL, strings.Split(audiences, ","), func(ctx context.Context, t *jwt.Token) (any, error) {
		return keys.KeyfuncCtx(ctx)(t)
	}), nil
}

// NewLocalVerifier returns a verifier of the tokens of this machine's issuer,
// which it need not ask for the key.
func NewLocalVerifier(i *issuer.Issuer) *Verifier {
	return newVerifier(i.URL(), []string{i.Audience()}, func(_ context.Context, t *jwt.Token) (any, error) {
		if t.Header["kid"] != i.KeyID() {
			return nil, errUnknownKey
		}
		return i.PublicKey(), nil
	})
}

func newVerifier(issuerURL string, audiences []string, f findKey) *Verifier {
	return &Verifier{audiences: audiences, findKey: f, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256", "RS384", "RS512"}), // API Gateway knows RSA only
		jwt.WithIssuer(issuerURL),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), // or the last bits of a signature could be anything
		jwt.WithJSONNumber(),
	)}
}

// The errors hold nothing of the token: they are logged.
var (
	errNoToken       = errors.New("there is no single Authorization header with a Bearer token")
	errNoKeyID       = errors.New("the token names no key (kid)")
	errUnknownKey    = errors.New("the issuer has no key with the token's kid and alg")
	errCritical      = errors.New("the token demands an extension (crit)")
	errWrongAudience = errors.New("the token is for another audience")
	errOddTime       = errors.New("exp, nbf or iat is not a time from 1970 to 9999")
	errInvalidToken  = errors.New("the token is not valid")
)

// known returns which of the errors that can be logged err is. The text of the
// library's own may quote the token.
func known(err error) error {
	for _, one := range []error{
		errNoKeyID, errCritical, errUnknownKey,
		jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid,
		jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet, jwt.ErrTokenUsedBeforeIssued,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenRequiredClaimMissing, jwt.ErrTokenInvalidClaims,
	} {
		if errors.Is(err, one) {
			return one
		}
	}
	return errInvalidToken
}

// lastSecond is the end of the year 9999, in Unix time.
const lastSecond = 253402300799

// haveTimes reports whether the times of a token are some. The library turns
// numbers that are too large into other times.
func haveTimes(claims jwt.MapClaims) bool {
	for _, name := range []string{"exp", "nbf", "iat"} {
		value, ok := claims[name]
		if !ok {
			continue
		}
		number, _ := value.(json.Number)
		if seconds, err := number.Float64(); err != nil || seconds < 0 || seconds > lastSecond {
			return false
		}
	}
	return true
}

// Verify returns the claims of the request's token in the form in which API
// Gateway hands them to a function, or an error that says what is wrong with
// the token and holds nothing of it.
func (v *Verifier) Verify(r *http.Request) (map[string]string, error) {
	token, err := bearerToken(r)
	if err != nil {
		return nil, err
	}
	if before, ok := v.remembered.get(token, time.Now()); ok {
		if key, err := v.findKey(r.Context(), before.token); err == nil && sameKey(key, before.key) {
			return before.claims, nil
		}
	}
	first, err := v.verify(r.Context(), token)
	if err != nil {
		return nil, err
	}
	v.remembered.put(token, first)
	return first.claims, nil
}

func (v *Verifier) verify(ctx context.Context, token string) (verified, error) {
	claims := jwt.MapClaims{}
	var key any
	parsed, err := v.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (_ any, err error) {
		key, err = v.key(ctx, t)
		return key, err
	})
	if err != nil {
		return verified{}, known(err)
	}
	if !haveTimes(claims) {
		return verified{}, errOddTime
	}
	if !v.isAudience(claims) {
		return verified{}, errWrongAudience
	}
	expires, err := claims.GetExpirationTime()
	if err != nil || expires == nil {
		return verified{}, errOddTime // the parser has seen that there is one
	}
	header := &jwt.Token{Method: parsed.Method, Header: parsed.Header}
	return verified{header, key, claimTexts(claims), expires.Time}, nil
}

// bearerToken reads the header of RFC 6750, section 2.1.
func bearerToken(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", errNoToken
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errNoToken
	}
	return strings.TrimLeft(token, " "), nil
}

// key demands a kid: without one, keyfunc would try all keys.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	if kid, _ := t.Header["kid"].(string); kid == "" {
		return nil, errNoKeyID
	}
	if _, ok := t.Header["crit"]; ok {
		return nil, errCritical // none is known here: RFC 7515, section 4.1.11
	}
	key, err := v.findKey(ctx, t)
	if err != nil {
		return nil, errUnknownKey // keyfunc's error quotes the token
	}
	return key, nil
}

// isAudience looks at client_id only if there is no aud.
func (v *Verifier) isAudience(claims jwt.MapClaims) bool {
	if _, ok := claims["aud"]; !ok {
		client, _ := claims["client_id"].(string)
		return client != "" && slices.Contains(v.audiences, client)
	}
	named, err := claims.GetAudience()
	return err == nil && slices.ContainsFunc(named, func(a string) bool { return a != "" && slices.Contains(v.audiences, a) })
}
