package e2e

import (
	"fmt"
	"strings"
)

// The sequential specification, of one image id at a time: what a request does
// to the image and what it answers, if nothing else happens meanwhile. A
// history of concurrent requests is linearizable if every request can be given
// one moment between its sending and its answer, so that all of them, in the
// order of these moments, do as specified.
//
// An answer can say more than what was decided, and some of it was read at
// another moment of the same request. The specification is exact about that
// too: each such detail is a read of its own, with a moment of its own in the
// same request. On SQLite there is only one moment. On DynamoDB these are
// details:
//   - sharedAt of a share that stood already, in the answer to a share, and of
//     a received image;
//   - shareCount in the answers to a share and to a change by the catalog.
//
// On DynamoDB a list reads its index, which may be behind by a time that AWS
// does not bound; the tests bound it by indexLag. Three things may be as they
// were up to so long before the list was asked for, and nothing else, for
// nobody else:
//   - that a recipient's list does not show an image, which may be shared by now;
//   - that an owner's list does not show an image, which may be registered by now;
//   - sharedAt in a recipient's list, which may also be that of a share that
//     ended with an earlier image of the id.
//
// That an image is shown, and all else that is said of it, is never behind.

// linearTargets is how many projects the images of a history can be shared
// with.
const linearTargets = 6

// imageState is all that can be observed of an image id. It is compared by ==.
type imageState struct {
	owner    string // "" when there is no such image
	region   string
	created  string // tells registrations under one id apart
	state    string
	sharedAt [linearTargets]string // "" where it is not shared
	copies   [linearTargets]string // when a target's copy was created
	// left is when a share was made that ended with its image: its item, and so
	// the index, has it until the clean-up or a new share takes its place.
	left [linearTargets]string
}

// ended is what a deletion leaves of the state.
func (s imageState) ended() imageState {
	after := imageState{copies: s.copies, left: s.left}
	for t, at := range s.sharedAt {
		if at != "" {
			after.left[t] = at
		}
	}
	return after
}

func (s imageState) shareCount() (n int) {
	for _, at := range s.sharedAt {
		if at != "" {
			n++
		}
	}
	return n
}

// step is an operation with its answer: whether it can happen in a state, and
// the state it leaves.
type step struct {
	do    func(s imageState) (after imageState, possible bool)
	reads bool // it leaves every state as it is
}

func writes(do func(s imageState) (after imageState, possible bool)) step { return step{do: do} }

func reads(possible func(s imageState) bool) step {
	return step{reads: true, do: func(s imageState) (imageState, bool) { return s, possible(s) }}
}

// never is the step of an answer that no state can give.
var never = reads(func(imageState) bool { return false })

// maybe is the step of a request whose answer was lost: it happened, or it did
// not. It ends after everything else, so that it can happen at any moment, or
// so late that nobody sees it.
func maybe(do func(s imageState) imageState) step {
	return writes(func(s imageState) (imageState, bool) { return do(s), true })
}

func (s imageState) String() string {
	if s.owner == "" {
		return "no image; copies " + clocks(s.copies)
	}
	return fmt.Sprintf("of %s in %s, %s, created %s, shared %s, copies %s", s.owner, s.region, s.state, clock(s.created), clocks(s.sharedAt), clocks(s.copies))
}

// clock shortens a time for the eye.
func clock(at string) string {
	if _, t, ok := strings.Cut(at, "T"); ok {
		return strings.TrimSuffix(t, "Z")
	}
	return at
}

func clocks(at [linearTargets]string) string {
	var b strings.Builder
	for i, t := range at {
		if t != "" {
			fmt.Fprintf(&b, " %d at %s", i, clock(t))
		}
	}
	return "[" + strings.TrimSpace(b.String()) + "]"
}
