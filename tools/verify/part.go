package main

import (
	"bufio"
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
	"time"
)

// grace is how much longer than its time a package may take: least numbers of
// rounds, stores that start, a failure that is made smaller.
const grace = 45 * time.Minute

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

// run runs the part, and a fuzz target again that failed only because its time
// was over.
func (p part) run(seed string) result {
	start := time.Now()
	r := p.test(seed)
	if r.timeIsOver() {
		r = p.test(seed)
		r.figures = append(r.figures, "ran twice: the first time go test failed at its end, without a failing input")
	}
	r.took = time.Since(start)
	return r
}

func (p part) test(seed string) result {
	r := result{part: p, said: map[string][]string{}}
	command := exec.Command("go", p.args()...)
	command.Env = append(os.Environ(), "DURATION="+p.time.String(), "SEED="+seed)
	out, err := command.StdoutPipe()
	if err == nil {
		command.Stderr = command.Stdout
		err = command.Start()
	}
	if err == nil {
		err = errors.Join(r.read(out), command.Wait())
	}
	if r.err = err; err != nil {
		for _, test := range slices.Sorted(maps.Keys(r.said)) { // words of the compiler, and what a crash cut off
			r.tell(test)
		}
	}
	return r
}

// result is what a part came to.
type result struct {
	part
	passed, failed, skipped int
	took                    time.Duration
	figures                 []string // what the tests that passed have logged
	trouble                 []string // all that the others have said
	err                     error
	// said is what each test that has not ended yet has said, and under "" the
	// package and the go command.
	said map[string][]string
}

// ok is false also when a test was skipped: the long form is run where
// everything can run. And a part in which no test ran has shown nothing.
func (r *result) ok() bool {
	return r.err == nil && r.failed == 0 && r.skipped == 0 && r.passed > 0
}

var deadline = regexp.MustCompile(`(?m)^\s*context deadline exceeded$`)

// timeIsOver reports whether go test -fuzz failed with the end of its own time,
// which on a busy machine it sometimes takes for a failure (internal/fuzz: its
// context ends a moment before that of its workers, and it compares the two).
// Whatever it finds it writes down as an input.
func (r *result) timeIsOver() bool {
	text := strings.Join(r.trouble, "")
	return r.fuzz != "" && deadline.MatchString(text) && !strings.Contains(text, "Failing input written to")
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
	}
	return lines.Err()
}

var (
	// logged is a line of t.Log.
	logged = regexp.MustCompile(`^\s*\w+\.go:\d+: (.*)`)
	// executions is in the line that go test -fuzz writes every few seconds.
	executions = regexp.MustCompile(`^fuzz: elapsed: .*execs: (\d+)`)
	// noise says nothing that is not said anyway.
	noise = regexp.MustCompile(`^(=== |fuzz: elapsed: |PASS$|FAIL$|FAIL\t|exit status )`)
)

func (r *result) take(e event) {
	switch e.Action {
	case "output", "build-output":
		if m := executions.FindStringSubmatch(e.Output); m != nil {
			r.figures = []string{m[1] + " executions"}
		}
		if !noise.MatchString(strings.TrimSuffix(e.Output, "\n")) {
			r.said[e.Test] = append(r.said[e.Test], e.Output)
		}
	case "pass", "skip", "fail":
		if e.Test != "" { // otherwise it is the package
			r.count(e)
		}
	}
}

// count takes the end of a test, and shows it unless it is inside another.
func (r *result) count(e event) {
	if !strings.Contains(e.Test, "/") {
		fmt.Printf("verify:   %s: %s in %.1fs\n", e.Test, e.Action, e.Elapsed)
	}
	switch e.Action {
	case "pass":
		r.passed++
		for _, line := range r.said[e.Test] {
			if m := logged.FindStringSubmatch(line); m != nil {
				r.figures = append(r.figures, e.Test+": "+m[1])
			}
		}
		delete(r.said, e.Test)
		return
	case "skip":
		r.skipped++
	case "fail":
		r.failed++
	}
	r.tell(e.Test)
}

// tell shows and keeps everything that a test has said.
func (r *result) tell(test string) {
	if text := strings.Join(r.said[test], ""); text != "" {
		r.trouble = append(r.trouble, text)
		fmt.Print(text)
	}
	delete(r.said, test)
}
