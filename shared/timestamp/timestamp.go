// Package timestamp writes and reads times as the contract and the stores have them: RFC
// 3339 in UTC with microseconds, always six digits, so that times of the years 0 to 9999
// sort as texts.
package timestamp

import (
	"fmt"
	"time"
)

const layout = "2006-01-02T15:04:05.000000Z"

// Append appends t written. Package time would take three times as long with a
// layout that is not its own.
func Append(b []byte, t time.Time) []byte {
	t = t.UTC()
	b = t.AppendFormat(b, time.RFC3339)
	b[len(b)-1] = '.' // in place of the Z
	micros := t.Nanosecond() / 1000
	for unit := 100_000; unit > 0; unit /= 10 {
		b = append(b, '0'+byte(micros/unit%10))
	}
	return append(b, 'Z')
}

// Format returns t written.
func Format(t time.Time) string { return string(Append(make([]byte, 0, len(layout)), t)) }

// Parse reads what Append has written. It returns an error for a time that is written in
// another way. Package time reads RFC 3339 three times as fast as any layout that is not its
// own, but takes any number of digits.
func Parse(s string) (time.Time, error) {
	if len(s) != len(layout) || s[10] != 'T' || s[19] != '.' || s[26] != 'Z' {
		return time.Time{}, fmt.Errorf("%.40q is not a time like %s", s, layout)
	}
	return time.Parse(time.RFC3339Nano, s)
}
