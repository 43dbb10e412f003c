package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// together calls f n times at the same time and returns the answers.
func together(n int, f func(i int) answer) []answer {
	answers := make([]answer, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			answers[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// contest is what became of requests that were sent at the same time.
type contest struct {
	t       testing.TB
	answers []answer
}

// contest sends n requests at the same time, each again as long as it is told
// that nothing was written.
func (r *ring) contest(n int, send func(i int) answer) contest {
	took, attempts := make([]time.Duration, n), make([]int, n)
	c := contest{t: r.t, answers: together(n, func(i int) answer {
		start := time.Now()
		defer func() { took[i] = time.Since(start) }()
		for {
			attempts[i]++
			a := send(i)
			if code := a.body["code"]; code != "Busy" && code != "Throttled" {
				return a
			}
		}
	})}
	r.figures.add(c, attempts, took)
	return c
}

// figures are of all contests of a test.
type figures struct {
	outcomes counts
	winners  []int // of the first
	attempts []int
	took     []time.Duration
}

func (f *figures) add(c contest, attempts []int, took []time.Duration) {
	if f.outcomes == nil {
		f.outcomes, f.winners = counts{}, c.who("created")
	}
	for outcome, n := range c.tally() {
		f.outcomes[outcome] += n
	}
	f.attempts, f.took = append(f.attempts, attempts...), append(f.took, took...)
}

func (f *figures) String() string {
	n, sent := len(f.took), 0
	for _, a := range f.attempts {
		sent += a
	}
	slices.Sort(f.took)
	at := func(percent int) time.Duration { return f.took[(n-1)*percent/100].Round(100 * time.Microsecond) }
	text := fmt.Sprintf("outcomes %s; %d attempts, %d at most for one; latency p50 %s, p90 %s, p99 %s, max %s",
		f.outcomes, sent, slices.Max(f.attempts), at(50), at(90), at(99), at(100))
	if len(f.winners) > 0 {
		text += fmt.Sprintf("; the first time %v created theirs", f.winners)
	}
	return text
}

// outcome names what an answer said.
func outcome(a answer) string {
	switch code, refused := a.body["code"].(string); {
	case refused:
		return code
	case a.what == "clean-up":
		return "cleaned up"
	case a.status == 202:
		return "saved"
	case a.status == 204:
		if strings.Contains(a.what, "/shares/") {
			return "unshared"
		}
		return "deleted"
	case a.status == 200:
		for _, s := range a.body["shares"].([]any) {
			if s.(object)["result"] == "created" {
				return "created"
			}
		}
		return "unchanged"
	}
	return fmt.Sprint(a.status, " ", a.raw)
}

func (c contest) tally() counts {
	told := counts{}
	for _, a := range c.answers {
		told[outcome(a)]++
	}
	return told
}

// who are the indexes of those who were told an outcome.
func (c contest) who(told string) (indexes []int) {
	for i, a := range c.answers {
		if outcome(a) == told {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// said fails the test unless these are the outcomes.
func (c contest) said(want counts) {
	c.t.Helper()
	if got := c.tally(); !maps.Equal(got, want) {
		c.t.Errorf("answers %v, not %v", got, want)
	}
}

// saidOnly fails the test if there is an outcome that is none of these.
func (c contest) saidOnly(possible ...string) {
	c.t.Helper()
	for o := range c.tally() {
		if !slices.Contains(possible, o) {
			c.t.Errorf("an answer was %s", cmp.Or(o, "nothing"))
		}
	}
}

func pick(from []string, indexes []int) (picked []string) {
	for _, i := range indexes {
		picked = append(picked, from[i])
	}
	return picked
}
