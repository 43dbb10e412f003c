// Command verify runs the long form of the proofs: random sequences,
// histories, faults, crashes, races and fuzzing, with fresh seeds, for as long
// as DURATION says (a Go duration, 20m by default). It writes verify-report.md
// and ends with status 1 if anything failed. SEED=n replays the seed that an
// earlier report names.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	reportFile      = "verify-report.md"
	defaultDuration = 20 * time.Minute
)

// packages have a long form; each gets its part of the time.
var packages = []struct {
	path string
	part float64
}{
	{"./local/e2e", 0.50},
	{"./local/faults", 0.15},
	{"./local/crash", 0.15},
	{"./local/stream", 0.05},
}

// fuzzPart is for all fuzz targets together.
const fuzzPart = 0.15

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context) (ok bool, err error) {
	duration, err := durationOf(os.Getenv("DURATION"))
	if err != nil {
		return false, err
	}
	seed := os.Getenv("SEED")
	if seed == "" {
		seed = strconv.FormatUint(uint64(rand.Uint32()), 10)
	}
	r := report{start: time.Now(), duration: duration, seed: seed, commit: commit(ctx)}
	fmt.Printf("verify: about %s, SEED=%s\n", duration, seed)
	for _, p := range packages {
		d := time.Duration(float64(duration) * p.part)
		fmt.Printf("verify: %s for %s\n", p.path, d)
		r.add(runPackage(ctx, p.path, d, seed))
	}
	targets, err := fuzzTargets(ctx)
	if err != nil {
		return false, err
	}
	for _, t := range targets {
		d := time.Duration(float64(duration) * fuzzPart / float64(len(targets)))
		fmt.Printf("verify: %s %s for %s\n", t.path, t.name, d.Round(time.Second))
		r.add(runFuzz(ctx, t, d))
	}
	if err := os.WriteFile(reportFile, []byte(r.markdown()), 0o644); err != nil {
		return false, err
	}
	fmt.Printf("verify: %s, see %s\n", r.verdict(), reportFile)
	return r.passed(), nil
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

// commit is "" outside a checkout.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return ""
	}
	return string(out[:len(out)-1])
}
