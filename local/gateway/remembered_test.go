package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// What is remembered of a token ends with the token, and with its key.
func TestARememberedTokenEnds(t *testing.T) {
	issuerKey() // takes its time outside of the bubble
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t, "http://issuer.test")
		refused := func(v *Verifier, what, token, reason string) {
			t.Helper()
			if got, err := v.Verify(withAuthorization("Bearer " + token)); err == nil || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: claims %v, error %v", what, got, err)
			}
		}
		verified := func(v *Verifier, token string) {
			t.Helper()
			for range 2 {
				if got, err := v.Verify(withAuthorization("Bearer " + token)); err != nil || got["sub"] != "alice" {
					t.Fatalf("claims %v, error %v", got, err)
				}
			}
			if len(v.remembered.tokens) != 1 {
				t.Fatalf("%d tokens are remembered", len(v.remembered.tokens))
			}
		}
		local := NewLocalVerifier(i)
		token := draft{claims: claims{"exp": time.Now().Unix() + 60}}.signed(t, i)
		verified(local, token)
		refused(local, "an altered token", token[:len(token)-3]+"AAA", "signature")
		time.Sleep(time.Minute)
		refused(local, "a token whose time is over", token, "expired")

		var key any = i.PublicKey()
		v := newVerifier(i.URL(), []string{i.Audience()}, func(context.Context, *jwt.Token) (any, error) {
			if key == nil {
				return nil, errUnknownKey
			}
			return key, nil
		})
		token = draft{claims: claims{"exp": time.Now().Unix() + 60}}.signed(t, i)
		verified(v, token)
		key = nil
		refused(v, "a token whose key was withdrawn", token, "no key")
		key = &strangerKey().PublicKey
		refused(v, "a token whose key is another one by now", token, "signature")
	})
}

func TestNoMoreIsRememberedThanThereIsRoomFor(t *testing.T) {
	var m remembered
	for i := range mostRemembered + 10 {
		m.put(fmt.Sprint(i), verified{expires: time.Now().Add(time.Hour)})
	}
	if len(m.tokens) != mostRemembered {
		t.Errorf("%d tokens are remembered", len(m.tokens))
	}
}
