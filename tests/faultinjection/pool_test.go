package faultinjection

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/iam"
)

// pool has the workers, and a baseline of every use case.
type pool struct {
	workers   []*worker
	baselines []*baseline
	calls     iam.Calls // of all functions
}

// thePool is made once, by the first test that needs it.
var thePool struct {
	once sync.Once
	*pool
}

func newPool(t *testing.T) *pool {
	t.Helper()
	ddbtest.Endpoint(t) // or this test, and not only the first, is skipped
	thePool.once.Do(func() { thePool.pool = makePool(t) })
	if thePool.pool == nil {
		t.Fatal("there are no baselines: see the first test that needed them")
	}
	return thePool.pool
}

// makePool makes as many workers as the machine has processors: DynamoDB Local
// takes longer for each request the more there are at once. It returns nil if a
// use case is not as it should be without faults.
func makePool(t *testing.T) *pool {
	p := &pool{workers: make([]*worker, runtime.GOMAXPROCS(0)), baselines: make([]*baseline, len(useCases))}
	for i := range p.workers {
		p.workers[i] = newWorker(t, &p.calls)
	}
	situations := make([]state, 2)
	p.each(t, len(situations), never, func(w *worker, i int) (err error) {
		if err = []write{small, large}[i](t.Context(), w.plain); err == nil {
			situations[i], err = w.sound(t.Context())
		}
		return err
	})
	p.each(t, len(useCases), never, func(w *worker, i int) (err error) {
		start := situations[0]
		if useCases[i].large {
			start = situations[1]
		}
		p.baselines[i], err = w.record(t, useCases[i], start)
		return err
	})
	if t.Failed() {
		return nil
	}
	return p
}

// asked reports whether somebody has sent a request to a route.
func (p *pool) asked(route string) bool {
	return slices.ContainsFunc(p.workers, func(w *worker) bool { return w.small.asked[route] || w.large.asked[route] })
}

// enough failures to see what is wrong.
const enough = 10

// each does n things, as many at once as there are workers, until over or
// until enough of them have failed.
func (p *pool) each(t *testing.T, n int, over func() bool, do func(w *worker, i int) error) (done int) {
	things := make(chan int)
	var working sync.WaitGroup
	var failures atomic.Int32
	for _, w := range p.workers {
		working.Go(func() {
			for i := range things {
				if err := do(w, i); err != nil {
					failures.Add(1)
					t.Error(err)
				}
			}
		})
	}
	for done < n && failures.Load() < enough && !over() {
		things <- done
		done++
	}
	close(things)
	working.Wait()
	return done
}
