package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
)

// inNoLine are parts of the bodies, tokens and ids that the tests send, and
// what a panic would write. TestMain looks for them in all that was logged.
var inNoLine = []string{
	hostileMark, hostileNumber, "body-secret", "snap-system-secret", "snap-data-secret", "Bearer ey", "panic: ", "panic serving",
}

// secrets are all tokens of the tests, good or bad.
var secrets tokenParts

// tokenParts are the parts of tokens. It knows them by their beginnings, so
// that one pass over a log finds any of thousands.
type tokenParts struct {
	mu     sync.Mutex
	begins map[string]bool
}

const (
	shortestPart = 61 // what is shorter may be an id, and ids are logged
	beginning    = 24
)

// add takes the parts of the tokens in the text.
func (p *tokenParts) add(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begins == nil {
		p.begins = map[string]bool{}
	}
	for part := range strings.FieldsFuncSeq(text, notBase64URL) {
		if len(part) >= shortestPart {
			p.begins[part[:beginning]] = true
		}
	}
}

func notBase64URL(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func (p *tokenParts) areIn(line []byte) bool {
	for run := range bytes.FieldsFuncSeq(line, notBase64URL) {
		for ; len(run) >= beginning; run = run[1:] {
			if p.begins[string(run[:beginning])] {
				return true
			}
		}
	}
	return false
}

// leaks are the lines of a log that have what no line may have.
func (p *tokenParts) leaks(log []byte) (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range bytes.Lines(log) {
		if p.areIn(line) || slices.ContainsFunc(inNoLine, func(s string) bool { return bytes.Contains(line, []byte(s)) }) {
			lines = append(lines, string(line))
		}
	}
	return lines
}

func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	id, part := strings.Repeat("i", shortestPart-1), "begins-with_this-and-has"+strings.Repeat("aB3-_", 20)
	var known tokenParts
	known.add("Bearer " + id + "." + part)
	for line, leaks := range map[string]int{
		"":                                         0,
		`"image":"` + id + `"`:                     0,
		part[:beginning-1] + "." + part[1:]:        0,
		`"cause":"malformed: ` + part + `"`:        1,
		"prefix" + part[:beginning]:                1,
		"a\n" + part + "\nb\n" + part + "." + part: 2,
		`"name":"` + hostileMark + `"`:             1,
	} {
		if found := known.leaks([]byte(line)); len(found) != leaks {
			t.Errorf("%q: found %q", line, found)
		}
	}
}

// quietLog is the log of a service that has to get along with all that a test
// sends: an error in it fails the test.
func quietLog(t *testing.T) *slog.Logger {
	var own syncBuffer
	t.Cleanup(func() {
		for line := range strings.Lines(own.String()) {
			if strings.Contains(line, `"level":"ERROR"`) {
				t.Errorf("the service logged %.2000s", line)
			}
		}
	})
	return slog.New(slog.NewJSONHandler(io.MultiWriter(&own, &logs), nil))
}

func TestOneLogLineForEachRequestWithoutItsSecrets(t *testing.T) {
	eachEngine(t, func(w *world) {
		owner, target := w.project("owner"), w.project("target")
		img := w.image(owner, "img", object{"description": "body-secret"})
		token := w.tenant(owner)
		a := w.send(token, "POST", sharesPath(owner, img), shareBody(target)).is(200)
		w.send(token+"x", "GET", imagePath(owner, img), nil).refused(401, "Unauthenticated")
		id := a.header.Get("Apigw-Requestid")

		// TestMain looks for what no line may have.
		var lines []object
		for line := range strings.Lines(logs.String()) {
			if strings.Contains(line, id) {
				var l object
				if err := json.Unmarshal([]byte(line), &l); err != nil {
					t.Fatal(err)
				}
				lines = append(lines, l)
			}
		}
		if len(lines) != 1 {
			t.Fatalf("%d lines for one request", len(lines))
		}
		expected := object{"project": owner, "image": img, "outcome": "ok", "status": 200.0, "msg": "request"}
		for field, want := range expected {
			if lines[0][field] != want {
				t.Errorf("%s is %v, not %v", field, lines[0][field], want)
			}
		}
		if _, ok := lines[0]["durationMs"].(float64); !ok {
			t.Errorf("no duration: %v", lines[0])
		}
	})
}
