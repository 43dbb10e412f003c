package faultinjection

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lanes is how many trials run at once: most of a trial is waiting.
const lanes = 32

// crew has the lanes, and a recording of every use case.
type crew struct {
	lanes      []*lane
	recordings []*recording
}

func newCrew(t *testing.T) *crew {
	c := &crew{lanes: make([]*lane, lanes), recordings: make([]*recording, len(useCases))}
	for i := range c.lanes {
		c.lanes[i] = newLane(t)
	}
	worlds := make([]state, 2)
	c.each(t, len(worlds), time.Now().Add(forever), func(l *lane, i int) (err error) {
		worlds[i], err = l.furnish(t.Context(), []call{small, large}[i])
		return err
	})
	c.each(t, len(useCases), time.Now().Add(forever), func(l *lane, i int) (err error) {
		start := worlds[0]
		if useCases[i].large {
			start = worlds[1]
		}
		c.recordings[i], err = l.record(t.Context(), useCases[i], start)
		return err
	})
	if t.Failed() {
		t.FailNow()
	}
	return c
}

func (l *lane) furnish(ctx context.Context, world call) (state, error) {
	if _, err := world(ctx, l.plain); err != nil {
		return nil, err
	}
	return l.sound(ctx)
}

// enough failures to see what is wrong.
const enough = 10

// each does n things, as many at once as there are lanes, until a moment or
// until enough of them have failed.
func (c *crew) each(t *testing.T, n int, until time.Time, do func(l *lane, i int) error) (done int) {
	things := make(chan int)
	var working sync.WaitGroup
	var failures atomic.Int32
	for _, l := range c.lanes {
		working.Go(func() {
			for i := range things {
				if err := do(l, i); err != nil {
					failures.Add(1)
					t.Error(err)
				}
			}
		})
	}
	for done < n && failures.Load() < enough && time.Now().Before(until) {
		things <- done
		done++
	}
	close(things)
	working.Wait()
	return done
}
