// Package delivery hands the records of a stream to a function as Lambda's event
// source mapping does: with partial replies, a bound on the retries, and the log
// as dead-letter queue.
package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

const (
	maxAttempts = 6
	firstWait   = 100 * time.Millisecond // doubled each time: 3.1 s in all
)

// Handler is what lambda.Start takes of a function that handles a stream.
type Handler = func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// Mapping delivers records to one function.
type Mapping struct {
	Handler Handler
	Log     *slog.Logger
}

// errReported is the cause when the handler names a record and says no more.
var errReported = errors.New("the handler reported the record as failed")

// Deliver hands the records to the handler, in order, until each is handled or
// given up. It returns only ctx's error.
//
// It follows Lambda's ReportBatchItemFailures with a bound on the retries: a
// record that the handler names is tried again, with those after it, and given
// up after maxAttempts. When the batch fails as a whole, nobody knows which
// record is to blame, so then each is tried alone, as Lambda's
// BisectBatchOnFunctionError does in more steps.
func (m Mapping) Deliver(ctx context.Context, records []events.DynamoDBEventRecord) error {
	for attempt := 1; len(records) > 0; attempt++ {
		handled, err := m.call(ctx, records)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if handled > 0 {
			attempt = 1 // another record is the first now
		}
		records = records[handled:]
		switch {
		case err == nil:
		case attempt < maxAttempts:
			m.Log.WarnContext(ctx, "stream records failed, trying again", "records", len(records),
				"sequenceNumber", records[0].Change.SequenceNumber, "attempt", attempt, "cause", err)
			if err := sleep(ctx, firstWait<<(attempt-1)); err != nil {
				return err
			}
		case errors.Is(err, errReported) || len(records) == 1:
			m.giveUp(ctx, records[0], err)
			records, attempt = records[1:], 0
		default:
			return m.deliverAlone(ctx, records)
		}
	}
	return nil
}

func (m Mapping) deliverAlone(ctx context.Context, records []events.DynamoDBEventRecord) error {
	for i := range records {
		if err := m.Deliver(ctx, records[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// giveUp logs the whole record: the log is the dead-letter queue of this
// machine.
func (m Mapping) giveUp(ctx context.Context, r events.DynamoDBEventRecord, cause error) {
	record, err := json.Marshal(r)
	if err != nil {
		record = []byte(err.Error())
	}
	m.Log.ErrorContext(ctx, "dead letter: a stream record is given up",
		slog.String("eventId", r.EventID), slog.String("sequenceNumber", r.Change.SequenceNumber),
		slog.Int("attempts", maxAttempts), slog.String("cause", cause.Error()), slog.String("record", string(record)))
}

// call returns how many records are handled, counted from the first, and why
// the next one is not. The lowest record named is the checkpoint, and a reply
// that names what was not sent fails the whole batch (AWS Lambda, "Configuring
// partial batch response with DynamoDB").
func (m Mapping) call(ctx context.Context, records []events.DynamoDBEventRecord) (handled int, err error) {
	reply, err := Recovered(ctx, m.Handler, events.DynamoDBEvent{Records: records})
	if err != nil {
		return 0, err
	}
	if len(reply.BatchItemFailures) == 0 {
		return len(records), nil
	}
	handled = len(records)
	for _, failure := range reply.BatchItemFailures {
		i := slices.IndexFunc(records, func(r events.DynamoDBEventRecord) bool {
			return r.Change.SequenceNumber == failure.ItemIdentifier
		})
		if i < 0 {
			return 0, fmt.Errorf("the handler reported the record %q, which was not in the batch", failure.ItemIdentifier)
		}
		handled = min(handled, i)
	}
	return handled, errReported
}

// Recovered calls a handler in this process, and turns its panic into an error: in
// Lambda it would end one invocation, here the whole service.
func Recovered[E, R any](ctx context.Context, handler func(context.Context, E) (R, error), event E) (reply R, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return handler(ctx, event)
}

// sleep returns early, with ctx's error, when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
