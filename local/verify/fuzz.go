package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// target is a fuzz target: go test -fuzz takes one at a time.
type target struct{ path, name string }

var fuzzName = regexp.MustCompile(`^Fuzz\w+$`)

// fuzzTargets finds every fuzz target of the module.
func fuzzTargets(ctx context.Context) ([]target, error) {
	list, err := exec.CommandContext(ctx, "go", "list", "-f", `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}`, "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var targets []target
	for path := range strings.FieldsSeq(string(list)) {
		out, err := exec.CommandContext(ctx, "go", "test", "-list", "^Fuzz", path).Output()
		if err != nil {
			return nil, fmt.Errorf("go test -list %s: %w", path, err)
		}
		for name := range strings.Lines(string(out)) {
			if name = strings.TrimSpace(name); fuzzName.MatchString(name) {
				targets = append(targets, target{path, name})
			}
		}
	}
	return targets, nil
}

var executions = regexp.MustCompile(`execs: (\d+)`)

func runFuzz(ctx context.Context, t target, d time.Duration) result {
	start := time.Now()
	r := result{name: t.path + " " + t.name}
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$",
		"-fuzztime", max(d, time.Second).String(), t.path).CombinedOutput()
	r.took, r.err = time.Since(start), err
	if err != nil {
		r.failed, r.failures = 1, []string{string(out)}
		fmt.Print(string(out))
		return r
	}
	r.passed = 1
	if all := executions.FindAllSubmatch(out, -1); all != nil {
		r.figures = []string{string(all[len(all)-1][1]) + " executions"}
	}
	return r
}
