package repair

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/dynamo"
)

func scheduledAt(text string) string {
	return fmt.Sprintf(`{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","account":"1","time":%q,"region":"r","resources":[],"detail":{}}`, text)
}

func TestWhatAnEventAsksFor(t *testing.T) {
	for event, want := range map[string]Request{
		scheduledAt("1970-01-01T00:17:00Z"):                {dynamo.Slice{Index: 0, Of: 167}, true},
		scheduledAt("1970-01-01T01:00:00Z"):                {dynamo.Slice{Index: 1, Of: 167}, true},
		scheduledAt("1970-01-07T22:59:59Z"):                {dynamo.Slice{Index: 166, Of: 167}, true},
		scheduledAt("1970-01-07T23:00:00Z"):                {dynamo.Slice{Index: 0, Of: 167}, true},
		`{"slice":0,"slices":1}`:                           {dynamo.Slice{Index: 0, Of: 1}, false},
		`{"slice":3,"slices":4,"remove":true}`:             {dynamo.Slice{Index: 3, Of: 4}, true},
		`{"slices":1000000,"slice":999999,"remove":false}`: {dynamo.Slice{Index: 999999, Of: 1000000}, false},
	} {
		if got, err := requestOf([]byte(event), true); err != nil || got != want {
			t.Errorf("%s: %+v, %v", event, got, err)
		}
	}
	if got, err := requestOf([]byte(scheduledAt("2026-11-24T02:17:00Z")), false); err != nil || got.Remove {
		t.Errorf("a schedule removes: %v, %v", got, err)
	}
}

// TestAWeekHasEverySlice, at another hour than the last one, and a repeat of an event the
// same one.
func TestAWeekHasEverySlice(t *testing.T) {
	start, seen, hours := time.Date(2026, 11, 24, 2, 17, 0, 0, time.UTC), map[dynamo.Slice]int{}, map[dynamo.Slice]int{}
	for hour := range 2 * 167 {
		event := []byte(scheduledAt(start.Add(time.Duration(hour) * time.Hour).Format(time.RFC3339)))
		first, err := requestOf(event, false)
		again, _ := requestOf(event, false)
		if err != nil || first != again {
			t.Fatal(first, again, err)
		}
		seen[first.Slice]++
		hours[first.Slice] += start.Add(time.Duration(hour)*time.Hour).Hour() * []int{1, -1}[hour/167]
	}
	for s, n := range seen {
		if n != 2 || len(seen) != 167 || hours[s] == 0 {
			t.Errorf("%v is inspected %d times in two weeks, one of %d, %d hours earlier in the day", s, n, len(seen), hours[s])
		}
	}
}

func TestEventsThatAreRefused(t *testing.T) {
	for event, says := range map[string]string{
		``:                                     "no JSON object",
		`[]`:                                   "no JSON object",
		`"remove"`:                             "no JSON object",
		`{}`:                                   `must say slice and slices: {"slice":0,"slices":1}`,
		`{"slice":0}`:                          "must say slice and slices",
		`{"slices":1}`:                         "must say slice and slices",
		`{"slice":0,"slices":1,"removes":1}`:   `unknown object member name "removes"`,
		`{"Slice":0,"slices":1}`:               `unknown object member name "Slice"`,
		`{"slice":0,"slices":1,"slice":0}`:     `duplicate object member name "slice"`,
		`{"slice":0,"slices":1,"remove":"no"}`: "remove",
		`{"slice":0.5,"slices":1}`:             "slice",
		`{"slice":0,"slices":0}`:               "slices is 0: it must be from 1 to 1000000",
		`{"slice":0,"slices":1000001}`:         "slices is 1000001: it must be from 1 to 1000000",
		`{"slice":-1,"slices":2}`:              "slice is -1: of 2 it must be from 0 to 1",
		`{"slice":2,"slices":2}`:               "slice is 2: of 2 it must be from 0 to 1",
		scheduledAt(""):                        "no JSON object of a schedule",
		strings.Replace(scheduledAt("2026-11-24T02:17:00Z"), `"time"`, `"when"`, 1):    "with its time",
		strings.Replace(scheduledAt("2026-11-24T02:17:00Z"), "aws.events", "other", 1): `"Scheduled Event" of "other"`,
		strings.Replace(scheduledAt("2026-11-24T02:17:00Z"), "Scheduled", "Other", 1):  `"Other Event" of "aws.events"`,
	} {
		if got, err := requestOf([]byte(event), true); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %+v, %v, without %q", event, got, err, says)
		}
	}
}

func TestWhatTheEnvironmentSays(t *testing.T) {
	for value, want := range map[string]bool{"": false, "report": false, "remove": true} {
		if got, err := removes(func(string) string { return value }); err != nil || got != want {
			t.Errorf("REPAIR=%q: %v, %v", value, got, err)
		}
	}
	if _, err := removes(func(string) string { return "Remove" }); err == nil || !strings.Contains(err.Error(), `REPAIR is "Remove"`) {
		t.Error(err)
	}
}
