package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// grace is how much longer than its time a package may take: least numbers
	// of rounds, engines that start, a failure that is made smaller.
	grace = 45 * time.Minute
	// patience is how long an interrupted part may take to end by itself.
	patience = 10 * time.Second
)

// part is one run of go test: of a package, or of one fuzz target in it, since
// go test -fuzz takes one at a time.
type part struct {
	path, fuzz string
	time       time.Duration
}

func (p part) name() string { return strings.TrimSpace(p.path + " " + p.fuzz) }

func (p part) args() []string {
	if p.fuzz != "" {
		return []string{"test", "-json", "-run", "^$", "-fuzz", "^" + p.fuzz + "$", "-fuzztime", p.time.String(), p.path}
	}
	return []string{"test", "-json", "-race", "-count=1", "-timeout", (p.time + grace).String(), p.path}
}

func (p part) run(ctx context.Context, seed string) result {
	command := exec.CommandContext(ctx, "go", p.args()...)
	command.Env = append(os.Environ(), "DURATION="+p.time.String(), "SEED="+seed)
	start := time.Now()
	r := newResult(p.name())
	if r.err = r.listen(command); ctx.Err() != nil {
		r.err = errInterrupted
	}
	r.took = time.Since(start)
	if r.err != nil {
		r.tellTheRest()
	}
	return r
}

// listen runs the command in a process group of its own and takes what it
// says. Nobody of the group outlives it: neither the test binary nor what that
// has started.
func (r *result) listen(command *exec.Cmd) error {
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	command.Stderr = command.Stdout
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	group := func(s syscall.Signal) error { return syscall.Kill(-command.Process.Pid, s) }
	kill := func() { _ = group(syscall.SIGKILL) } // usually nobody is there any more
	command.Cancel = func() error {
		time.AfterFunc(patience, kill)
		return group(syscall.SIGINT)
	}
	if err := command.Start(); err != nil {
		return err
	}
	defer kill()
	return errors.Join(r.read(out), command.Wait())
}

// result is what one run of go test said.
type result struct {
	name                    string
	passed, failed, skipped int
	took                    time.Duration
	figures                 []string // what the tests logged, one line each
	skips                   []string // with their reasons
	failures                []string
	err                     error
	// said is what each test that has not ended yet has said, and under "" the
	// package and the go command.
	said map[string][]string
}

var errInterrupted = errors.New("interrupted")

func newResult(name string) result { return result{name: name, said: map[string][]string{}} }

func (r *result) interrupted() bool { return r.err == errInterrupted }

// ok is false also when a test was skipped: the long form is run where
// everything can run. And a part in which no test ran has shown nothing.
func (r *result) ok() bool {
	return r.err == nil && r.failed == 0 && r.skipped == 0 && r.passed > 0
}

// event is a line of go test -json (go doc test2json, go help buildjson).
type event struct {
	Action  string
	Test    string
	Output  string
	Elapsed float64
}

func (r *result) read(out io.Reader) error {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil { // the go command's own words
			e = event{Action: "output", Output: lines.Text() + "\n"}
		}
		r.take(e)
		fmt.Print(e.progress())
	}
	return lines.Err()
}

var (
	// logged is a line of t.Log or t.Skip.
	logged = regexp.MustCompile(`^\s*\w+\.go:\d+: (.*)`)
	// executions is in the line that go test -fuzz writes every few seconds.
	executions = regexp.MustCompile(`^fuzz: elapsed: .*execs: (\d+)`)
	// noise tells nothing that is not told anyway.
	noise = regexp.MustCompile(`^(=== |fuzz: elapsed: |PASS$|FAIL$|FAIL\t|exit status |signal: interrupt$)`)
)

// take counts an event. Of a failed test the whole output is kept and shown,
// of the others what they logged.
func (r *result) take(e event) {
	switch e.Action {
	case "output", "build-output":
		if m := executions.FindStringSubmatch(e.Output); m != nil {
			r.figures = []string{m[1] + " executions"}
		}
		if !noise.MatchString(strings.TrimSuffix(e.Output, "\n")) {
			r.said[e.Test] = append(r.said[e.Test], e.Output)
		}
	case "pass":
		if e.Test != "" {
			r.passed++
			r.figures = append(r.figures, r.logged(e.Test)...)
		}
	case "skip":
		r.skipped++
		r.skips = append(r.skips, r.logged(e.Test)...)
	case "fail":
		if e.Test != "" {
			r.failed++
			r.tell(e.Test)
		}
	}
}

// logged returns what the test has logged, under its name.
func (r *result) logged(test string) (lines []string) {
	for _, line := range r.said[test] {
		if m := logged.FindStringSubmatch(line); m != nil {
			lines = append(lines, test+": "+m[1])
		}
	}
	delete(r.said, test)
	return lines
}

// tell shows and keeps everything that the test has said.
func (r *result) tell(test string) {
	if text := strings.Join(r.said[test], ""); text != "" {
		r.failures = append(r.failures, text)
		fmt.Print(text)
	}
	delete(r.said, test)
}

// tellTheRest is for what belongs to no test that failed: words of the compiler
// and of tests that a crash or an interrupt has cut off.
func (r *result) tellTheRest() {
	for _, test := range slices.Sorted(maps.Keys(r.said)) {
		r.tell(test)
	}
}

// progress is a line for each test that ends, without those inside it.
func (e event) progress() string {
	verdict := map[string]string{"pass": "passed", "fail": "FAILED", "skip": "skipped"}[e.Action]
	if verdict == "" || e.Test == "" || strings.Contains(e.Test, "/") {
		return ""
	}
	return fmt.Sprintf("verify:   %s %s in %.1fs\n", e.Test, verdict, e.Elapsed)
}
