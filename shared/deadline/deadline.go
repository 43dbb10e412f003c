// Package deadline keeps time for a function's response.
package deadline

import (
	"context"
	"time"
)

// reserve is what a handler has left for its response when its context ends.
const reserve = 500 * time.Millisecond

// Early returns a context that ends half a second before the one given, if that
// has a deadline: before the gateway or Lambda stops waiting. Without it, a
// request whose calls use up all the time would be cut off: the caller would
// see the platform's own error instead of Busy or OutcomeUnknown, which say
// whether it is safe to repeat; and a batch of stream records would be sent
// again whole, those that are done too, because no reply named the record under
// way.
func Early(ctx context.Context) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-reserve))
}
