package main

import (
	"errors"
	"strings"
	"testing"
)

func TestAFailureASkipOrNoTestIsNoPass(t *testing.T) {
	for name, one := range map[string]result{
		"failed":  {passed: 1, failed: 1},
		"skipped": {passed: 1, skipped: 1},
		"no test": {},
		"error":   {passed: 1, err: errors.New("exit status 1")},
	} {
		r := report{}
		r.add(result{passed: 3})
		r.add(one)
		if r.passed() || !strings.Contains(r.markdown(), "NOT everything passed") {
			t.Errorf("%s: %s", name, r.markdown())
		}
	}
	if (&report{}).passed() {
		t.Error("nothing at all passes")
	}
}

func TestTestsAreCountedWithTheirFigures(t *testing.T) {
	var r result
	outputs := map[string][]string{}
	for _, e := range []event{
		{Action: "output", Test: "TestA", Output: "    a_test.go:12: 3 rounds in 1s\n"},
		{Action: "pass", Test: "TestA"},
		{Action: "output", Test: "TestB", Output: "    b_test.go:1: broken\n"},
		{Action: "fail", Test: "TestB"},
		{Action: "skip", Test: "TestC"},
		{Action: "pass"},
	} {
		r.take(e, outputs)
	}
	if r.passed != 1 || r.failed != 1 || r.skipped != 1 {
		t.Errorf("counted %+v", r)
	}
	if len(r.figures) != 2 || r.figures[0] != "TestA: 3 rounds in 1s" || !strings.Contains(r.failures[0], "broken") {
		t.Errorf("gathered %q and %q", r.figures, r.failures)
	}
}

func TestDurations(t *testing.T) {
	if d, err := durationOf(""); err != nil || d != defaultDuration {
		t.Errorf("default %v, %v", d, err)
	}
	for _, bad := range []string{"20", "-1m", "0s", "x"} {
		if _, err := durationOf(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
