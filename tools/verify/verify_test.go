package main

import (
	"errors"
	"math"
	"os"
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
		r := report{parts: 2, results: []result{{passed: 3}, one}}
		if r.passed() || !strings.HasPrefix(r.markdown(), "# Verification: NOT everything passed\n") {
			t.Errorf("%s: %s", name, r.markdown())
		}
	}
	if (&report{}).passed() {
		t.Error("nothing at all passes")
	}
}

func TestAReportSaysHowFarItGot(t *testing.T) {
	r := report{parts: 2, results: []result{{passed: 3}}}
	if r.passed() || !strings.HasPrefix(r.markdown(), "# Verification: INCOMPLETE after 1 of 2 parts, so far everything passed\n") {
		t.Errorf("half of it: %s", r.markdown())
	}
	r.results = append(r.results, result{passed: 1})
	if !r.passed() || !strings.HasPrefix(r.markdown(), "# Verification: everything passed\n") {
		t.Errorf("all of it: %s", r.markdown())
	}
}

func TestTestsAreCountedWithTheirFigures(t *testing.T) {
	r := result{said: map[string][]string{}}
	err := r.read(strings.NewReader(`{"Action":"output","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Test":"TestA","Output":"    a_test.go:12: 3 rounds in 1s\n"}
{"Action":"pass","Test":"TestA"}
{"Action":"output","Test":"TestB","Output":"    b_test.go:1: broken\n"}
{"Action":"fail","Test":"TestB"}
{"Action":"output","Test":"TestC","Output":"    c_test.go:70: no Java\n"}
{"Action":"skip","Test":"TestC"}
{"Action":"output","Test":"FuzzD","Output":"fuzz: elapsed: 3s, execs: 10 (3/sec)\n"}
{"Action":"output","Test":"FuzzD","Output":"fuzz: elapsed: 6s, execs: 25 (3/sec)\n"}
{"Action":"pass"}
`))
	if err != nil || r.passed != 1 || r.failed != 1 || r.skipped != 1 {
		t.Errorf("counted %+v, %v", r, err)
	}
	if !slices.Equal(r.figures, []string{"25 executions"}) {
		t.Errorf("figures %q", r.figures)
	}
	if !slices.Equal(r.trouble, []string{"    b_test.go:1: broken\n", "    c_test.go:70: no Java\n"}) {
		t.Errorf("trouble %q", r.trouble)
	}
}

// The go command is real: this is the shape of its events.
func TestWhatTheCompilerSaysIsReported(t *testing.T) {
	testModule(t, "package a\n\nfunc broken() { missing() }\n")
	r := report{parts: 1, results: []result{part{path: "."}.run("1")}}
	if text := r.markdown(); !strings.Contains(text, "undefined: missing") || !strings.Contains(text, "- no test ran\n") {
		t.Errorf("the report is %s", text)
	}
}

func TestWhatACrashCutsOffIsReported(t *testing.T) {
	testModule(t, "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {\n\tprintln(\"all is lost\")\n\tos.Exit(3)\n}\n")
	r := report{parts: 1, results: []result{part{path: "."}.run("1")}}
	if text := r.markdown(); r.passed() || !strings.Contains(text, "all is lost") {
		t.Errorf("the report is %s", text)
	}
}

// The target stands for internal/fuzz: it fails once as that does at the end of
// its time.
func TestAFuzzTargetWhoseTimeIsOverRunsAgain(t *testing.T) {
	testModule(t, `package a

import (
	"fmt"
	"os"
	"testing"
)

func FuzzA(f *testing.F) {
	if os.Mkdir("ran", 0o700) == nil {
		fmt.Println("    context deadline exceeded")
		f.Fail()
	}
	f.Fuzz(func(*testing.T, []byte) {})
}
`)
	r := part{path: ".", fuzz: "FuzzA", time: time.Second}.run("1")
	if !r.ok() || !strings.Contains(strings.Join(r.figures, "\n"), "ran twice") {
		t.Errorf("got %+v", r)
	}
}

func TestAFindingIsNotTakenForTheEndOfTheTime(t *testing.T) {
	const over = "--- FAIL: FuzzA (31.03s)\n    context deadline exceeded\n"
	for text, want := range map[string]bool{
		over: true,
		over + "    Failing input written to testdata/fuzz/FuzzA/771e938e4458e983\n": false,
		"    a_test.go:7: Get: context deadline exceeded\n":                          false,
	} {
		r := result{part: part{fuzz: "FuzzA"}, trouble: []string{text}}
		if r.timeIsOver() != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
	if r := (result{trouble: []string{over}}); r.timeIsOver() {
		t.Error("a package's test has no such end")
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

// testModule is module for a test that runs the go command's own tests in it.
func testModule(t *testing.T, test string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the go command's tests, which go test -short leaves out")
	}
	module(t, map[string]string{"a_test.go": test})
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
