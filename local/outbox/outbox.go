// Package outbox delivers the activities that the SQLite store has written to the
// function that DynamoDB's stream delivers them to, on-activity: each at least
// once, across crashes and restarts, in the order of their commits.
package outbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/delivery"
	"image-sharing/local/sqlite"
)

const (
	batchSize = 100 // as Lambda's default
	// pause is how long the pump rests after a batch, so that under load the next
	// has several records: a call of PutEvents takes as much time with ten.
	pause = 20 * time.Millisecond
	// saveEvery is how often at most the position is written: each time costs as
	// much as a request's own write. What is delivered since then is delivered again
	// after a crash.
	saveEvery   = time.Second
	troubleWait = time.Second
	// stopTime is how long the position may take to be written at the end.
	stopTime = 5 * time.Second
)

// Pump reads the store's activities and hands them to a handler, as records of a
// stream. There is one at a time.
type Pump struct {
	store   *sqlite.Store
	again   int
	mapping delivery.Mapping
	log     *slog.Logger

	seq   int64 // up to which everything is delivered
	saved int64 // and known to be
}

// New returns a pump that begins with the newest so many changes, also if they
// were delivered before, or with the first that was not, whichever is older.
func New(store *sqlite.Store, again int, handler delivery.Handler, log *slog.Logger) *Pump {
	return &Pump{store: store, again: again, mapping: delivery.Mapping{Handler: handler, Log: log}, log: log}
}

// Run delivers what was written until ctx ends, and returns nil then. It outlives
// every failure of the store: it logs it and goes on from where it was.
func (p *Pump) Run(ctx context.Context) error {
	begun := false
	for ctx.Err() == nil {
		err := error(nil)
		if !begun {
			p.seq, err = p.store.Delivered(ctx, p.again)
			p.saved, begun = p.seq, err == nil
		}
		if err == nil {
			err = p.follow(ctx)
		}
		if ctx.Err() == nil {
			p.log.WarnContext(ctx, "the activities cannot be delivered, trying again", "cause", err)
			sleep(ctx, troubleWait)
		}
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := p.save(end); err != nil {
		p.log.WarnContext(ctx, "some activities will be delivered again", "cause", err)
	}
	return nil
}

// follow delivers until an error. It does nothing while nothing is written.
func (p *Pump) follow(ctx context.Context) error {
	var save <-chan time.Time // when the position is to be written
	for {
		delivered, err := p.deliver(ctx)
		if err != nil {
			return err
		}
		if delivered > 0 && delivered < batchSize {
			sleep(ctx, pause)
		}
		if save == nil && p.seq > p.saved {
			save = time.After(saveEvery)
		}
		written := p.store.Written()
		if delivered == batchSize {
			written = always // there may be more
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-save:
			save = nil
			if err := p.save(ctx); err != nil {
				return err
			}
		case <-written:
		}
	}
}

// always receives at once.
var always = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// deliver delivers the next batch, and returns how many records it had. The
// position moves only when the whole batch is done with: an error in between
// repeats records, never skips one.
func (p *Pump) deliver(ctx context.Context) (delivered int, err error) {
	rows, err := p.store.Outgoing(ctx, p.seq, batchSize)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	records := make([]events.DynamoDBEventRecord, len(rows))
	for i, row := range rows {
		records[i] = recordOf(row)
	}
	if err := p.mapping.Deliver(ctx, records); err != nil {
		return 0, err
	}
	p.seq = rows[len(rows)-1].Seq
	return len(rows), nil
}

func (p *Pump) save(ctx context.Context) error {
	if p.seq <= p.saved {
		return nil
	}
	if err := p.store.SetDelivered(ctx, p.seq); err != nil {
		return err
	}
	p.saved = p.seq
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
