package delivery

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-lambda-go/events"
)

// replyFunc replies to a batch, given as its sequence numbers: it names records
// that failed, or fails as a whole.
type replyFunc func(batch string) (failed []string, err error)

// delivered runs Deliver on the records "1" to "4", in the synthetic time of a
// synctest bubble, and returns the batches that the handler saw and the
// records that became dead letters.
func delivered(t *testing.T, reply replyFunc) (batches, dead []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		m := Mapping{Log: slog.New(slog.NewTextHandler(&log, nil))}
		m.Handler = func(_ context.Context, e events.DynamoDBEvent) (r events.DynamoDBEventResponse, err error) {
			batch := ""
			for _, record := range e.Records {
				batch += record.Change.SequenceNumber
			}
			batches = append(batches, batch)
			failed, err := reply(batch)
			for _, number := range failed {
				r.BatchItemFailures = append(r.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: number})
			}
			return r, err
		}
		var records []events.DynamoDBEventRecord
		for _, number := range []string{"1", "2", "3", "4"} {
			records = append(records, events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{SequenceNumber: number}})
		}
		if err := m.Deliver(t.Context(), records); err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(log.String()) {
			if _, after, ok := strings.Cut(line, `"dead letter: a stream record is given up" eventId="" sequenceNumber=`); ok {
				dead = append(dead, after[:1])
				if !strings.Contains(after, `"SequenceNumber\":\"`+after[:1]) {
					t.Errorf("the dead letter lacks the record: %s", line)
				}
			}
		}
	})
	return batches, dead
}

func TestDeliver(t *testing.T) {
	for name, c := range map[string]struct {
		reply   replyFunc
		batches []string
		dead    []string
	}{
		"all is well": {
			reply:   func(string) ([]string, error) { return nil, nil },
			batches: []string{"1234"},
		},
		"from the named record on, once": {
			reply:   onceEach(map[string]string{"1234": "2"}),
			batches: []string{"1234", "234"},
		},
		"the lowest named record is the checkpoint": {
			reply:   onceEach(map[string]string{"1234": "423"}),
			batches: []string{"1234", "234"},
		},
		"each record has its own attempts": {
			reply:   often(maxAttempts-1, "1", "2"),
			batches: append(slices.Repeat([]string{"1234"}, maxAttempts), slices.Repeat([]string{"234"}, maxAttempts-1)...),
		},
		"a record that is named always": {
			reply: func(batch string) ([]string, error) {
				if strings.Contains(batch, "2") {
					return []string{"2"}, nil
				}
				return nil, nil
			},
			batches: []string{"1234", "234", "234", "234", "234", "234", "34"},
			dead:    []string{"2"},
		},
		"a record that fails its batch always": {
			reply: func(batch string) ([]string, error) {
				if strings.Contains(batch, "3") {
					return nil, errors.New("poison")
				}
				return nil, nil
			},
			batches: append(slices.Repeat([]string{"1234"}, maxAttempts), "1", "2", "3", "3", "3", "3", "3", "3", "4"),
			dead:    []string{"3"},
		},
		"a panic fails its batch": {
			reply: func(batch string) ([]string, error) {
				if len(batch) > 1 {
					panic("poison")
				}
				return nil, nil
			},
			batches: append(slices.Repeat([]string{"1234"}, maxAttempts), "1", "2", "3", "4"),
		},
		"a name that was not sent fails the batch": {
			reply: func(batch string) ([]string, error) {
				if len(batch) > 1 {
					return []string{"4", ""}, nil
				}
				return nil, nil
			},
			batches: append(slices.Repeat([]string{"1234"}, maxAttempts), "1", "2", "3", "4"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			batches, dead := delivered(t, c.reply)
			if !slices.Equal(batches, c.batches) {
				t.Errorf("the handler saw %q, want %q", batches, c.batches)
			}
			if !slices.Equal(dead, c.dead) {
				t.Errorf("dead letters are %q, want %q", dead, c.dead)
			}
		})
	}
}

// onceEach names the records once for each batch.
func onceEach(failures map[string]string) replyFunc {
	return func(batch string) ([]string, error) {
		failed := failures[batch]
		delete(failures, batch)
		if failed == "" {
			return nil, nil
		}
		return strings.Split(failed, ""), nil
	}
}

// often names one record so many times, then the other.
func often(times int, one, other string) replyFunc {
	all := append(slices.Repeat([]string{one}, times), slices.Repeat([]string{other}, times)...)
	return func(string) ([]string, error) {
		if len(all) == 0 {
			return nil, nil
		}
		failed := all[:1]
		all = all[1:]
		return failed, nil
	}
}

func TestDeliverEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		m := Mapping{Log: slog.New(slog.DiscardHandler)}
		m.Handler = func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
			if calls++; calls == 2 {
				cancel()
			}
			return events.DynamoDBEventResponse{}, errors.New("no luck")
		}
		if err := m.Deliver(ctx, make([]events.DynamoDBEventRecord, 1)); !errors.Is(err, context.Canceled) || calls != 2 {
			t.Errorf("it ended with %v after %d calls, want context.Canceled after 2", err, calls)
		}
	})
}
