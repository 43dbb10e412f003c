package events

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"image-sharing/shared/sharing"
)

// of are the places of the activities that failed.
func failedOf(errs []error) (places []int) {
	for i, err := range errs {
		if err != nil {
			places = append(places, i)
		}
	}
	return places
}

func TestAnEventIsTheActivityOfTheAPI(t *testing.T) {
	b := newBus(t)
	a := activity("a")
	a.Type, a.Source, a.Copy = sharing.ImageSaved, &sharing.ImageRef{ImageID: "i", ProjectID: "p", Region: "r"}, &sharing.ImageRef{ImageID: "j", ProjectID: "q", Region: "r"}
	if errs := b.publisher().Publish(t.Context(), []sharing.Activity{a}); len(failedOf(errs)) > 0 {
		t.Fatal(errs)
	}
	e := b.calls[0][0]
	const detail = `{"schemaVersion":"1","activityId":"a","at":"2026-11-24T02:51:33.734080Z","type":"ImageSaved","projectId":"p","imageId":"i","region":"eu-west",` +
		`"actor":{"subject":"alice","clientId":"console"},"requestId":"r","targets":["q","q2"],"reminderVersion":"2026-11-01",` +
		`"source":{"imageId":"i","projectId":"p","region":"r"},"copy":{"imageId":"j","projectId":"q","region":"r"}}`
	if e.Detail != detail {
		t.Errorf("the detail is\n%s, not\n%s", e.Detail, detail)
	}
	if e.EventBusName != "the-bus" || e.Source != "image-sharing" || e.DetailType != "ImageSaved" || int64(e.Time) != at.Unix() {
		t.Errorf("the entry is %+v", e)
	}
}

func TestTenEntriesACall(t *testing.T) {
	for n, calls := range map[int][]int{0: {}, 1: {1}, 10: {10}, 11: {10, 1}, 25: {10, 10, 5}} {
		b := newBus(t)
		errs := b.publisher().Publish(t.Context(), activities(n))
		got := []int{}
		for _, c := range b.calls {
			got = append(got, len(c))
		}
		if len(errs) != n || len(failedOf(errs)) > 0 || !slices.Equal(got, calls) {
			t.Errorf("%d activities make calls of %v, with %v", n, got, errs)
		}
	}
}

// No activity is as large. One that is must not take others with it.
func TestAnEntryOverTheSizeLimit(t *testing.T) {
	b := newBus(t)
	all := activities(4)
	all[1].Actor.Subject = strings.Repeat("s", maxBytes)
	errs := b.publisher().Publish(t.Context(), all)
	if !errors.Is(errs[1], errTooLarge) || fmt.Sprint(failedOf(errs)) != "[1]" || b.ids() != "[[a0 a2 a3]]" {
		t.Errorf("%v; on the bus are %s", errs, b.ids())
	}
}

func TestACallOverTheSizeLimitIsTwo(t *testing.T) {
	b := newBus(t)
	all := activities(5)
	for i := range all {
		all[i].Actor.Subject = strings.Repeat("s", maxBytes*2/5)
	}
	errs := b.publisher().Publish(t.Context(), all)
	if len(failedOf(errs)) > 0 || b.ids() != "[[a0 a1] [a2 a3] [a4]]" {
		t.Errorf("%v; on the bus are %s", errs, b.ids())
	}
}

func TestEntriesThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		codes   []map[int]string // of each call
		calls   string
		failed  string
		outcome string
	}{
		"for good": {
			[]map[int]string{{1: "MalformedDetail"}}, "[[a0 a1 a2]]", "[1]", "failed",
		},
		"once": {
			[]map[int]string{{1: "ThrottlingException", 2: "InternalFailure"}}, "[[a0 a1 a2] [a1 a2]]", "[]", "",
		},
		"in turns": {
			[]map[int]string{{0: "InternalFailure", 2: "InternalFailure"}, {1: "InternalFailure"}}, "[[a0 a1 a2] [a0 a2] [a2]]", "[]", "",
		},
		"by throttling, always": {
			[]map[int]string{{0: "ThrottlingException"}, {0: "ThrottlingException"}, {0: "ThrottlingException"}}, "[[a0 a1 a2] [a0] [a0]]", "[0]", "Throttled",
		},
		"inside the bus, always": {
			[]map[int]string{{2: "InternalFailure"}, {0: "InternalFailure"}, {0: "InternalFailure"}}, "[[a0 a1 a2] [a2] [a2]]", "[2]", "Busy",
		},
		"some now, some for good": {
			[]map[int]string{{0: "InvalidArgument", 1: "ThrottlingException"}}, "[[a0 a1 a2] [a1]]", "[0]", "failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBus(t)
				b.respond = func(_ *http.Request, entries []entry) (int, string, error) {
					var codes map[int]string
					if n := len(b.calls) - 1; n < len(c.codes) {
						codes = c.codes[n]
					}
					return 200, results(len(entries), codes), nil
				}
				errs := b.publisher().Publish(t.Context(), activities(3))
				if b.ids() != c.calls || fmt.Sprint(failedOf(errs)) != c.failed {
					t.Errorf("the calls were %s, and failed %v", b.ids(), errs)
				}
				for _, err := range errs {
					if err != nil && outcomeOf(err) != c.outcome {
						t.Errorf("%v is %s, not %s", err, outcomeOf(err), c.outcome)
					}
				}
			})
		})
	}
}

