package faultinjection

import (
	"fmt"
	"strings"

	"image-sharing/shared/sharing"
)

// once has a fault happen to one request.
func (b *baseline) once(n int, f *fault) testCase {
	return testCase{
		baseline: b, what: b.title(n, f, "once"), expected: b.onceEndsWith(n, f),
		plan: func(number int, _ string) *fault {
			if number == n {
				return f
			}
			return nil
		},
	}
}

// endless has a fault happen to a request and to every other of its kind that
// comes after it.
func (b *baseline) endless(n int, f *fault) testCase {
	operation := b.attempts[n].operation
	return testCase{
		baseline: b, what: b.title(n, f, "without end"), expected: b.endsWith(n, f),
		plan: func(number int, op string) *fault {
			if number >= n && op == operation {
				return f
			}
			return nil
		},
	}
}

// two has a fault that passes happen to one request, and then what next says. The
// first adds a request, so to next the number of every later one is one less.
func (b *baseline) two(n int, first *fault, next testCase) testCase {
	return testCase{
		baseline: b, what: next.what + ", after " + b.title(n, first, "once"),
		plan: func(number int, operation string) *fault {
			if number <= n {
				return b.once(n, first).plan(number, operation)
			}
			return next.plan(number-1, operation)
		},
	}
}

func (b *baseline) title(n int, f *fault, how string) string {
	return fmt.Sprintf("%s: %s at request %d (%s), %s", b.name, f.name, n+1, b.attempts[n].operation, how)
}

func (b *baseline) asWithout(got response) bool { return got.same(b.got) }

// onceEndsWith is what a caller gets when a fault happens once: what it gets
// without, unless it is one that stays, or a condition fails after an attempt
// was lost that may still arrive.
func (b *baseline) onceEndsWith(n int, f *fault) func(response) bool {
	switch {
	case f.stays:
		return b.endsWith(n, f)
	case f.ends == asLost && b.attempts[n].conditionFailed():
		return withCode(sharing.CodeOutcomeUnknown)
	}
	return b.asWithout
}

// endsWith is what a caller gets when a fault does not pass.
func (b *baseline) endsWith(n int, f *fault) func(response) bool {
	if f.ends == asNothing || f.ends == asBusyLater && n == len(b.attempts)-1 {
		return b.asWithout
	}
	if b.comesAgain && strings.HasPrefix(f.class, "caller gone") {
		return withCode(unfinished)
	}
	return withCode(f.ends.code(b.attempts[n].operation))
}

func withCode(code sharing.Code) func(response) bool {
	return func(got response) bool { return got.code == code }
}
