package dynamodblocal

import "strings"

const (
	tailBytes = 16 << 10
	tailLines = 10
)

// tail keeps the end of a program's output, for the error that tells why the
// program failed.
type tail struct{ kept []byte }

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - tailBytes; over > 0 {
		t.kept = t.kept[over:]
	}
	return len(b), nil
}

// lines returns the last lines as one. The frames of a Java stack trace would
// push out the line that names the cause.
func (t *tail) lines() string {
	var lines []string
	for line := range strings.Lines(string(t.kept)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "at ") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return "it printed nothing"
	}
	return strings.Join(lines[max(0, len(lines)-tailLines):], " | ")
}
