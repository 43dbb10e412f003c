// Package events publishes activities on an EventBridge bus, from the table's
// stream. An activity is published at least once, in no promised order:
// consumers drop doubles by activityId. asyncapi.yaml describes the events.
package events

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/go-json-experiment/json"

	"image-sharing/shared/sharing"
)

// Source is the source of every event.
const Source = "image-sharing"

// SchemaVersion is that of the events' detail. A change that a consumer may not
// expect needs the next one.
const SchemaVersion = "1"

// batchSize is the most entries PutEvents takes.
const batchSize = 10

// Publisher publishes activities on one bus.
type Publisher struct {
	client *eventbridge.Client
	bus    string
}

// NewPublisher returns the publisher of the bus with the name.
func NewPublisher(client *eventbridge.Client, bus string) *Publisher {
	return &Publisher{client: client, bus: bus}
}

// detail is the event's detail: the activity as in the API.
type detail struct {
	SchemaVersion string `json:"schemaVersion"`
	sharing.Activity
}

// Publish publishes activities, ten a call, and returns for each whether and
// why it failed, nil for one that is on the bus. One whose response was lost
// counts as failed, though it may be on the bus.
func (p *Publisher) Publish(ctx context.Context, activities []sharing.Activity) []error {
	failed := make([]error, 0, len(activities))
	for len(activities) > 0 {
		n := min(len(activities), batchSize)
		failed = append(failed, p.publishBatch(ctx, activities[:n])...)
		activities = activities[n:]
	}
	return failed
}

func (p *Publisher) publishBatch(ctx context.Context, activities []sharing.Activity) []error {
	failed := make([]error, len(activities))
	entries := make([]types.PutEventsRequestEntry, len(activities))
	for i, a := range activities {
		text, err := json.Marshal(detail{SchemaVersion, a})
		if err != nil {
			failed[i] = err // and the entry is refused as well
		}
		entries[i] = types.PutEventsRequestEntry{
			EventBusName: aws.String(p.bus), Source: aws.String(Source),
			DetailType: aws.String(string(a.Type)), Detail: aws.String(string(text)), Time: aws.Time(a.At),
		}
	}
	out, err := p.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
	if err == nil && len(out.Entries) != len(entries) {
		err = errors.New("PutEvents reports of another number of entries than it got")
	}
	for i := range failed {
		switch {
		case err != nil:
			failed[i] = err
		case out.Entries[i].ErrorCode != nil:
			failed[i] = fmt.Errorf("%s: %s", *out.Entries[i].ErrorCode, aws.ToString(out.Entries[i].ErrorMessage))
		}
	}
	return failed
}
