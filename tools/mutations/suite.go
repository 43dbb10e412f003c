package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// suite is a package's tests, or those that run matches, with flags of the
// test binary's own.
type suite struct{ path, run, flags string }

// atRandom is for tests by rapid. It keeps no sequence that fails: that says
// nothing of the code as it is, and every later run would try it. And it makes
// none smaller, which takes longest.
const atRandom = "-rapid.nofailfile -rapid.shrinktime=0s"

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Test, Output string
}

// test returns the name of the first test that fails, "" if all pass. It
// returns an error when the tests could not run.
func (s suite) test(ctx context.Context, root, overlay string) (failed string, err error) {
	args := []string{"test", "-json", "-count=1", "-failfast", "-timeout=10m", "-run=" + s.run}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	args = append(append(args, s.path), strings.Fields(s.flags)...)
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = root
	command.Env = append(os.Environ(), "CI=true") // a test that is skipped would look like one that passes
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, runErr := command.Output()
	failed, output := firstFailure(out)
	if failed == "" && runErr != nil {
		return "", fmt.Errorf("go test %s: %w: %s%s", s.path, errors.Join(runErr, ctx.Err()), output, stderr.String())
	}
	return failed, nil
}

// firstFailure reads the output of go test -json. A subtest is named before
// the test it is part of.
func firstFailure(out []byte) (failed, output string) {
	var all strings.Builder
	for line := range bytes.Lines(out) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			continue
		}
		all.WriteString(e.Output)
		if e.Action == "fail" && failed == "" {
			failed = e.Test
		}
	}
	return failed, all.String()
}
