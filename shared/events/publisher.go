// Package events publishes activities on an EventBridge bus, from the table's
// stream. An activity is published at least once, in no promised order:
// consumers drop doubles by activityId. asyncapi.yaml describes the events.
package events

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/wire"
)

// Source is the source of every event.
const Source = "image-sharing"

// SchemaVersion is that of the events' detail. A change that a consumer may not
// expect needs the next one.
const SchemaVersion = "1"

const (
	// maxEntries is the most that PutEvents takes.
	maxEntries = 10
	// maxBytes is more than all entries of a call may have together. EventBridge
	// takes a megabyte by now; that was its bound for years, and an activity has a
	// few kilobytes.
	maxBytes = 256 << 10
	// maxRounds is how often an entry is sent that the bus could not take just now.
	maxRounds = 3
)

var (
	errTooLarge  = errors.New("the event is too large for the bus")
	errMiscount  = errors.New("PutEvents reports of another number of entries than it got")
	errNoEventID = errors.New("PutEvents reports neither an id nor an error")
	errNotSent   = errors.New("not sent, because PutEvents failed for others before it")
)

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

// outgoing is an activity on its way.
type outgoing struct {
	types.PutEventsRequestEntry
	err *error // where its failure goes
}

// size is what counts of an entry (EventBridge user guide, "Calculating PutEvents
// event entry size").
func (o outgoing) size() int {
	return 14 + len(*o.Source) + len(*o.DetailType) + len(*o.Detail)
}

// Publish publishes activities, ten a call, and returns for each whether and
// why it failed, nil for one that is on the bus. One whose response was lost
// counts as failed, though it may be on the bus. When a whole call fails, in
// spite of its retries, the calls after it are not made: the bus is out of reach
// or overburdened, and all that failed will be sent again.
func (p *Publisher) Publish(ctx context.Context, activities []sharing.Activity) []error {
	failed := make([]error, len(activities))
	pending := make([]outgoing, 0, len(activities))
	for i, a := range activities {
		if o := (outgoing{err: &failed[i]}); p.encode(a, &o) {
			pending = append(pending, o)
		}
	}
	reachable := true
	for len(pending) > 0 {
		n := callSize(pending)
		if reachable {
			reachable = p.send(ctx, pending[:n])
		} else {
			fail(pending[:n], errNotSent)
		}
		pending = pending[n:]
	}
	return failed
}

// encode makes the activity's entry. It returns false when there can be none.
func (p *Publisher) encode(a sharing.Activity, o *outgoing) bool {
	text, err := wire.Marshal(detail{SchemaVersion, a})
	if err != nil {
		*o.err = err
		return false
	}
	o.PutEventsRequestEntry = types.PutEventsRequestEntry{
		EventBusName: aws.String(p.bus), Source: aws.String(Source),
		DetailType: aws.String(string(a.Type)), Detail: aws.String(string(text)), Time: aws.Time(a.At),
	}
	if o.size() >= maxBytes {
		*o.err = errTooLarge
		return false
	}
	return true
}

// callSize is how many of the entries go into one call.
func callSize(pending []outgoing) int {
	size := 0
	for n, o := range pending {
		size += o.size()
		if n == maxEntries || n > 0 && size >= maxBytes {
			return n
		}
	}
	return len(pending)
}

// send sends entries, and those among them again that the bus could not take
// just now: if the stream did, all after them would be published twice. It
// returns false when a whole call failed.
func (p *Publisher) send(ctx context.Context, entries []outgoing) bool {
	for round := 1; ; round++ {
		again, err := p.put(ctx, entries)
		if err != nil {
			fail(entries, err)
			return false
		}
		if len(again) == 0 || round == maxRounds || !backoff.Wait(ctx, round) {
			return true
		}
		entries = again
	}
}

// put makes one call. It returns the entries that may be taken another time.
func (p *Publisher) put(ctx context.Context, entries []outgoing) (again []outgoing, err error) {
	in := &eventbridge.PutEventsInput{}
	for _, o := range entries {
		in.Entries = append(in.Entries, o.PutEventsRequestEntry)
	}
	out, err := p.client.PutEvents(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(out.Entries) != len(entries) {
		return nil, errMiscount
	}
	for i, result := range out.Entries {
		switch code := aws.ToString(result.ErrorCode); {
		case code != "":
			e := &entryError{code, aws.ToString(result.ErrorMessage)}
			*entries[i].err = e
			if e.passes() {
				again = append(again, entries[i])
			}
		case aws.ToString(result.EventId) == "":
			*entries[i].err = errNoEventID
		default:
			*entries[i].err = nil
		}
	}
	return again, nil
}

func fail(entries []outgoing, err error) {
	for _, o := range entries {
		*o.err = err
	}
}
