package kit

import (
	"slices"
	"strings"
	"sync"

	"image-sharing/tests/kit/api"
)

// secrets are what no line of a log may have.
var secrets = secretTexts{
	texts: []string{api.SystemSnapshot, api.DataSnapshot, "Bearer ey", "panic: ", "panic serving"},
}

// Mark and HugeNumber are for requests and tokens that an error might quote. No
// log may have them.
var (
	Mark       = Secret("hostile!mark")
	HugeNumber = Secret(strings.Repeat("7", 400)) // too large for any type
)

// Secret makes a text one that no log may have, and returns it.
func Secret(text string) string {
	secrets.mu.Lock()
	defer secrets.mu.Unlock()
	secrets.texts = append(secrets.texts, text)
	return text
}

// SecretTokens makes the tokens in a text, good or bad, secrets. Those that
// Environment gets are.
func SecretTokens(text string) { secrets.addTokens(text) }

// leaks are the lines of the binary's log that have a secret.
func leaks() []string { return secrets.leaks(log.String()) }

// secretTexts knows the parts of tokens by their beginnings, so that one pass
// over a log finds any of thousands.
type secretTexts struct {
	mu     sync.Mutex
	texts  []string
	begins map[string]bool
}

const (
	shortestPart = 61 // what is shorter may be an id, and ids are logged
	beginning    = 24
)

func (s *secretTexts) addTokens(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begins == nil {
		s.begins = map[string]bool{}
	}
	for part := range strings.FieldsFuncSeq(text, notBase64URL) {
		if len(part) >= shortestPart {
			s.begins[part[:beginning]] = true
		}
	}
}

func notBase64URL(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func (s *secretTexts) leaks(log string) (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(log) {
		if s.haveToken(line) || slices.ContainsFunc(s.texts, func(text string) bool { return strings.Contains(line, text) }) {
			lines = append(lines, line)
		}
	}
	return lines
}

func (s *secretTexts) haveToken(line string) bool {
	for run := range strings.FieldsFuncSeq(line, notBase64URL) {
		for ; len(run) >= beginning; run = run[1:] {
			if s.begins[run[:beginning]] {
				return true
			}
		}
	}
	return false
}
