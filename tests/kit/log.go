package kit

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"image-sharing/tests/kit/api"
)

// log has what all services of the binary have logged.
var log buffer

type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer, for many at a time.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// Log returns the log of the binary, in which Main looks for secrets. Start and
// Shared use it; what else logs for a test should.
func Log() *slog.Logger { return slog.New(slog.NewJSONHandler(&log, nil)) }

// QuietLog returns a log for a service that has to get along with all that a
// test sends: an error in it fails the test.
func QuietLog(t testing.TB) *slog.Logger {
	var own buffer
	t.Cleanup(func() {
		for line := range strings.Lines(own.String()) {
			if strings.Contains(line, `"level":"ERROR"`) {
				t.Errorf("the service logged %.2000s", line)
			}
		}
	})
	return slog.New(slog.NewJSONHandler(io.MultiWriter(&own, &log), nil))
}

// Logged returns the lines of the log that have a text, such as a request's id.
func Logged(t testing.TB, text string) (lines []api.Object) {
	t.Helper()
	for line := range strings.Lines(log.String()) {
		if !strings.Contains(line, text) {
			continue
		}
		var l api.Object
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}
