package faultinjection

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// selection says which faults happen at which places.
type selection struct {
	places []place
	faults map[place][]*fault // to happen alone
	pairs  map[place]bool     // to have two faults
	turn   uint64
}

// newSelection is the short form: of each kind of request the first has every
// fault and every two classes, the others have one fault of each class.
func newSelection(baselines []*baseline, seed uint64) *selection {
	s := &selection{faults: map[place][]*fault{}, pairs: map[place]bool{}, turn: seed}
	kinds := map[string]bool{}
	for _, b := range baselines {
		for n := b.differs(); n < len(b.attempts); n++ {
			p := place{b, n}
			s.places = append(s.places, p)
			if s.faults[p] = s.oneOfEachClass(p); !kinds[p.attempt().kind()] {
				s.faults[p], s.pairs[p] = faultsOn(p.attempt()), true
				kinds[p.attempt().kind()] = true
			}
		}
	}
	return s
}

// takeAll makes it the long form: every fault and every two classes at every
// place.
func (s *selection) takeAll() {
	for _, p := range s.places {
		s.faults[p], s.pairs[p] = faultsOn(p.attempt()), true
	}
}

// oneOfEachClass takes another one of a class in turn.
func (s *selection) oneOfEachClass(p place) (chosen []*fault) {
	byClass := map[string][]*fault{}
	for _, f := range faultsOn(p.attempt()) {
		class := f.classOn(p.attempt())
		byClass[class] = append(byClass[class], f)
	}
	s.turn++
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		faults := byClass[class]
		chosen = append(chosen, faults[s.turn%uint64(len(faults))])
	}
	return chosen
}

// once fails the test for a request that has no faults, and for a fault that has
// no place.
func (s *selection) once(t *testing.T) (cases []testCase) {
	used := map[*fault]bool{}
	for _, p := range s.places {
		if len(s.faults[p]) == 0 {
			t.Fatalf("%s is a %s: add its faults to everyFault", p, p.attempt().operation)
		}
		for _, f := range s.faults[p] {
			used[f] = true
			cases = append(cases, p.once(p.n, f))
		}
	}
	for _, f := range everyFault {
		if !used[f] {
			t.Errorf("%s cannot happen in any use case: add one, or take it out of everyFault", f.name)
		}
	}
	return cases
}

// endless is of the faults that could pass.
func (s *selection) endless() (cases []testCase) {
	for _, p := range s.places {
		for _, f := range s.faults[p] {
			if !f.stays {
				cases = append(cases, p.endless(p.n, f))
			}
		}
	}
	return cases
}

// twoAtOne has a second fault happen to a request that is sent again after a
// first.
func (s *selection) twoAtOne() (cases []testCase) {
	for _, p := range s.places {
		if s.pairs[p] {
			chosen := s.oneOfEachClass(p)
			cases = append(cases, p.pairs(chosen, p, chosen)...)
		}
	}
	return cases
}

// twoAtTwo has a fault happen to a request, and another one to a later request.
// A first that passes leaves nothing behind, whichever it was: so one stands for
// all.
func (s *selection) twoAtTwo() (cases []testCase) {
	for _, first := range s.places {
		for m := first.n + 1; m < len(first.attempts); m++ {
			second := place{first.baseline, m}
			passing := slices.DeleteFunc(s.oneOfEachClass(first), func(f *fault) bool { return !f.passes() })
			one := passing[int(s.turn)%len(passing)]
			cases = append(cases, first.pairs([]*fault{one}, second, s.oneOfEachClass(second))...)
		}
	}
	return cases
}

// anyTwo are all pairs of faults there are, in any order.
func (s *selection) anyTwo(random *rand.Rand) (cases []testCase) {
	for _, first := range s.places {
		for m := first.n; m < len(first.attempts); m++ {
			second := place{first.baseline, m}
			cases = append(cases, first.pairs(faultsOn(first.attempt()), second, faultsOn(second.attempt()))...)
		}
	}
	random.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	return cases
}

// passes reports whether the request is sent again after the fault.
func (f *fault) passes() bool { return !f.stays && f.ends != asNothing }

// pairs has each of the first faults that passes happen here, and then each of
// the second ones there, once and without end.
func (p place) pairs(firsts []*fault, there place, seconds []*fault) (cases []testCase) {
	for _, first := range firsts {
		if !first.passes() {
			continue
		}
		for _, second := range seconds {
			cases = append(cases, p.two(p.n, first, there.once(there.n, second)))
			if !second.stays {
				cases = append(cases, p.two(p.n, first, there.endless(there.n, second)))
			}
		}
	}
	return cases
}
