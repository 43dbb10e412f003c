package events

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	lambda "github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/sharing"
)

func TestABatchIsPublished(t *testing.T) {
	b := newBus(t)
	h := b.handle(t.Context(), inserts(12)...)
	if h.err != nil || h.failed != "" || b.ids() != "[[a0 a1 a2 a3 a4 a5 a6 a7 a8 a9] [a10 a11]]" {
		t.Errorf("%+v; published were %s", h, b.ids())
	}
	l := h.lines[11]
	if l["msg"] != "record" || l["requestId"] != "r" || l["eventId"] != "event-11" || l["sequenceNumber"] != "11" || l["activity"] != "a11" || l["type"] != "ImageShared" || l["outcome"] != "ok" {
		t.Errorf("it logged %v", l)
	}
}

// The stream sends records again, and the bus has the same event twice then.
func TestAReplayIsTheSameEvents(t *testing.T) {
	b := newBus(t)
	for range 2 {
		if h := b.handle(t.Context(), inserts(3)...); h.failed != "" {
			t.Fatalf("%+v", h)
		}
	}
	if b.ids() != "[[a0 a1 a2] [a0 a1 a2]]" || fmt.Sprint(b.calls[0]) != fmt.Sprint(b.calls[1]) {
		t.Errorf("published were %s", b.ids())
	}
}

func TestOneChangeIsOneEvent(t *testing.T) {
	b := newBus(t)
	a := activity("a")
	a.ProjectID, a.Source = "q", &sharing.ImageRef{ImageID: "i", ProjectID: "p"}
	for what, copied := range map[string]*sharing.ImageRef{"an answer": nil, "a save": {ImageID: "j", ProjectID: "q"}} {
		a.Copy, b.calls = copied, nil
		feeds := a.Feeds()
		h := b.handle(t.Context(), insertOf("1", feeds[0]), insertOf("2", feeds[1]))
		if h.failed != "" || b.ids() != "[[a]]" || h.outcomes() != "ok ignored" {
			t.Errorf("%s: %+v; published were %s", what, h, b.ids())
		}
	}
}

func TestOtherRecordsAreIgnored(t *testing.T) {
	other := func(change func(*lambda.DynamoDBEventRecord)) lambda.DynamoDBEventRecord {
		r := insert("1", "a")
		change(&r)
		return r
	}
	for name, r := range map[string]lambda.DynamoDBEventRecord{
		"an activity whose time is over": other(func(r *lambda.DynamoDBEventRecord) {
			r.EventName, r.Change.OldImage, r.Change.NewImage = "REMOVE", r.Change.NewImage, nil
		}),
		"an activity that was changed": other(func(r *lambda.DynamoDBEventRecord) { r.EventName = "MODIFY" }),
		"an image": other(func(r *lambda.DynamoDBEventRecord) {
			r.Change.Keys["sk"], r.Change.NewImage = lambda.NewStringAttribute("IMAGE"), nil
		}),
		"a share with a project of that name": other(func(r *lambda.DynamoDBEventRecord) {
			r.Change.Keys["sk"] = lambda.NewStringAttribute("SHARE#ACTIVITY")
		}),
	} {
		b := newBus(t)
		if h := b.handle(t.Context(), r); h.err != nil || h.failed != "" || len(b.calls) > 0 || h.outcomes() != "ignored" {
			t.Errorf("%s: %+v; published were %s", name, h, b.ids())
		}
	}
}

// Such a record fails until it is a dead letter. Those around it are published.
func TestARecordThatCannotBeUnderstood(t *testing.T) {
	for name, spoil := range map[string]func(*lambda.DynamoDBEventRecord){
		"without an image":       func(r *lambda.DynamoDBEventRecord) { r.Change.NewImage = nil },
		"without an activityId":  func(r *lambda.DynamoDBEventRecord) { delete(r.Change.NewImage, "activityId") },
		"with a text for a time": func(r *lambda.DynamoDBEventRecord) { r.Change.NewImage["at"] = lambda.NewStringAttribute("today") },
		"with a number for an id": func(r *lambda.DynamoDBEventRecord) {
			r.Change.NewImage["activityId"] = lambda.NewNumberAttribute("1")
		},
		"with a fraction of a second": func(r *lambda.DynamoDBEventRecord) {
			r.Change.NewImage["expiresAt"] = lambda.NewNumberAttribute("1.5")
		},
		"with a set of targets": func(r *lambda.DynamoDBEventRecord) {
			r.Change.NewImage["targets"] = lambda.NewStringSetAttribute([]string{"q"})
		},
		"with a number among the targets": func(r *lambda.DynamoDBEventRecord) {
			r.Change.NewImage["targets"] = lambda.NewListAttribute([]lambda.DynamoDBAttributeValue{lambda.NewNumberAttribute("1")})
		},
		"with an actor that is none": func(r *lambda.DynamoDBEventRecord) { r.Change.NewImage["actor"] = lambda.NewBooleanAttribute(true) },
		"without keys":               func(r *lambda.DynamoDBEventRecord) { r.Change.Keys = nil },
		"with a number for a key":    func(r *lambda.DynamoDBEventRecord) { r.Change.Keys["sk"] = lambda.NewNumberAttribute("1") },
		"of no known operation":      func(r *lambda.DynamoDBEventRecord) { r.EventName = "insert" },
		"of nothing":                 func(r *lambda.DynamoDBEventRecord) { r.EventName = "" },
	} {
		b := newBus(t)
		records := inserts(3)
		spoil(&records[1])
		h := b.handle(t.Context(), records...)
		if h.err != nil || h.failed != "1" || b.ids() != "[[a0 a2]]" || h.outcomes() != "ok failed ok" {
			t.Errorf("%s: %+v; published were %s", name, h, b.ids())
		}
		if cause := fmt.Sprint(h.lines[1]["cause"]); h.lines[1]["level"] != "ERROR" || cause == "" || len(cause) > 500 {
			t.Errorf("%s: it logged %v", name, h.lines[1])
		}
	}
}

func TestTheFirstThatFailedIsTheCheckpoint(t *testing.T) {
	b := newBus(t)
	b.respond = func(_ *http.Request, entries []entry) (int, string, error) {
		return 200, results(len(entries), map[int]string{2: "MalformedDetail", 4: "InvalidArgument"}), nil
	}
	h := b.handle(t.Context(), inserts(6)...)
	if h.err != nil || h.failed != "2" || h.outcomes() != "ok ok failed ok failed ok" {
		t.Errorf("%+v", h)
	}
}

func TestAFailureWithoutASequenceNumberFailsTheBatch(t *testing.T) {
	b := newBus(t)
	records := inserts(2)
	records[1].Change.SequenceNumber, records[1].Change.NewImage = "", nil
	if h := b.handle(t.Context(), records...); h.err == nil || h.failed != "" {
		t.Errorf("%+v", h)
	}
}

func TestTheReplyComesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBus(t)
		b.respond = func(r *http.Request, _ []entry) (int, string, error) {
			<-r.Context().Done()
			return 0, "", r.Context().Err()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		h := b.handle(ctx, inserts(2)...)
		if took := time.Since(start); took != 2500*time.Millisecond || h.failed != "0" || !strings.HasPrefix(h.outcomes(), "Busy") {
			t.Errorf("after %v: %+v", took, h)
		}
	})
}
