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
	unsure  []bool // an answer before the last was lost
}

const cleanUp = "clean-up"

// mostAttempts is how often a request is sent before its last answer stands.
const mostAttempts = 50

// contest sends n requests at the same time, each again as long as it is told
// that nothing was written, or is not told whether. Only a save, which has no
// key here, is not sent again then.
func (r *ring) contest(n int, send func(i int) answer) contest {
	took, attempts := make([]time.Duration, n), make([]int, n)
	c := contest{t: r.t, unsure: make([]bool, n)}
	c.answers = together(n, func(i int) answer {
		start := time.Now()
		defer func() { took[i] = time.Since(start) }()
		for {
			attempts[i]++
			a := send(i)
			isLost := outcome(a) == lost
			c.unsure[i] = c.unsure[i] || isLost
			code := a.body["code"]
			done := code != "Busy" && code != "Throttled" && (!isLost || strings.HasSuffix(a.what, "/save"))
			if done || attempts[i] == mostAttempts {
				return a
			}
		}
	})
	r.figures.add(c, attempts, took)
	return c
}

// lost is the outcome of a request that may have taken effect or not.
const lost = "lost"

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
	case code == "OutcomeUnknown" || a.status == 0 && a.what != cleanUp:
		return lost
	case refused:
		return code
	case a.what == cleanUp:
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
	for i := range c.answers {
		told[c.outcome(i)]++
	}
	return told
}

// outcome is what was said in the end. Who repeats a request is told that
// there was nothing to do if the first one has done it.
func (c contest) outcome(i int) string {
	said := outcome(c.answers[i])
	switch {
	case c.unsure[i] && said == "unchanged":
		return "created"
	case c.unsure[i] && said == "ShareNotFound":
		return "unshared"
	}
	return said
}

// who are the indexes of those who were told an outcome.
func (c contest) who(told string) (indexes []int) {
	for i := range c.answers {
		if c.outcome(i) == told {
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
