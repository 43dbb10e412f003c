package events

import (
	"context"
	"log/slog"

	lambda "github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/deadline"
	"image-sharing/shared/sharing"
	"image-sharing/shared/streamreply"
)

// Handler is what lambda.Start takes: it handles a batch of stream records.
type Handler func(context.Context, lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error)

// NewHandler returns the handler that publishes the activities of a table's
// stream. Its reply names the first record that failed, from which on Lambda
// sends the batch again (AWS Lambda, "Report batch item failures"): what was
// published after that one is published again.
func NewHandler(p *Publisher, log *slog.Logger) Handler {
	return func(ctx context.Context, e lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error) {
		ctx, cancel := deadline.Early(ctx)
		defer cancel()
		records := recordsOf(e)
		publish(ctx, p, records)
		for _, r := range records {
			r.log(ctx, log)
		}
		for _, r := range records {
			if r.err != nil {
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
}

func recordsOf(e lambda.DynamoDBEvent) []*record {
	records := make([]*record, 0, len(e.Records))
	for _, r := range e.Records {
		a, ok, err := activityOf(r)
		records = append(records, &record{r, a, ok, err})
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
	level, outcome, cause := slog.LevelInfo, "ok", slog.Attr{}
	switch {
	case r.err != nil:
		level, outcome, cause = slog.LevelError, outcomeOf(r.err), slog.String("cause", r.err.Error())
	case !r.published:
		outcome = "ignored"
	}
	log.LogAttrs(ctx, level, "record",
		slog.String("requestId", r.activity.RequestID),
		slog.String("eventId", r.EventID),
		slog.String("sequenceNumber", r.Change.SequenceNumber),
		slog.String("activity", string(r.activity.ID)),
		slog.String("type", string(r.activity.Type)),
		slog.String("outcome", outcome),
		cause)
}
