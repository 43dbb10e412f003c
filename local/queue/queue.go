// Package queue is the local stand-in for what feeds a function with events: an
// EventBridge rule, its SQS queue, and Lambda's event source mapping, with the log as
// dead-letter queue. A message outlives the process until it is handled.
package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Handler is what lambda.Start takes of a function that handles messages.
type Handler = func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

const (
	// workers is how many messages are handled at the same time.
	workers = 4
	// timeout is what Lambda grants at most.
	timeout = 15 * time.Minute
	// A message that failed comes again after firstWait, doubled each time up to
	// longestWait, for longer than the day in which a function has an end to it.
	firstWait   = time.Second
	longestWait = time.Minute
	maxAttempts = 1500
)

// Config says what the queue is.
type Config struct {
	// Dir is where messages are kept; "" keeps them in memory.
	Dir string
	// Function is the one that handles them.
	Function string
	// DetailTypes are those of the events that the rule lets through.
	DetailTypes []string
	Log         *slog.Logger
}

// Queue keeps messages until they are handled. It is safe for concurrent use.
type Queue struct {
	c    Config
	kept kept

	mu      sync.Mutex
	waiting []*message // in the order of arrival, also those that are being handled
	handled map[string]bool
	more    chan struct{} // closed when a message may be due
}

// message is an event that waits.
type message struct {
	id       string
	body     string
	sent     time.Time
	received int
	due      time.Time
	running  bool
}

// Open returns the queue with the messages that were not handled.
func Open(c Config) (*Queue, error) {
	q := &Queue{c: c, handled: map[string]bool{}, more: make(chan struct{})}
	if c.Dir == "" {
		return q, nil
	}
	var err error
	if q.waiting, q.handled, err = q.kept.open(c.Dir); err != nil {
		return nil, err
	}
	return q, nil
}

// Close closes the files. What waits is there at the next Open.
func (q *Queue) Close() error { return q.kept.close() }

// event is what the queue needs to know of one.
type event struct {
	ID         string `json:"id"`
	DetailType string `json:"detail-type"`
	Detail     struct {
		ActivityID string `json:"activityId"`
	} `json:"detail"`
}

// Put takes an event of the bus, and returns when it would outlive the process. It
// drops what the rule does not let through, and an activity that waits or was
// handled: after each start the bus gets many again.
func (q *Queue) Put(text []byte) error {
	var e event
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	if !slices.Contains(q.c.DetailTypes, e.DetailType) {
		return nil
	}
	m := &message{id: cmp.Or(e.Detail.ActivityID, e.ID), body: string(text), sent: time.Now()}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.handled[m.id] || slices.ContainsFunc(q.waiting, func(w *message) bool { return w.id == m.id }) {
		return nil
	}
	if err := q.kept.keep(m); err != nil {
		return err
	}
	q.waiting = append(q.waiting, m)
	q.wake()
	return nil
}

// wake has everybody look again. mu is held.
func (q *Queue) wake() {
	close(q.more)
	q.more = make(chan struct{})
}

// Run hands messages to the handler until ctx ends, and returns nil then.
func (q *Queue) Run(ctx context.Context, handler Handler) error {
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for ctx.Err() == nil {
				if m := q.next(ctx); m != nil {
					q.end(ctx, m, q.call(ctx, handler, m))
				}
			}
		})
	}
	all.Wait()
	return nil
}

// next waits for a message that is due. It returns nil when ctx ends.
func (q *Queue) next(ctx context.Context) *message {
	for {
		m, wait, more := q.take()
		if m != nil {
			return m
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-more:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// take returns the first message that is due, or how long none will be unless more is
// closed.
func (q *Queue) take() (m *message, wait time.Duration, more <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	wait = time.Hour
	for _, m := range q.waiting {
		switch until := time.Until(m.due); {
		case m.running:
		case until > 0:
			wait = min(wait, until)
		default:
			m.running = true
			m.received++
			return m, 0, nil
		}
	}
	return nil, wait, q.more
}

// end removes a message that was handled or is given up, and has any other come
// again.
func (q *Queue) end(ctx context.Context, m *message, failed error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m.running = false
	switch {
	case failed == nil:
		q.handled[m.id] = true
		if err := q.kept.forget(m, true); err != nil {
			q.c.Log.WarnContext(ctx, "a message that was handled will come again", "message", m.id, "cause", err)
		}
	case ctx.Err() != nil:
		return // at the next start
	case m.received < maxAttempts:
		m.due = time.Now().Add(min(firstWait<<min(m.received-1, 10), longestWait))
		if failed != errReported { // of that the handler has said what it means
			q.c.Log.WarnContext(ctx, "a message failed, trying again", "message", m.id, "attempt", m.received, "cause", failed)
		}
		q.wake()
		return
	default:
		q.c.Log.ErrorContext(ctx, "dead letter: a message is given up",
			"message", m.id, "attempts", m.received, "cause", failed, "event", m.body)
		if err := q.kept.forget(m, false); err != nil {
			q.c.Log.WarnContext(ctx, "a message that was given up will come again", "message", m.id, "cause", err)
		}
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(w *message) bool { return w == m })
}

// errReported is the cause when the handler names the message and says no more.
var errReported = errors.New("the handler reported the message as failed")
