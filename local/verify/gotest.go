package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// grace is how much longer than its time a package may take: least numbers of
// rounds, engines that start, a failure that is made smaller.
const grace = 20 * time.Minute

// result is what one run of go test said.
type result struct {
	name           string
	passed, failed int
	skipped        int
	took           time.Duration
	figures        []string // what the tests logged, one line each
	failures       []string
	err            error
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action string
	Test   string
	Output string
}

// logged is a line of t.Log.
var logged = regexp.MustCompile(`^\s*\w+_test\.go:\d+: (.*)`)

func runPackage(ctx context.Context, path string, d time.Duration, seed string) result {
	args := []string{"test", "-race", "-count=1", "-json", "-timeout", (d + grace).String(), path}
	return goTest(ctx, path, args, "DURATION="+d.String(), "SEED="+seed)
}

func goTest(ctx context.Context, name string, args []string, env ...string) result {
	start := time.Now()
	r := result{name: name}
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), env...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		r.err = err
		return r
	}
	if r.err = command.Start(); r.err != nil {
		return r
	}
	outputs := map[string][]string{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			r.take(e, outputs)
		}
	}
	r.err = command.Wait()
	r.took = time.Since(start)
	return r
}

// take counts an event. A failed test's whole output is kept and shown.
func (r *result) take(e event, outputs map[string][]string) {
	switch e.Action {
	case "output":
		outputs[e.Test] = append(outputs[e.Test], e.Output)
		if m := logged.FindStringSubmatch(e.Output); m != nil && e.Test != "" {
			r.figures = append(r.figures, e.Test+": "+strings.TrimSpace(m[1]))
		}
	case "pass":
		if e.Test != "" {
			r.passed++
		}
	case "skip":
		r.skipped++
	case "fail":
		if e.Test != "" {
			r.failed++
		}
		text := strings.Join(outputs[e.Test], "")
		r.failures = append(r.failures, text)
		fmt.Print(text)
	}
}
