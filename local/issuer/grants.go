package issuer

import (
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync"
	"time"

	"image-sharing/local/sample"
)

const (
	codeTime = time.Minute
	// sessionTime is for how long somebody stays signed in who does nothing.
	sessionTime = 12 * time.Hour
	// mostGrants bounds the codes, and the sessions, that are kept: anybody on this
	// machine can ask for one.
	mostGrants = 1000
)

// grant is what somebody has let the console do.
type grant struct {
	person   sample.Person
	scope    string
	nonce    string
	origin   string // where the page is
	signedIn time.Time
}

// code is a grant that waits to be exchanged (RFC 6749, section 4.1).
type code struct {
	grant
	redirectURI string
	challenge   string // of RFC 7636
	until       time.Time
	// session is what it was exchanged for, "" before.
	session string
}

// session is a grant that is renewed by refresh tokens, of which the newest counts.
type session struct {
	grant
	secret string
	until  time.Time
}

// grants are kept in memory: after a restart people sign in again.
type grants struct {
	mu       sync.Mutex
	codes    map[string]*code
	sessions map[string]*session
}

func newGrants() *grants {
	return &grants{codes: make(map[string]*code), sessions: make(map[string]*session)}
}

// put keeps a code for a minute, and returns its name.
func (g *grants) put(c code) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.until = time.Now().Add(codeTime)
	name := rand.Text()
	makeRoom(g.codes, func(c *code) time.Time { return c.until })
	g.codes[name] = &c
	return name
}

// makeRoom removes what is over, and then the one that is over first.
func makeRoom[T any](all map[string]T, until func(T) time.Time) {
	now, first := time.Now(), ""
	for name, one := range all {
		switch {
		case !now.Before(until(one)):
			delete(all, name)
		case first == "" || until(one).Before(until(all[first])):
			first = name
		}
	}
	if len(all) >= mostGrants {
		delete(all, first)
	}
}

// redeem exchanges a code for a session, if fits says that it was given to who asks, and
// returns the session's grant and refresh token. A code is good for one attempt. If it
// comes again, somebody has stolen it, and what it was exchanged for ends (RFC 6749,
// section 4.1.2).
func (g *grants) redeem(name string, fits func(code) bool) (grant, string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.codes[name]
	if c == nil || !time.Now().Before(c.until) {
		return grant{}, "", false
	}
	if c.session != "" {
		delete(g.sessions, c.session)
		return grant{}, "", false
	}
	c.session = rand.Text()
	if !fits(*c) {
		return grant{}, "", false
	}
	makeRoom(g.sessions, func(s *session) time.Time { return s.until })
	s := &session{grant: c.grant}
	g.sessions[c.session] = s
	return s.grant, s.renew(c.session), true
}

// renew exchanges a refresh token for the next one. One that was exchanged before ends
// its session (RFC 9700, section 4.14.2).
func (g *grants) renew(refreshToken string) (grant, string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	name, secret, _ := strings.Cut(refreshToken, ".")
	s := g.sessions[name]
	if s == nil {
		return grant{}, "", false
	}
	if !time.Now().Before(s.until) || subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) != 1 {
		delete(g.sessions, name)
		return grant{}, "", false
	}
	return s.grant, s.renew(name), true
}

// renew gives the session its next secret, and returns the refresh token.
func (s *session) renew(name string) string {
	s.secret, s.until = rand.Text(), time.Now().Add(sessionTime)
	return name + "." + s.secret
}

// end ends the session of a refresh token, whichever it is of.
func (g *grants) end(refreshToken string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	name, _, _ := strings.Cut(refreshToken, ".")
	delete(g.sessions, name)
}
