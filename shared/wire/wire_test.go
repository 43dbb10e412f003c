package wire

import (
	"testing"
	"time"
)

// TestTimesHaveSixDigits in UTC, whatever they are: Python up to 3.10 reads no others.
func TestTimesHaveSixDigits(t *testing.T) {
	day := time.Date(2026, 11, 24, 2, 51, 33, 0, time.UTC)
	for want, at := range map[string]time.Time{
		`"2026-11-24T02:51:33.000000Z"`: day,
		`"2026-11-24T02:51:33.734080Z"`: day.Add(734080 * time.Microsecond),
		`"2026-11-24T02:51:33.000001Z"`: day.Add(time.Microsecond),
		`"2026-11-24T02:51:33.500000Z"`: day.Add(500 * time.Millisecond).In(time.FixedZone("", 3600)),
	} {
		if got, err := Marshal(at); err != nil || string(got) != want {
			t.Errorf("%v is %s (%v), not %s", at, got, err, want)
		}
	}
}
