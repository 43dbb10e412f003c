package apigateway

import (
	"context"
	"time"
)

// answerTime is what a handler has left for its answer when its context ends.
const answerTime = 500 * time.Millisecond

// inTime ends the context a little before the gateway or Lambda stops waiting.
// Without it, a request whose calls use up all the time would be cut off: the
// caller would see the platform's own error instead of Busy or OutcomeUnknown,
// which say whether it is safe to repeat.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-answerTime))
}