func TestCallsThatFailWhole(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		body     string
		err      error
		attempts int
		outcome  string
	}{
		"refused":                   {400, `{"__type":"ValidationException","message":"no"}`, nil, 1, "failed"},
		"not allowed":               {400, `{"__type":"AccessDeniedException","message":"no"}`, nil, 1, "failed"},
		"throttled":                 {400, `{"__type":"ThrottlingException","message":"slow"}`, nil, maxAttempts, "Throttled"},
		"a fault inside":            {500, `{"__type":"InternalException","message":"oh"}`, nil, maxAttempts, "Busy"},
		"unavailable":               {503, ``, nil, maxAttempts, "Busy"},
		"no connection":             {0, "", &timeout{}, maxAttempts, "Busy"},
		"the response is lost":      {0, "", io.ErrUnexpectedEOF, maxAttempts, "Busy"},
		"too few results":           {200, results(1, nil), nil, 1, "failed"},
		"too many results":          {200, results(11, nil), nil, 1, "failed"},
		"no results":                {200, `{}`, nil, 1, "failed"},
		"a result that says nought": {200, `{"Entries":[` + strings.Repeat(`{},`, 9) + `{}]}`, nil, 1, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBus(t)
				b.respond = func(*http.Request, []entry) (int, string, error) { return c.status, c.body, c.err }
				errs := b.publisher().Publish(t.Context(), activities(10))
				if len(failedOf(errs)) != 10 || len(b.calls) != c.attempts {
					t.Errorf("%d attempts, and failed %v", len(b.calls), errs)
				}
				if outcome := outcomeOf(errs[0]); outcome != c.outcome {
					t.Errorf("%v is %s, not %s", errs[0], outcome, c.outcome)
				}
			})
		})
	}
}

type timeout struct{}

func (*timeout) Error() string   { return "i/o timeout" }
func (*timeout) Timeout() bool   { return true }
func (*timeout) Temporary() bool { return true }

// What follows a call that failed is not sent to a bus that is out of reach.
func TestNothingIsSentAfterACallThatFailed(t *testing.T) {
	b := newBus(t)
	b.respond = func(_ *http.Request, entries []entry) (int, string, error) {
		if len(b.calls) == 2 {
			return 400, `{"__type":"AccessDeniedException"}`, nil
		}
		return 200, taken(entries), nil
	}
	errs := b.publisher().Publish(t.Context(), activities(35))
	if len(b.calls) != 2 || len(failedOf(errs)) != 25 || failedOf(errs)[0] != 10 {
		t.Errorf("%d calls, and failed %v", len(b.calls), failedOf(errs))
	}
	if !errors.Is(errs[20], errNotSent) || outcomeOf(errs[20]) != "Busy" {
		t.Errorf("what was not sent failed with %v", errs[20])
	}
}

func TestTheCallsOfABatchFitItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBus(t)
		b.respond = func(r *http.Request, _ []entry) (int, string, error) {
			select { // as NewHTTPClient's time-out has it
			case <-time.After(attemptTimeout):
				return 0, "", &timeout{}
			case <-r.Context().Done():
				return 0, "", r.Context().Err()
			}
		}
		start := time.Now()
		errs := b.publisher().Publish(t.Context(), activities(100))
		if took := time.Since(start); took > 7*time.Second || len(failedOf(errs)) != 100 {
			t.Errorf("it took %v, and failed %v", took, failedOf(errs))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		errs = b.publisher().Publish(ctx, activities(100))
		if took := time.Since(start); took > time.Second || len(failedOf(errs)) != 100 || outcomeOf(errs[0]) != "Busy" {
			t.Errorf("with a second, it took %v, and failed with %v", took, errs[0])
		}
	})
}
