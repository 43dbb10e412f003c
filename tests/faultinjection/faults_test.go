// Package faultinjection has everything that can go wrong between the SDK and DynamoDB
// happen to every request of every use case, and holds what the caller was told
// against what the table holds.
package faultinjection

import (
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// TestEveryMethodHasItsFaults fails when the engine can do something that no
// use case here does.
func TestEveryMethodHasItsFaults(t *testing.T) {
	called := map[string]bool{}
	for _, u := range useCases {
		called[u.method] = true
	}
	for _, of := range []reflect.Type{reflect.TypeFor[service.Store](), reflect.TypeFor[*dynamo.Store]()} {
		for m := range of.Methods() {
			if !called[m.Name] {
				t.Errorf("no use case calls %s of %s: add one to useCases", m.Name, of)
			}
		}
	}
}

// shortTwo is how many trials with two faults the short form makes.
const shortTwo = 300

// TestFaults tries every fault at every place, and every two classes of faults
// at every two places. The places are the requests of a run without faults, so
// none is left to chance. The short form takes only some of the trials that end
// in nothing but retries, and of those with two faults. The long form, with
// DURATION, takes all, and goes on with any two faults for that long. SEED
// replays which fault stands for its class, and the order.
func TestFaults(t *testing.T) {
	start := time.Now()
	duration, seed := longForm(t)
	c := newCrew(t)
	t.Run("once", func(t *testing.T) { c.try(t, c.once(t), start.Add(forever)) })
	t.Run("without end", func(t *testing.T) { c.try(t, c.withoutEnd(duration > 0), start.Add(forever)) })
	random := rand.New(rand.NewPCG(seed, seed))
	t.Run("two classes", func(t *testing.T) {
		trials := shuffled(random, c.two(func(s *send) []*fault { return oneOfEachClass(random, s) }))
		if duration == 0 {
			t.Logf("%d of %d trials in the short form", shortTwo, len(trials))
			trials = trials[:shortTwo]
		}
		c.try(t, trials, start.Add(forever))
	})
	if duration == 0 {
		return
	}
	t.Run("any two", func(t *testing.T) {
		c.try(t, shuffled(random, c.two(faultsOf)), start.Add(duration))
	})
}

const forever = 24 * time.Hour

// longForm returns how long the long form may take, 0 for the short form, and
// the seed.
func longForm(t *testing.T) (duration time.Duration, seed uint64) {
	t.Helper()
	var err error
	if text, ok := os.LookupEnv("DURATION"); ok {
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	seed = 1
	if duration > 0 {
		seed = uint64(rand.Uint32())
	}
	defer func() { t.Logf("SEED=%d", seed) }()
	if text, ok := os.LookupEnv("SEED"); ok {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return duration, seed
}

// once has each fault happen once at each place. It fails the test for a kind
// of request that has no faults, and for a fault that has no place.
func (c *crew) once(t *testing.T) (trials []trial) {
	used := map[*fault]bool{}
	for _, rec := range c.recordings {
		for n, s := range rec.sends {
			if n < rec.differs() {
				continue
			}
			faults := faultsOf(s)
			if len(faults) == 0 {
				t.Fatalf("%s calls %s: add its faults to everyFault", rec.name, s.operation)
			}
			for _, f := range faults {
				used[f] = true
				trials = append(trials, rec.once(n, f))
			}
		}
	}
	for _, f := range everyFault {
		if !used[f] {
			t.Errorf("%s cannot happen in any use case: add one, or take it out of everyFault", f.name)
		}
	}
	return trials
}

// withoutEnd has each fault that could pass happen at each place and ever
// after, in all use cases or in the first of each method.
func (c *crew) withoutEnd(all bool) (trials []trial) {
	seen := map[string]bool{}
	for _, rec := range c.recordings {
		if seen[rec.method] && !all {
			continue
		}
		seen[rec.method] = true
		for n, s := range rec.sends {
			for _, f := range faultsOf(s) {
				if !f.stays && n >= rec.differs() {
					trials = append(trials, rec.withoutEnd(n, f))
				}
			}
		}
	}
	return trials
}

// two has a second fault happen after a first that passes; choose says which
// faults of each request to take.
func (c *crew) two(choose func(*send) []*fault) (trials []trial) {
	for _, rec := range c.recordings {
		for n, s := range rec.sends {
			if n < rec.rivalAfter {
				continue // the rival's place is counted in requests, and the first fault adds one
			}
			firsts := slices.DeleteFunc(choose(s), func(f *fault) bool { return f.stays || f.ends == asNothing })
			for m := n; m < len(rec.sends); m++ {
				for _, second := range choose(rec.sends[m]) {
					for _, first := range firsts {
						trials = append(trials, rec.two(n, first, rec.once(m, second)))
						if !second.stays {
							trials = append(trials, rec.two(n, first, rec.withoutEnd(m, second)))
						}
					}
				}
			}
		}
	}
	return trials
}

func faultsOf(s *send) []*fault {
	var all []*fault
	for _, f := range everyFault {
		if f.on(s) {
			all = append(all, f)
		}
	}
	return all
}

func oneOfEachClass(random *rand.Rand, s *send) (chosen []*fault) {
	byClass := map[string][]*fault{}
	for _, f := range faultsOf(s) {
		byClass[f.class] = append(byClass[f.class], f)
	}
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		chosen = append(chosen, byClass[class][random.IntN(len(byClass[class]))])
	}
	return chosen
}

func shuffled(random *rand.Rand, trials []trial) []trial {
	random.Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	return trials
}

// try makes trials until a moment.
func (c *crew) try(t *testing.T, trials []trial, until time.Time) {
	done := c.each(t, len(trials), until, func(l *lane, i int) error { return l.try(t.Context(), trials[i]) })
	t.Logf("%d of %d trials", done, len(trials))
}
