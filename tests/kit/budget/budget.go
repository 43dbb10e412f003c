// Package budget says how long a test of random choices goes on, and with which
// choices. Such tests have two forms. The short one, of every day, has fixed
// seeds and a fixed number of rounds. With DURATION set (20m) it is the long
// one: fresh seeds, for as long as each test's share of that time lasts. SEED=n
// makes n the seed of the first round in either form; a round that fails names
// its own.
package budget

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// The environment's, read once. Duration is 0 in the short form.
var (
	Duration time.Duration
	Seed     uint64
)

func init() {
	var err error
	if Duration, Seed, err = read(os.Getenv("DURATION"), os.Getenv("SEED")); err != nil {
		panic(err)
	}
	initRapid()
}

func read(duration, seed string) (d time.Duration, s uint64, err error) {
	s = 1
	if duration != "" {
		if d, err = time.ParseDuration(duration); err != nil || d <= 0 {
			return 0, 0, fmt.Errorf("DURATION is %q: it must be a duration such as 20m", duration)
		}
		s = uint64(rand.Uint32())
	}
	if seed != "" {
		if s, err = strconv.ParseUint(seed, 10, 64); err != nil {
			return 0, 0, fmt.Errorf("SEED is %q: it must be a whole number", seed)
		}
	}
	return d, s, nil
}

// leastRounds is how often a test is repeated in the long form, however little
// time it has.
const leastRounds = 10

// Rounds are the rounds of a test, each with its seed and a source of randomness
// made from it: so many in the short form, and in the long one as many as fit
// into the test's share of the time. They end with the round that fails.
func Rounds(t testing.TB, share float64, short int) iter.Seq2[uint64, *rand.Rand] {
	return func(yield func(uint64, *rand.Rand) bool) {
		start, n, over := time.Now(), 0, Overtime(share)
		defer func() {
			t.Logf("%d rounds in %s", n, time.Since(start).Round(time.Millisecond))
			if t.Failed() {
				t.Logf("SEED=%d begins with the round that failed", Seed+uint64(max(n, 1)-1))
			}
		}()
		for more := true; more && !t.Failed(); {
			seed := Seed + uint64(n)
			n++
			more = yield(seed, rand.New(rand.NewPCG(seed, 0)))
			if Duration == 0 {
				more = more && n < short
			} else {
				more = more && (n < max(short, leastRounds) || !over())
			}
		}
	}
}

// Overtime returns a function that reports whether a test's share of Duration
// is used, from now on. In the short form it never is.
func Overtime(share float64) (over func() bool) {
	// What is read before the tests run is not known to go test, which would take a
	// result of another form from its cache.
	_, _ = os.LookupEnv("DURATION")
	_, _ = os.LookupEnv("SEED")
	end := time.Now().Add(time.Duration(float64(Duration) * share))
	return func() bool { return Duration > 0 && time.Now().After(end) }
}
