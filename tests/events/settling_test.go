package events

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	lambda "github.com/aws/aws-lambda-go/events"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/eventbridge"
	"image-sharing/local/sqlite"
	"image-sharing/shared/events"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/shared/timestamp"
	"image-sharing/tests/kit/sample"
)

// troubled is a store whose index is late, and which is busy for a while.
type troubled struct {
	*sqlite.Store
	indexed time.Time // when the list has what it should
	busy    time.Time // until when no share can be ended
}

func (s troubled) ReceivedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Received], error) {
	if time.Now().Before(s.indexed) {
		return sharing.Page[sharing.Received]{}, nil
	}
	return s.Store.ReceivedImages(ctx, q)
}

func (s troubled) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	if time.Now().Before(s.busy) {
		return sharing.Busy(nil)
	}
	return s.Store.Unshare(ctx, c)
}

// TestClosingsSettle: on-activity goes on ending the shares of closed projects
// until none can come any more, together those of a batch, while the batch's events
// are on the bus at once. What it cannot end in its time comes again.
func TestClosingsSettle(t *testing.T) {
	const second = time.Second
	for name, c := range map[string]struct {
		ago, indexed, busy, deadline time.Duration
		committed                    time.Duration   // ago; 0 does not say
		took                         []time.Duration // of each delivery
	}{
		"just now":                        {took: []time.Duration{30 * second}},
		"a minute ago":                    {ago: 60 * second, took: []time.Duration{0}},
		"ten seconds ago":                 {ago: 10 * second, took: []time.Duration{20 * second}},
		"asked for long before":           {ago: 60 * second, committed: 2 * second, took: []time.Duration{29 * second}},
		"by a clock that is ahead":        {ago: -time.Hour, took: []time.Duration{30 * second}},
		"with a late index":               {indexed: 29 * second, took: []time.Duration{30 * second}},
		"with a busy store":               {busy: 29 * second, took: []time.Duration{30 * second}},
		"with a store that is busy later": {ago: 60 * second, busy: second, took: []time.Duration{0, 0}},
		"with too little time":            {indexed: 29 * second, deadline: 20 * second, took: []time.Duration{19500 * time.Millisecond, 10500 * time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, err := sqlite.OpenMemory()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = store.Close() }()
				begin := time.Now()
				s := troubled{store, begin.Add(c.indexed), begin.Add(c.busy)}
				records := closeTwo(t, store, begin.Add(-c.ago))
				if c.committed > 0 {
					for i := range records.Records {
						records.Records[i].Change.ApproximateCreationDateTime.Time = begin.Add(-c.committed)
					}
				}
				published := map[time.Duration]int{}
				bus := eventbridge.New(eventbridge.Config{Name: "bus", Region: dynamodblocal.Region, OnEvent: func([]byte) { published[time.Since(begin)]++ }})
				client := events.NewClient(events.ClientConfig{Region: dynamodblocal.Region, Credentials: dynamodblocal.Credentials(), HTTPClient: bus})
				closings := events.Closings{Service: service.New(s, service.Config{ShareLimit: 50, ActivityRetention: time.Hour}), Settling: 30 * second}
				handle := events.NewHandler(events.NewPublisher(client, "bus"), closings, slog.New(slog.DiscardHandler))
				for i, took := range c.took {
					ctx, cancel := context.WithCancel(t.Context())
					if c.deadline > 0 {
						ctx, cancel = context.WithTimeout(t.Context(), c.deadline)
					}
					delivered := time.Now()
					reply, err := handle(ctx, records)
					cancel()
					if got := time.Since(delivered); err != nil || got != took || (len(reply.BatchItemFailures) == 0) != (i == len(c.took)-1) {
						t.Errorf("delivery %d took %s, not %s, and was answered %+v, %v", i+1, got, took, reply, err)
					}
					if c.deadline == 0 {
						time.Sleep(c.busy)
					}
				}
				if published[0] != 2 {
					t.Errorf("the two events were published after %v", published)
				}
				for _, id := range []sharing.ImageID{"i", "j"} {
					if img, err := store.Image(t.Context(), "o", id); err != nil || len(img.SharedWith) > 0 {
						t.Errorf("%s is still shared with %v, %v", id, img.SharedWith, err)
					}
				}
			})
		})
	}
}

// closeTwo closes two projects that have images, and returns the stream's records.
func closeTwo(t *testing.T, store *sqlite.Store, at time.Time) (batch lambda.DynamoDBEvent) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	ctx, origin := t.Context(), func() sharing.Origin { return sample.Origin(at) }
	for _, p := range []sharing.ProjectID{"o", "p", "q"} {
		_, _, err := store.PutProject(ctx, sharing.PutProjectCommand{ID: p, ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "n"}, Origin: sample.Origin(at.Add(-time.Hour))})
		must(err)
	}
	for _, id := range []sharing.ImageID{"i", "j"} {
		spec := sharing.ImageSpec{Name: "n", Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 1}}
		_, _, err := store.PutImage(ctx, sharing.PutImageCommand{Owner: "o", ImageID: id, UID: string(id), ImageSpec: spec, Origin: origin()})
		must(err)
		_, _, err = store.Share(ctx, sharing.ShareCommand{Owner: "o", ImageID: id, Targets: []sharing.ProjectID{"p", "q"}, Acknowledged: true, Limit: 50, Origin: origin()})
		must(err)
	}
	var records []string
	for i, p := range []sharing.ProjectID{"p", "q"} {
		must(store.CloseProject(ctx, sharing.CloseProjectCommand{ID: p, Origin: origin()}))
		text := strings.NewReplacer("2026-11-02T10:15:00.250000Z", timestamp.Format(at), "ProjectRegistered", "ProjectClosed", `"projectId":{"S":"p"}`, `"projectId":{"S":"`+string(p)+`"}`).Replace(record)
		records = append(records, fmt.Sprintf(text, fmt.Sprint(i+1), ""))
	}
	must(json.Unmarshal([]byte(`{"Records":[`+strings.Join(records, ",")+`]}`), &batch))
	return batch
}
