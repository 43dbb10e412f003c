package disks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/deadline"
	"image-sharing/shared/sharing"
)

// Handler is what lambda.Start takes: it handles messages of a queue.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// NewHandler returns the handler of the queue of copies to be made. Its reply names
// the messages that come again (AWS Lambda, "Reporting batch item failures"), be it
// that they failed or that there was not time enough.
func NewHandler(c *Copier, log *slog.Logger) Handler {
	return func(ctx context.Context, e events.SQSEvent) (reply events.SQSEventResponse, _ error) {
		ctx, cancel := deadline.Early(ctx)
		defer cancel()
		for _, m := range e.Records {
			if !handle(ctx, c, log, m) {
				reply.BatchItemFailures = append(reply.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return reply, nil
	}
}

// DetailTypes are the events that the copier takes: those with which a copy begins,
// and the end of an image, whose disks go too if the copier made them. That one comes
// on one machine only: in a deployment on-image-deleted removes them.
func DetailTypes() []string {
	return []string{string(sharing.ImageSaved), string(sharing.ImageCopied), string(sharing.ImageDeleted)}
}

// event is what the copier needs of an EventBridge event: an activity.
type event struct {
	Detail struct {
		ActivityID string               `json:"activityId"`
		Type       sharing.ActivityType `json:"type"`
		RequestID  string               `json:"requestId"`
		At         time.Time            `json:"at"` // for a copy, when it began
		Copy       *sharing.ImageRef    `json:"copy"`
		sharing.ImageRef
	} `json:"detail"`
}

var errNoImage = errors.New("the event does not name the image")

// eventOf returns the event of a message, and the image whose disks it is about, nil
// for none. An error means that it cannot be understood, however often it comes.
func eventOf(m events.SQSMessage) (e event, img *sharing.ImageRef, err error) {
	if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
		return e, nil, fmt.Errorf("the message is no event: %w", err)
	}
	switch {
	case !slices.Contains(DetailTypes(), string(e.Detail.Type)):
		return e, nil, nil
	case e.Detail.Type == sharing.ImageDeleted:
		img = &e.Detail.ImageRef
	default:
		img = e.Detail.Copy
	}
	if img == nil || !sharing.ValidID(string(img.ImageID)) || !sharing.ValidID(img.Region) {
		return e, nil, errNoImage
	}
	return e, img, nil
}

// handle returns false for a message that must come again.
func handle(ctx context.Context, c *Copier, log *slog.Logger, m events.SQSMessage) bool {
	start := time.Now()
	var failed *sharing.Failure
	var result Result
	e, img, err := eventOf(m)
	switch {
	case err != nil:
	case img == nil:
		result = Elsewhere
	case e.Detail.Type == sharing.ImageDeleted:
		result, err = c.Tidy(ctx, *img)
	default:
		result, failed, err = c.Copy(ctx, m.MessageId, *img)
	}
	level, outcome, detail := endOf(ctx, result, failed, err)
	var image string
	if img != nil {
		image = string(img.ImageID)
	}
	log.LogAttrs(ctx, level, "message",
		slog.String("requestId", e.Detail.RequestID),
		slog.String("messageId", m.MessageId),
		slog.String("received", m.Attributes["ApproximateReceiveCount"]),
		slog.String("activity", e.Detail.ActivityID),
		slog.String("type", string(e.Detail.Type)),
		slog.String("image", image),
		slog.String("result", string(result)),
		slog.String("outcome", outcome),
		slog.Float64("durationMs", float64(time.Since(start).Microseconds())/1000),
		detail, e.age(err))
	return err == nil
}

// endOf is what the log says of how a message ended.
func endOf(ctx context.Context, result Result, failed *sharing.Failure, err error) (level slog.Level, outcome string, detail slog.Attr) {
	switch {
	case err != nil && ctx.Err() != nil:
		return slog.LevelInfo, "Unfinished", slog.Attr{} // there is more to copy than the time was for
	case errors.Is(err, errNotYet):
		return slog.LevelInfo, "Waiting", slog.String("cause", err.Error()) // nothing is wrong yet
	case err != nil:
		return slog.LevelError, outcomeOf(err), slog.String("cause", err.Error())
	case result == Elsewhere:
		outcome = "ignored"
	default:
		outcome = "ok"
	}
	if failed != nil {
		detail = slog.String("failure", failed.Code)
	}
	return slog.LevelInfo, outcome, detail
}

// age is how old a copy is whose message comes again. An alarm watches the oldest: one
// that is always hindered would be silent until it is TimedOut.
func (e event) age(err error) slog.Attr {
	if err == nil || e.Detail.Copy == nil || e.Detail.At.IsZero() {
		return slog.Attr{}
	}
	return slog.Int64("ageSeconds", int64(time.Since(e.Detail.At)/time.Second))
}
