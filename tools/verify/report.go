package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report gathers the results of the parts.
type report struct {
	start        time.Time
	duration     time.Duration
	seed, commit string
	parts        int // how many there are to run
	results      []result
}

func (r *report) write() error { return os.WriteFile(reportFile, []byte(r.markdown()), 0o644) }

func (r *report) passed() bool { return len(r.results) == r.parts && r.parts > 0 && !r.failed() }

func (r *report) failed() bool {
	return slices.ContainsFunc(r.results, func(one result) bool { return !one.ok() })
}

func (r *report) verdict() string {
	verdict := "everything passed"
	if r.failed() {
		verdict = "NOT everything passed"
	}
	if len(r.results) == r.parts {
		return verdict
	}
	return fmt.Sprintf("INCOMPLETE after %d of %d parts, so far %s", len(r.results), r.parts, verdict)
}

func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Verification: %s\n\n", r.verdict())
	fmt.Fprintf(&b, "%s, commit %s, %s on %s/%s with %d processors, DURATION=%s, SEED=%s, took %s.\n\n",
		r.start.UTC().Format(time.RFC3339), r.commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		r.duration, r.seed, time.Since(r.start).Round(time.Second))
	b.WriteString("| what | passed | failed | skipped | took |\n|---|---|---|---|---|\n")
	for _, one := range r.results {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s |\n", one.name(), one.passed, one.failed, one.skipped, one.took.Round(time.Second))
	}
	for _, one := range r.results {
		if !one.ok() {
			one.explain(&b)
		}
	}
	b.WriteString("\n## Figures\n\n")
	for _, one := range r.results {
		for _, figure := range one.figures {
			fmt.Fprintf(&b, "- %s %s\n", one.name(), figure)
		}
	}
	return b.String()
}

// explain writes why a part has not passed.
func (r *result) explain(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Not passed: %s\n\n", r.name())
	if r.err != nil {
		fmt.Fprintf(b, "- %v\n", r.err)
	}
	if r.passed+r.failed+r.skipped == 0 {
		b.WriteString("- no test ran\n")
	}
	for _, text := range r.trouble {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.TrimSuffix(text, "\n"))
	}
}
