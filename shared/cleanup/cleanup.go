// Package cleanup handles the table's stream: when an image is deleted, it
// removes what is left of its shares (R6), and the disks that our copier made for
// it. Nothing depends on it for being right, because a deleted image is invisible
// at once; it keeps table and buckets small and the lists fast.
package cleanup

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/deadline"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/shared/streamreply"
)

// Handler is what lambda.Start takes: it handles a batch of stream records.
type Handler func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// RemoveDisks removes the disks that the copier made for an image that is gone. It may
// be called more than once.
type RemoveDisks func(ctx context.Context, region string, id sharing.ImageID, uid string) error

// NewHandler returns the handler of a table's stream. It takes the records in
// order and stops at the first that fails. Every record may be handled more than
// once. Where a deployment copies disks, disks removes them, too.
func NewHandler(store *dynamo.Store, log *slog.Logger, disks ...RemoveDisks) Handler {
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		ctx, cancel := deadline.Early(ctx)
		defer cancel()
		for _, r := range e.Records {
			if err := handle(ctx, store, log, r, disks); err != nil {
				return streamreply.FailedFrom(r)
			}
		}
		return events.DynamoDBEventResponse{}, nil
	}
}

func handle(ctx context.Context, store *dynamo.Store, log *slog.Logger, r events.DynamoDBEventRecord, disks []RemoveDisks) error {
	start := time.Now()
	deleted, ok, err := DeletedImageOf(r)
	if err == nil && ok {
		err = store.RemoveShares(ctx, deleted)
		for _, remove := range disks {
			err = errors.Join(err, remove(ctx, deleted.Region, deleted.ID, deleted.UID))
		}
	}
	level, outcome, cause := slog.LevelInfo, "ok", slog.Attr{}
	switch {
	case err != nil:
		level, outcome, cause = slog.LevelError, failure(err), slog.String("cause", err.Error())
	case !ok:
		outcome = "ignored"
	}
	log.LogAttrs(ctx, level, "record",
		slog.String("requestId", r.EventID),
		slog.String("sequenceNumber", r.Change.SequenceNumber),
		slog.String("image", string(deleted.ID)),
		slog.Int("shares", len(deleted.SharedWith)),
		slog.String("outcome", outcome),
		slog.Float64("durationMs", float64(time.Since(start).Microseconds())/1000),
		cause)
	return err
}
