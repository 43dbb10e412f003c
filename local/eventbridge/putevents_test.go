package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
)

func newBus(onEvent func([]byte)) *Bus {
	return New(Config{Name: "the-bus", Region: "eu-west-1", OnEvent: onEvent})
}

// client is the SDK's, which is what the stand-in has to get along with.
func client(b *Bus) *sdk.Client {
	return sdk.New(sdk.Options{
		Region: "eu-west-1", HTTPClient: b, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
		}),
	})
}

func entryOf(detail string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{
		EventBusName: aws.String("the-bus"), Source: aws.String("test"), DetailType: aws.String("Tested"), Detail: &detail,
		Time: aws.Time(time.Date(2026, 11, 24, 2, 51, 33, 734080000, time.UTC)), Resources: []string{"arn:one"},
	}
}

// put puts an event with a number on the bus.
func put(t *testing.T, b *Bus, n int) {
	t.Helper()
	out, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entryOf(fmt.Sprintf(`{"n":%d}`, n))}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("%+v, %v", out, err)
	}
}

func TestAnEventIsAsItsConsumersGetIt(t *testing.T) {
	var got []string
	b := newBus(func(e []byte) { got = append(got, string(e)) })
	out, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entryOf("{\"b\": 1,\n \"a\": [2.50]}"), entryOf("{}")}})
	if err != nil || out.FailedEntryCount != 0 || len(out.Entries) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	id := *out.Entries[0].EventId
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) || id == *out.Entries[1].EventId {
		t.Errorf("the ids are %s and %s", id, *out.Entries[1].EventId)
	}
	want := `{"version":"0","id":"` + id + `","detail-type":"Tested","source":"test","account":"000000000000","time":"2026-11-24T02:51:33Z",` +
		`"region":"eu-west-1","resources":["arn:one"],"detail":{"b":1,"a":[2.50]}}`
	if len(got) != 2 || got[0] != want {
		t.Errorf("the events are %q, not\n%s", got, want)
	}
}

// TestTheTargetDecides whether an event is taken: a publisher that hears so need not
// send it again.
func TestTheTargetDecides(t *testing.T) {
	var refuse error
	given, seen := 0, 0
	b := New(Config{Name: "the-bus", Target: func([]byte) error { given++; return refuse }, OnEvent: func([]byte) { seen++ }})
	put(t, b, 1)
	refuse = errors.New("full")
	out, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entryOf("{}")}})
	if err != nil || out.FailedEntryCount != 1 || *out.Entries[0].ErrorCode != "InternalFailure" || given != 2 || seen != 1 {
		t.Errorf("%+v, %v: %d given, %d seen", out, err, given, seen)
	}
}

func TestAnEventWithoutATimeIsOfNow(t *testing.T) {
	var got struct{ Time time.Time }
	b := newBus(func(e []byte) {
		if err := json.Unmarshal(e, &got); err != nil {
			t.Error(err)
		}
	})
	e := entryOf("{}")
	e.Time, e.Resources, e.EventBusName = nil, nil, aws.String("arn:aws:events:eu-west-1:000000000000:event-bus/the-bus")
	if _, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{e}}); err != nil || time.Since(got.Time).Abs() > time.Minute {
		t.Errorf("the time is %v, %v", got.Time, err)
	}
}

func TestEntriesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*types.PutEventsRequestEntry)
		code   string
	}{
		"no source":             {func(e *types.PutEventsRequestEntry) { e.Source = nil }, "InvalidArgument"},
		"an empty source":       {func(e *types.PutEventsRequestEntry) { e.Source = aws.String("") }, "InvalidArgument"},
		"AWS's own source":      {func(e *types.PutEventsRequestEntry) { e.Source = aws.String("aws.s3") }, "NotAuthorizedForSourceException"},
		"no type":               {func(e *types.PutEventsRequestEntry) { e.DetailType = nil }, "InvalidArgument"},
		"a long type":           {func(e *types.PutEventsRequestEntry) { e.DetailType = aws.String(strings.Repeat("t", 129)) }, "InvalidArgument"},
		"no detail":             {func(e *types.PutEventsRequestEntry) { e.Detail = nil }, "InvalidArgument"},
		"a detail that is text": {func(e *types.PutEventsRequestEntry) { e.Detail = aws.String("{") }, "MalformedDetail"},
		"a detail that is a list": {func(e *types.PutEventsRequestEntry) {
			e.Detail = aws.String("[]")
		}, "MalformedDetail"},
		"another bus": {func(e *types.PutEventsRequestEntry) { e.EventBusName = aws.String("other") }, "InvalidArgument"},
		"no bus":      {func(e *types.PutEventsRequestEntry) { e.EventBusName = nil }, "InvalidArgument"}, // that is the default one
	} {
		events := 0
		b := newBus(func([]byte) { events++ })
		bad := entryOf("{}")
		c.change(&bad)
		out, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entryOf("{}"), bad, entryOf("{}")}})
		if err != nil || out.FailedEntryCount != 1 || len(out.Entries) != 3 || aws.ToString(out.Entries[1].ErrorCode) != c.code || out.Entries[1].EventId != nil || events != 2 {
			t.Errorf("%s: %+v, %v, and %d events", name, out, err, events)
		}
	}
}

func TestRequestsAreRefused(t *testing.T) {
	many := func(n int, size int) (all []types.PutEventsRequestEntry) {
		for range n {
			all = append(all, entryOf(`{"x":"`+strings.Repeat("x", size)+`"}`))
		}
		return all
	}
	incomplete := entryOf("{}")
	incomplete.Source = nil
	for name, c := range map[string]struct {
		entries []types.PutEventsRequestEntry
		code    string // "" if it is taken
	}{
		"ten":                     {many(10, 1), ""},
		"eleven":                  {many(11, 1), "ValidationException"},
		"none":                    {[]types.PutEventsRequestEntry{}, "ValidationException"},
		"one of a megabyte":       {many(1, 1<<20), "ValidationException"},
		"ten, together too large": {many(10, 105000), "ValidationException"},
		"ten, together not quite": {many(10, 104000), ""},
		"none that is complete":   {[]types.PutEventsRequestEntry{incomplete}, "ValidationException"},
		"more than is read":       {many(10, 500000), "RequestEntityTooLargeException"},
	} {
		events := 0
		b := newBus(func([]byte) { events++ })
		_, err := client(b).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: c.entries})
		var api smithy.APIError
		if c.code == "" && (err != nil || events != 10) || c.code != "" && (!errors.As(err, &api) || api.ErrorCode() != c.code || events > 0) {
			t.Errorf("%s: %v, and %d events", name, err, events)
		}
	}
}

func TestOtherRequestsAreRefused(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"another operation": targeted("POST", "/", "AWSEvents.ListRules", "{}"),
		"no operation":      targeted("POST", "/", "", "{}"),
		"another method":    targeted("GET", "/", "AWSEvents.PutEvents", ""),
		"another path":      targeted("POST", "/x", "AWSEvents.PutEvents", "{}"),
		"no JSON":           targeted("POST", "/", "AWSEvents.PutEvents", "{"),
		"another type":      targeted("POST", "/", "AWSEvents.PutEvents", `{"Entries":[{"Source":1}]}`),
	} {
		w := httptest.NewRecorder()
		newBus(nil).ServeHTTP(w, r)
		if w.Code != 400 || !strings.Contains(w.Body.String(), `"__type"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func targeted(method, path, target, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-Amz-Target", target)
	return r
}
