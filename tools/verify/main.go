// Command verify runs the long form of the proofs: random sequences,
// histories, faults, crashes, races and fuzzing, with fresh seeds. It writes
// verify-report.md after each part, so that an interrupted run leaves one too,
// and ends with status 1 unless everything ran and passed.
//
// DURATION (a Go duration, 20m by default) is about how long it takes, but
// never less than one short form of each part. SEED=n, which a report names,
// replays random sequences, histories, faults and orders. A fuzz failure is
// replayed from the input that go keeps under the package's testdata/fuzz.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	reportFile      = "verify-report.md"
	defaultDuration = 20 * time.Minute
)

// packages are run as a whole; each gets its share of the time.
var packages = []struct {
	path  string
	share float64
}{
	{"./shared/dynamo", 0.05},
	{"./tests/robustness", 0.64},
	{"./tests/faultinjection", 0.14},
	{"./tests/stream", 0.04},
}

// fuzzShare is for all fuzz targets together.
const fuzzShare = 0.13

func main() {
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run() (ok bool, err error) {
	duration, err := durationOf(os.Getenv("DURATION"))
	if err != nil {
		return false, err
	}
	seed := os.Getenv("SEED")
	if seed == "" {
		seed = strconv.FormatUint(uint64(rand.Uint32()), 10)
	}
	targets, err := fuzzTargets(os.DirFS("."))
	if err != nil {
		return false, err
	}
	parts := partsOf(duration, targets)
	r := report{start: time.Now(), duration: duration, seed: seed, commit: commit(), parts: len(parts)}
	fmt.Printf("verify: about %s, SEED=%s\n", duration, seed)
	if err := r.write(); err != nil { // over that of an earlier run
		return false, err
	}
	for i, p := range parts {
		fmt.Printf("verify: %d of %d, %s for %s\n", i+1, len(parts), p.name(), p.time.Round(time.Second))
		r.results = append(r.results, p.run(seed))
		if err := r.write(); err != nil {
			return false, err
		}
	}
	fmt.Printf("verify: %s, see %s\n", r.verdict(), reportFile)
	return r.passed(), nil
}

func partsOf(duration time.Duration, targets []part) (parts []part) {
	of := func(share float64) time.Duration { return time.Duration(float64(duration) * share) }
	for _, p := range packages {
		parts = append(parts, part{path: p.path, time: of(p.share)})
	}
	for _, t := range targets {
		t.time = max(of(fuzzShare)/time.Duration(len(targets)), time.Second)
		parts = append(parts, t)
	}
	return parts
}

func durationOf(s string) (time.Duration, error) {
	if s == "" {
		return defaultDuration, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("DURATION is %q: it must be a duration such as 20m", s)
	}
	return d, nil
}

func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
