package events

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	lambda "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// entry is one of a PutEvents call, as it is on the wire.
type entry struct {
	EventBusName, Source, DetailType, Detail string
	Time                                     float64
}

// bus is EventBridge behind the SDK's client: it notes the calls, and responds
// with what the test wants.
type bus struct {
	t       *testing.T
	calls   [][]entry
	respond func(r *http.Request, entries []entry) (status int, body string, err error)
}

// Do implements the SDK's HTTP client.
func (b *bus) Do(r *http.Request) (*http.Response, error) {
	if target := r.Header.Get("X-Amz-Target"); r.Method != http.MethodPost || target != "AWSEvents.PutEvents" {
		b.t.Errorf("%s of %s", r.Method, target)
	}
	var in struct{ Entries []entry }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		b.t.Error(err)
	}
	b.calls = append(b.calls, in.Entries)
	status, body, err := 200, taken(in.Entries), error(nil)
	if b.respond != nil {
		status, body, err = b.respond(r, in.Entries)
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// ids are the activities of each call.
func (b *bus) ids() string {
	var all [][]string
	for _, call := range b.calls {
		var ids []string
		for _, e := range call {
			var d struct{ ActivityID string }
			if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
				b.t.Error(err)
			}
			ids = append(ids, d.ActivityID)
		}
		all = append(all, ids)
	}
	return fmt.Sprint(all)
}

// taken is the response that every entry is on the bus.
func taken(entries []entry) string { return results(len(entries), nil) }

// results is the response to n entries, of which some, by their place, have a
// code.
func results(n int, codes map[int]string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"EventId":"event-%d"}`, i)
		if code := codes[i]; code != "" {
			list[i] = fmt.Sprintf(`{"ErrorCode":%q,"ErrorMessage":"for a test"}`, code)
		}
	}
	return fmt.Sprintf(`{"FailedEntryCount":%d,"Entries":[%s]}`, len(codes), strings.Join(list, ","))
}

func newBus(t *testing.T) *bus { return &bus{t: t} }

func (b *bus) publisher() *Publisher {
	return NewPublisher(NewClient(ClientConfig{
		Region: "eu-west-1", HTTPClient: b,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
		}),
	}), "the-bus")
}

// handled is what the handler replied to a batch, and logged.
type handled struct {
	failed string // the sequence number in the reply
	err    error
	lines  []map[string]any
}

func (b *bus) handle(ctx context.Context, records ...lambda.DynamoDBEventRecord) (h handled) {
	b.t.Helper()
	var log bytes.Buffer
	reply, err := NewHandler(b.publisher(), Closings{}, slog.New(slog.NewJSONHandler(&log, nil)))(ctx, lambda.DynamoDBEvent{Records: records})
	h.err = err
	for _, f := range reply.BatchItemFailures {
		h.failed += f.ItemIdentifier
	}
	for line := range strings.Lines(log.String()) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			b.t.Error(err)
		}
		h.lines = append(h.lines, l)
	}
	return h
}

// outcomes are those of the log, in order.
func (h handled) outcomes() string {
	var all []string
	for _, l := range h.lines {
		all = append(all, fmt.Sprint(l["outcome"]))
	}
	return strings.Join(all, " ")
}

var at = time.Date(2026, 11, 24, 2, 51, 33, 734080000, time.UTC)

func activity(id string) sharing.Activity {
	return sharing.Activity{
		ID: sharing.ActivityID(id), At: at, Type: sharing.ImageShared, ProjectID: "p", ImageID: "i", Region: "eu-west",
		Actor: sharing.Actor{Subject: "alice", ClientID: "console"}, RequestID: "r", Targets: []sharing.ProjectID{"q", "q2"},
		ReminderVersion: "2026-11-01", KeepUntil: at.Add(time.Hour),
	}
}

func activities(n int) (all []sharing.Activity) {
	for i := range n {
		all = append(all, activity("a"+strconv.Itoa(i)))
	}
	return all
}

// insertOf is the stream's record of an activity, in the form in which stores
// keep it.
func insertOf(number string, e sharing.FeedEntry) lambda.DynamoDBEventRecord {
	r := lambda.DynamoDBEventRecord{EventID: "event-" + number, EventName: "INSERT"}
	r.Change.SequenceNumber = number
	r.Change.Keys = map[string]lambda.DynamoDBAttributeValue{
		"pk": lambda.NewStringAttribute("IMAGE#" + string(e.Under)), "sk": lambda.NewStringAttribute("ACTIVITY#" + string(e.ID)),
	}
	r.Change.NewImage = attribute(stored.EncodeActivity(e)).Map()
	return r
}

func insert(number, id string) lambda.DynamoDBEventRecord {
	return insertOf(number, activity(id).Feeds()[0])
}

func inserts(n int) (all []lambda.DynamoDBEventRecord) {
	for i := range n {
		all = append(all, insert(strconv.Itoa(i), "a"+strconv.Itoa(i)))
	}
	return all
}

func attribute(v any) lambda.DynamoDBAttributeValue {
	switch v := v.(type) {
	case string:
		return lambda.NewStringAttribute(v)
	case int64:
		return lambda.NewNumberAttribute(strconv.FormatInt(v, 10))
	case []any:
		list := []lambda.DynamoDBAttributeValue{}
		for _, e := range v {
			list = append(list, attribute(e))
		}
		return lambda.NewListAttribute(list)
	case stored.Attributes:
		m := map[string]lambda.DynamoDBAttributeValue{}
		for name, e := range v {
			m[name] = attribute(e)
		}
		return lambda.NewMapAttribute(m)
	}
	panic(fmt.Sprintf("%T", v))
}
