package timestamp

import (
	"testing"
	"time"
)

func FuzzFormat(f *testing.F) {
	for _, at := range []time.Time{
		{}, time.Date(2026, 11, 24, 2, 51, 33, 734080000, time.UTC), time.Date(2026, 11, 24, 2, 51, 33, 999999999, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 1000, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 10_000_000, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		f.Add(at.Unix(), int64(at.Nanosecond()), 3600)
	}
	f.Fuzz(func(t *testing.T, seconds, nanos int64, east int) {
		at := time.Unix(seconds, nanos).In(time.FixedZone("", east%86_400))
		written := Format(at)
		if want := at.UTC().Format(layout); written != want {
			t.Errorf("%v is written as %s, not as %s", at, written, want)
		}
		if year := at.UTC().Year(); year < 0 || year > 9999 {
			return
		}
		if got, err := Parse(written); err != nil || got != at.UTC().Truncate(time.Microsecond) {
			t.Errorf("%s is read as %v, %v", written, got, err)
		}
	})
}

// TestOtherTimesAreRefused: one that is written otherwise would not sort with the others.
func TestOtherTimesAreRefused(t *testing.T) {
	for _, s := range []string{
		"", "2026-11-24T02:51:33Z", "2026-11-24T02:51:33.73408Z", "2026-11-24T02:51:33.7340800Z", "2026-11-24T2:51:33.7340800Z", "2026-11-24T02:51:33,734080Z",
		"2026-11-24 02:51:33.734080Z", "2026-11-24T02:51:33.734080z", "2026-11-24T02:51:33.7+01:00", "2026-02-29T02:51:33.734080Z", "2026-11-24T24:51:33.734080Z",
	} {
		if got, err := Parse(s); err == nil {
			t.Errorf("%s is read as %v", s, got)
		}
	}
}
