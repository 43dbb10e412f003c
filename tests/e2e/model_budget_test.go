package e2e

import (
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The tests of random sequences and of concurrency have two forms. The short
// one has fixed seeds and a fixed number of rounds. With DURATION set (20m) it
// is the long one: fresh seeds, for as long as each test's share of that time
// lasts. SEED=n makes n the seed of the first round in either form; a round
// that fails names its own.
var (
	duration time.Duration // 0 in the short form
	seed     uint64        = 1
)

// The shares of DURATION. These tests run one after the other and their
// engines side by side, so the sum is what all of them take.
const (
	modelShare      = 0.33
	linearShare     = 0.35
	lateIndexShare  = 0.10
	listShare       = 0.04
	contentionShare = 0.02 // of each of its nine tests
)

// leastRounds is how often a test is repeated in the long form however little
// time it has.
const leastRounds = 10

// shortCases is how many random sequences the short form of the model-based
// test has. In the long form there is no end but the time's.
const (
	shortCases = 24
	longCases  = 100_000
	steps      = 60 // of a random sequence, on average
)

func init() {
	cases := shortCases
	if s := os.Getenv("DURATION"); s != "" {
		var err error
		if duration, err = time.ParseDuration(s); err != nil || duration <= 0 {
			panic(fmt.Sprintf("DURATION is %q: it must be a duration such as 20m", s))
		}
		seed, cases = uint64(rand.Uint32()), longCases
	}
	if s := os.Getenv("SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			panic(fmt.Sprintf("SEED is %q: it must be a whole number", s))
		}
	}
	// Flags on the command line come later, and so come first.
	for name, value := range map[string]any{"rapid.seed": seed, "rapid.checks": cases, "rapid.steps": steps} {
		if err := flag.Set(name, fmt.Sprint(value)); err != nil {
			panic(err)
		}
	}
}

// rounds are the rounds of a test, each with its own source of randomness: a
// number of them in the short form, and in the long one as many as fit into
// the test's share of the time.
func rounds(t *testing.T, share float64, short int) iter.Seq[*rand.Rand] {
	return func(yield func(*rand.Rand) bool) {
		start, n := time.Now(), 0
		over := overtime(share)
		defer func() {
			t.Logf("%d rounds in %s", n, time.Since(start).Round(time.Millisecond))
			if t.Failed() {
				t.Logf("SEED=%d begins with the round that failed", seed+uint64(n-1))
			}
		}()
		for more := true; more && !t.Failed(); {
			n++
			more = yield(rand.New(rand.NewPCG(seed+uint64(n-1), 0)))
			if duration == 0 {
				more = more && n < short
			} else {
				more = more && (n < leastRounds || !over())
			}
		}
	}
}

// overtime reports whether a test's share of DURATION is used since the call. In
// the short form it never is.
func overtime(share float64) func() bool {
	end := time.Now().Add(time.Duration(float64(duration) * share))
	return func() bool { return duration > 0 && time.Now().After(end) }
}

// checkCases checks a property of random sequences: so many cases in the short
// form, and until the share of the time is used in the long one.
func checkCases(t *testing.T, share float64, property func(*rapid.T)) {
	t.Helper()
	over, cases, failed := overtime(share), 0, false
	rapid.Check(quiet{t}, func(r *rapid.T) {
		if over() && cases >= shortCases && !failed {
			return // but a failure is made smaller however long it takes
		}
		cases++
		done := false
		defer func() { failed = failed || !done }()
		property(r)
		done = !r.Failed()
	})
	t.Logf("%d random sequences", cases)
}

// quiet keeps back rapid's own count, which has those that were left out.
type quiet struct{ *testing.T }

func (q quiet) Logf(format string, args ...any) {
	if q.Helper(); !strings.HasPrefix(format, "[rapid] OK") {
		q.T.Logf(format, args...)
	}
}
