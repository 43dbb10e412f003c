package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// report gathers the results.
type report struct {
	start        time.Time
	duration     time.Duration
	seed, commit string
	results      []result
}

func (r *report) add(one result) { r.results = append(r.results, one) }

// passed is false also when a test was skipped: the long form is run where
// everything can run.
func (r *report) passed() bool {
	for _, one := range r.results {
		if one.err != nil || one.failed > 0 || one.skipped > 0 || one.passed == 0 {
			return false
		}
	}
	return len(r.results) > 0
}

func (r *report) verdict() string {
	if r.passed() {
		return "everything passed"
	}
	return "NOT everything passed"
}

func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Verification: %s\n\n", r.verdict())
	fmt.Fprintf(&b, "%s, commit %s, %s on %s/%s with %d processors, DURATION=%s, SEED=%s, took %s.\n\n",
		r.start.UTC().Format(time.RFC3339), r.commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		r.duration, r.seed, time.Since(r.start).Round(time.Second))
	b.WriteString("| what | passed | failed | skipped | took |\n|---|---|---|---|---|\n")
	for _, one := range r.results {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s |\n", one.name, one.passed, one.failed, one.skipped, one.took.Round(time.Second))
	}
	for _, one := range r.results {
		if len(one.figures) == 0 && len(one.failures) == 0 && one.err == nil {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", one.name)
		for _, figure := range one.figures {
			fmt.Fprintf(&b, "- %s\n", figure)
		}
		if one.err != nil {
			fmt.Fprintf(&b, "- ended with: %v\n", one.err)
		}
		for _, failure := range one.failures {
			fmt.Fprintf(&b, "\n```\n%s\n```\n", failure)
		}
	}
	return b.String()
}
