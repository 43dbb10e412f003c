package faultinjection

import (
	"fmt"

	"image-sharing/shared/sharing"
)

// once has a fault happen to one request.
func (rec *recording) once(n int, f *fault) trial {
	return trial{
		recording: rec, what: rec.title(n, f, "once"), exactly: rec.onceEndsWith(n, f),
		plan: func(number int, _ string) *fault {
			if number == n {
				return f
			}
			return nil
		},
	}
}

// withoutEnd has a fault happen to a request and to every other of its kind
// that comes after it.
func (rec *recording) withoutEnd(n int, f *fault) trial {
	operation := rec.sends[n].operation
	return trial{
		recording: rec, what: rec.title(n, f, "without end"), exactly: rec.endsWith(n, f),
		plan: func(number int, op string) *fault {
			if number >= n && op == operation {
				return f
			}
			return nil
		},
	}
}

// two has a fault that passes happen to one request, and then what next says.
// The first adds a request, so next is told of every place by one less.
func (rec *recording) two(n int, first *fault, next trial) trial {
	return trial{
		recording: rec, what: next.what + ", after " + rec.title(n, first, "once"),
		plan: func(number int, operation string) *fault {
			if number <= n {
				return rec.once(n, first).plan(number, operation)
			}
			return next.plan(number-1, operation)
		},
	}
}

func (rec *recording) title(n int, f *fault, how string) string {
	return fmt.Sprintf("%s: %s at request %d (%s), %s", rec.name, f.name, n+1, rec.sends[n].operation, how)
}

func (rec *recording) asWithout(told outcome) bool { return told.same(rec.told) }

func isUnknown(told outcome) bool {
	return told.told() == sharing.CodeOutcomeUnknown
}

// onceEndsWith is what a caller is told when a fault happens once: what it is
// told without, unless it is one that stays, or a condition fails after an
// attempt was lost that may still arrive.
func (rec *recording) onceEndsWith(n int, f *fault) func(outcome) bool {
	switch {
	case f.stays:
		return rec.endsWith(n, f)
	case f.ends == asLost && rec.sends[n].conditionFailed():
		return isUnknown
	}
	return rec.asWithout
}

// endsWith is what a caller is told when a fault does not pass.
func (rec *recording) endsWith(n int, f *fault) func(outcome) bool {
	if f.ends == asNothing || f.ends == asBusyLater && n == len(rec.sends)-1 {
		return rec.asWithout
	}
	code := f.ends.told(rec.sends[n].operation)
	return func(told outcome) bool { return told.err != nil && told.told() == code }
}
