package main

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAFailureASkipOrNoTestIsNoPass(t *testing.T) {
	for name, one := range map[string]result{
		"failed":  {passed: 1, failed: 1},
		"skipped": {passed: 1, skipped: 1},
		"no test": {},
		"error":   {passed: 1, err: errors.New("exit status 1")},
	} {
		r := report{parts: 2}
		r.add(result{passed: 3})
		r.add(one)
		if r.passed() || !strings.Contains(r.markdown(), "# Verification: NOT everything passed\n") {
			t.Errorf("%s: %s", name, r.markdown())
		}
	}
	if (&report{}).passed() {
		t.Error("nothing at all passes")
	}
}

func TestAReportSaysHowFarItGot(t *testing.T) {
	passed, cut := result{passed: 3}, result{passed: 1, err: errInterrupted}
	for want, results := range map[string][]result{
		"everything passed": {passed, passed},
		"INCOMPLETE after 1 of 2 parts, so far everything passed":      {passed},
		"INTERRUPTED after 1 of 2 parts, so far everything passed":     {passed, cut},
		"INTERRUPTED after 1 of 2 parts, so far NOT everything passed": {{failed: 1}, cut},
		"INTERRUPTED after 0 of 2 parts, so far NOT everything passed": {{failed: 1, err: errInterrupted}},
	} {
		r := report{parts: 2, results: results}
		if !strings.HasPrefix(r.markdown(), "# Verification: "+want+"\n") {
			t.Errorf("no %q in %s", want, r.markdown())
		}
		if r.passed() != (want == "everything passed") {
			t.Errorf("%q: passed is %v", want, r.passed())
		}
	}
}

func TestTestsAreCountedWithTheirFigures(t *testing.T) {
	r := newResult("./a")
	for _, e := range []event{
		{Action: "output", Test: "TestA", Output: "=== RUN   TestA\n"},
		{Action: "output", Test: "TestA", Output: "    a_test.go:12: 3 rounds in 1s\n"},
		{Action: "pass", Test: "TestA"},
		{Action: "output", Test: "TestB", Output: "    b_test.go:1: broken\n"},
		{Action: "fail", Test: "TestB"},
		{Action: "output", Test: "TestC", Output: "    ddbtest.go:70: no Java\n"},
		{Action: "skip", Test: "TestC"},
		{Action: "pass"},
	} {
		r.take(e)
	}
	if r.passed != 1 || r.failed != 1 || r.skipped != 1 {
		t.Errorf("counted %+v", r)
	}
	text := (&report{parts: 1, results: []result{r}}).markdown()
	for _, want := range []string{
		"\n- ./a TestA: 3 rounds in 1s\n", "\n    b_test.go:1: broken\n", "\n- skipped TestC: no Java\n",
	} {
		if strings.Count(text, want) != 1 {
			t.Errorf("no %q, or more than one, in %s", want, text)
		}
	}
	if strings.Contains(text, "=== RUN") {
		t.Errorf("there is noise in %s", text)
	}
}

func TestTheLastNumberOfExecutionsIsTheFigure(t *testing.T) {
	r := newResult("./a FuzzA")
	for _, execs := range []string{"10", "25"} {
		r.take(event{Action: "output", Test: "FuzzA", Output: "fuzz: elapsed: 3s, execs: " + execs + " (3/sec), new interesting: 0 (total: 1)\n"})
	}
	if !slices.Equal(r.figures, []string{"25 executions"}) {
		t.Errorf("figures %q", r.figures)
	}
}

// The go command is real: this is the shape of its events.
func TestWhatTheCompilerSaysIsReported(t *testing.T) {
	module(t, map[string]string{"a_test.go": "package a\n\nfunc broken() { missing() }\n"})
	r := part{path: "."}.run(t.Context(), "1")
	text := (&report{parts: 1, results: []result{r}}).markdown()
	if !strings.Contains(text, "undefined: missing") || !strings.Contains(text, "- no test ran\n") {
		t.Errorf("the report is %s", text)
	}
}

