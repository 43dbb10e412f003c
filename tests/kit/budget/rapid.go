package budget

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// shortCases is the most that the short form has, and longCases the end of the
// long one, which its time comes before.
const (
	shortCases = 100
	longCases  = 100_000
	steps      = 60 // of a random sequence, on average
)

// initRapid sets rapid's flags. Those on the command line come later, and so
// come first.
func initRapid() {
	cases := shortCases
	if Duration > 0 {
		cases = longCases
	}
	for name, value := range map[string]any{"rapid.seed": Seed, "rapid.checks": cases, "rapid.steps": steps} {
		if err := flag.Set(name, fmt.Sprint(value)); err != nil {
			panic(err)
		}
	}
}

// allOfThem takes back what -short means to rapid: a fifth of the cases, and half
// of the steps. Here it leaves out DynamoDB Local and no sequence.
var allOfThem = sync.OnceFunc(func() {
	if !testing.Short() {
		return
	}
	for name, factor := range map[string]int{"rapid.checks": 5, "rapid.steps": 2} {
		n, err := strconv.Atoi(flag.Lookup(name).Value.String())
		if err == nil {
			err = flag.Set(name, fmt.Sprint(n*factor))
		}
		if err != nil {
			panic(err)
		}
	}
})

// Check holds a property against random cases: so many (100 at most) in the
// short form, and in the long one at least as many, until the test's share of
// the time is used.
func Check(t *testing.T, share float64, short int, property func(*rapid.T)) {
	t.Helper()
	allOfThem()
	over, cases, failed := Overtime(share), 0, false
	rapid.Check(quiet{t}, func(r *rapid.T) {
		enough := cases >= short && (Duration == 0 || over())
		if enough && !failed {
			return // but a failure is made smaller however long it takes
		}
		cases++
		done := false
		defer func() { failed = failed || !done }()
		property(r)
		done = !r.Failed()
	})
	t.Logf("%d random cases", cases)
}

// quiet keeps back rapid's own count, which has those that were left out.
type quiet struct{ *testing.T }

// Logf is that of the test, but for rapid's count.
func (q quiet) Logf(format string, args ...any) {
	if q.Helper(); !strings.HasPrefix(format, "[rapid] OK") {
		q.T.Logf(format, args...)
	}
}
