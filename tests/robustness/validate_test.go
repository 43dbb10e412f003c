package e2e

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
)

// operation is what porcupine calls an input; the answer is part of it.
type operation struct {
	image, text string
	step        step
	indexed     bool // read from the index, which may be behind
	part        *part
	index       int // in the part
}

// part is the history of one image id.
type part struct{ operations []porcupine.Operation }

func (p *part) at(i int) operation { return p.operations[i].Input.(operation) }

// mostOperations is how long the history of one image id can be.
const mostOperations = 8 * 64

// searchState is what porcupine searches through: the state of the image after
// some of the operations, and which.
type searchState struct {
	image imageState
	done  [mostOperations / 64]uint64
}

func (s *searchState) isDone(i int) bool { return s.done[i/64]&(1<<(i%64)) != 0 }

// searchModel is the specification for porcupine, with one reduction: a read
// that can happen now happens now. That loses no order worth finding, because
// where it could also happen later, nothing sees whether it did; but without
// it the search takes hours where it now takes moments.
var searchModel = porcupine.Model{
	Partition: parts,
	Init:      func() any { return searchState{} },
	Step: func(state, input, _ any) (bool, any) {
		s, o := state.(searchState), input.(operation)
		if due := o.part.dueRead(&s); due >= 0 && due != o.index {
			return false, s
		}
		after, possible := o.step.do(s.image)
		s.image = after
		s.done[o.index/64] |= 1 << (o.index % 64)
		return possible, s
	},
	DescribeOperation: func(input, _ any) string { return input.(operation).text },
	DescribeState:     func(state any) string { return state.(searchState).image.String() },
}

// dueRead is the first read that can happen now, -1 if there is none.
func (p *part) dueRead(s *searchState) int {
	// What was called after something undone was answered cannot happen yet.
	end := p.operations[0].Return
	first := true
	for i, o := range p.operations {
		if !s.isDone(i) && (first || o.Return < end) {
			end, first = o.Return, false
		}
	}
	for i, o := range p.operations {
		if o.Call > end {
			break
		}
		step := p.at(i).step
		if !step.reads || s.isDone(i) {
			continue
		}
		if _, possible := step.do(s.image); possible {
			return i
		}
	}
	return -1
}

// parts divides a history by image id.
func parts(history []porcupine.Operation) [][]porcupine.Operation {
	byImage := map[string]*part{}
	var all []*part
	sorted := slices.SortedStableFunc(slices.Values(history), func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	for _, o := range sorted {
		in := o.Input.(operation)
		p := byImage[in.image]
		if p == nil {
			p = &part{}
			byImage[in.image], all = p, append(all, p)
		}
		in.part, in.index = p, len(p.operations)
		o.Input = in
		p.operations = append(p.operations, o)
	}
	divided := make([][]porcupine.Operation, len(all))
	for i, p := range all {
		if len(p.operations) > mostOperations {
			panic(fmt.Sprintf("%d operations on one image: make the histories shorter", len(p.operations)))
		}
		divided[i] = p.operations
	}
	return divided
}