func TestWhatACrashCutsOffIsReported(t *testing.T) {
	r := newResult("./a")
	if err := r.read(strings.NewReader(`{"Action":"output","Test":"TestA","Output":"fatal error: all is lost\n"}
go: words of its own
`)); err != nil {
		t.Fatal(err)
	}
	r.tellTheRest()
	if text := strings.Join(r.failures, ""); !strings.Contains(text, "all is lost") || !strings.Contains(text, "words of its own") {
		t.Errorf("kept %q", text)
	}
}

func TestProgressIsOfWholeTests(t *testing.T) {
	for want, e := range map[string]event{
		"verify:   TestA passed in 1.5s\n":  {Action: "pass", Test: "TestA", Elapsed: 1.5},
		"verify:   TestB FAILED in 0.0s\n":  {Action: "fail", Test: "TestB"},
		"verify:   TestC skipped in 0.0s\n": {Action: "skip", Test: "TestC"},
	} {
		if got := e.progress(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	for _, e := range []event{{Action: "pass"}, {Action: "pass", Test: "TestA/sub"}, {Action: "run", Test: "TestA"}} {
		if got := e.progress(); got != "" {
			t.Errorf("%+v says %q", e, got)
		}
	}
}

// The shell ends when it is interrupted, but what it runs in the background
// does not, and holds nothing that anybody waits for.
func TestNobodyOutlivesAnInterruptedPart(t *testing.T) {
	alive, held, err := os.Pipe() // at its end when nobody holds it
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	ctx, cancel := context.WithCancel(t.Context())
	command := exec.CommandContext(ctx, "sh", "-c", `trap "exit 1" INT; sleep 600 >/dev/null 2>&1 & echo >&3; wait`)
	command.ExtraFiles = []*os.File{held}
	go func() {
		defer cancel()
		_, _ = alive.Read(make([]byte, 1)) // it runs
	}()
	r := newResult("./a")
	if err := r.listen(command); err == nil {
		t.Error("it ended well")
	}
	_ = held.Close()
	_ = alive.SetReadDeadline(time.Now().Add(patience / 2)) // then it would be killed anyway
	if rest, err := io.ReadAll(alive); err != nil {
		t.Errorf("somebody is left: read %q, %v", rest, err)
	}
}

func TestFuzzTargetsAreRead(t *testing.T) {
	dir := module(t, map[string]string{
		"a/a_test.go":               "package a\n\nfunc FuzzOne(f *testing.F) {\n}\n\nfunc FuzzTwo(f *testing.F) {}\n\nfunc TestFuzzThree(t *testing.T) {}\n",
		"a/a.go":                    "package a\n\nfunc FuzzFour(f *testing.F) {}\n",
		"a/testdata/b_test.go":      "package b\n\nfunc FuzzFive(f *testing.F) {}\n",
		"c/node_modules/c_test.go":  "package c\n\nfunc FuzzSix(f *testing.F) {}\n",
		".hidden/d_test.go":         "package d\n\nfunc FuzzSeven(f *testing.F) {}\n",
		"e/deep/fuzz_other_test.go": "package deep_test\n\nfunc FuzzEight(f *testing.F) {}\n",
	})
	got, err := fuzzTargets(os.DirFS(dir))
	want := []part{{path: "./a", fuzz: "FuzzOne"}, {path: "./a", fuzz: "FuzzTwo"}, {path: "./e/deep", fuzz: "FuzzEight"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("found %v, %v", got, err)
	}
}

func TestThePartsTakeTheWholeTime(t *testing.T) {
	var sum time.Duration
	for _, p := range partsOf(time.Hour, make([]part, 7)) {
		sum += p.time
	}
	if math.Abs((sum - time.Hour).Seconds()) > 1 {
		t.Errorf("they take %s of an hour", sum)
	}
}

func TestDurations(t *testing.T) {
	if d, err := durationOf(""); err != nil || d != defaultDuration {
		t.Errorf("default %v, %v", d, err)
	}
	for _, bad := range []string{"20", "-1m", "0s", "x"} {
		if _, err := durationOf(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// module makes a module of these files the current folder.
func module(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Chdir(dir)
	files["go.mod"] = "module a\n"
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
