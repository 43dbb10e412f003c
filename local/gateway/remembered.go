package gateway

import (
	"crypto"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// mostRemembered bounds the memory that tokens take. Only valid ones are
// remembered, so nobody can push the others out with what he makes up.
const mostRemembered = 10_000

// remembered are the tokens that were verified, by their hashes: to verify a
// signature takes a good part of a request. Of a token that expires, or whose key
// the issuer has withdrawn since, nothing is remembered.
type remembered struct {
	mu     sync.Mutex
	tokens map[[sha256.Size]byte]verified
}

// verified is a token without its signature.
type verified struct {
	token   *jwt.Token // for findKey
	key     crypto.PublicKey
	claims  map[string]string // for reading only
	expires time.Time
}

func (m *remembered) get(token string, now time.Time) (v verified, ok bool) {
	hash := sha256.Sum256([]byte(token))
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok = m.tokens[hash]
	if ok && !now.Before(v.expires) {
		delete(m.tokens, hash)
		return verified{}, false
	}
	return v, ok
}

func (m *remembered) put(token string, v verified) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens == nil {
		m.tokens = make(map[[sha256.Size]byte]verified)
	}
	for other := range m.tokens {
		if len(m.tokens) < mostRemembered {
			break
		}
		delete(m.tokens, other)
	}
	m.tokens[sha256.Sum256([]byte(token))] = v
}

// sameKey reports whether two keys of an issuer are the same.
func sameKey(a, b any) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}
