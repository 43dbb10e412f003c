package events

import (
	"context"
	"log/slog"
	"sync"

	lambda "github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/deadline"
	"image-sharing/shared/sharing"
	"image-sharing/shared/streamreply"
)

// Handler is what lambda.Start takes: it handles a batch of stream records.
type Handler func(context.Context, lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error)

// NewHandler returns the handler that publishes the activities of a table's
// stream, and ends the received shares of a project whose closing is among them.
// Neither waits for the other. Its reply names the first record that failed, from
// which on Lambda sends the batch again (AWS Lambda, "Report batch item
// failures"): what was published after that one is published again.
func NewHandler(p *Publisher, c Closings, log *slog.Logger) Handler {
	return func(ctx context.Context, e lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error) {
		ctx, cancel := deadline.Early(ctx)
		defer cancel()
		records := recordsOf(e)
		var publishing sync.WaitGroup
		publishing.Go(func() { publish(ctx, p, records) })
		c.end(ctx, records)
		publishing.Wait()
		for _, r := range records {
			r.log(ctx, log)
		}
		for _, r := range records {
			if r.failure() != nil {
				return streamreply.FailedFrom(r.DynamoDBEventRecord)
			}
		}
		return lambda.DynamoDBEventResponse{}, nil
	}
}

// record is a record of the stream on its way.
type record struct {
	lambda.DynamoDBEventRecord
	activity  sharing.Activity
	published bool // or to be
	err       error

	// Of the closing of a project.
	ended    int   // shares that the project had received
	left     error // service.Ending's
	notEnded error
}

func (r *record) failure() error {
	if r.err != nil {
		return r.err
	}
	return r.notEnded
}

func recordsOf(e lambda.DynamoDBEvent) []*record {
	records := make([]*record, 0, len(e.Records))
	for _, r := range e.Records {
		a, ok, err := activityOf(r)
		records = append(records, &record{DynamoDBEventRecord: r, activity: a, published: ok, err: err})
	}
	return records
}

func publish(ctx context.Context, p *Publisher, records []*record) {
	var pending []*record
	var activities []sharing.Activity
	for _, r := range records {
		if r.published {
			pending, activities = append(pending, r), append(activities, r.activity)
		}
	}
	for i, err := range p.Publish(ctx, activities) {
		pending[i].err = err
	}
}

func (r *record) log(ctx context.Context, log *slog.Logger) {
	level, outcome := slog.LevelInfo, "ok"
	var more []slog.Attr
	if r.ended > 0 {
		more = append(more, slog.Int("ended", r.ended))
	}
	err := r.failure()
	switch {
	case err != nil:
		level, outcome = slog.LevelError, outcomeOf(err)
		more = append(more, slog.String("cause", err.Error()))
	case r.left != nil:
		level = slog.LevelError // an alarm counts these
		more = append(more, slog.String("left", r.left.Error()))
	case !r.published:
		outcome = "ignored"
	}
	log.LogAttrs(ctx, level, "record", append([]slog.Attr{
		slog.String("requestId", r.activity.RequestID),
		slog.String("eventId", r.EventID),
		slog.String("sequenceNumber", r.Change.SequenceNumber),
		slog.String("activity", string(r.activity.ID)),
		slog.String("type", string(r.activity.Type)),
		slog.String("outcome", outcome),
	}, more...)...)
}
