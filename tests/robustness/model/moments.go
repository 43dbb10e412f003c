package model

import "slices"

// A request of a history takes effect in one moment between its sending and its
// response. A history is linearizable if each request can be given such a moment
// so that all of them, in the order of these moments, are as specified.
//
// A response can say more than what was decided, and on DynamoDB some of it was
// read at another moment of the same request. The specification is exact about
// that too: each such detail is a read with a moment of its own in the same
// request. These are details:
//   - sharedAt, sharedBy and the reminder of a share that stood already, in the
//     response to a share, and sharedAt of a received image;
//   - the status of a share that stood already, in the response to a share, and of
//     each in an image's shares;
//   - what the image is like in the response to an answer, but for the status;
//   - shareCount in the responses to a share and to a change by the catalog;
//   - each entry of a list, and that it lacks an entry.
//
// The policy by which a share is decided is no detail: no history on DynamoDB changes
// one while images are shared. There a share is decided by the policy that it has read,
// which shared/dynamo tests (TestAShareIsDecidedByThePolicyThatItRead).
//
// On DynamoDB a list reads its index, and then the images. The index may be behind
// by a time that AWS does not bound; the tests bound theirs. Three details may be as they were up to
// so long before the list was asked for, and nothing else, for nobody else:
//   - that a recipient's list lacks an image, which may be shared by now;
//   - that an owner's list lacks an image, which may be registered by now;
//   - sharedAt in a recipient's list, which may be that of an earlier share of the
//     same image, but of no earlier image of the id.
//
// That an image is listed, and all else that is said of it, is never behind.

// Moment is something that must be so, or be done, in one moment.
type Moment struct {
	Do      func(*State) (after *State, possible bool)
	Reads   bool // it leaves every state as it is
	Indexed bool // it was read from the index
}

func reads(possible func(s *State) bool) Moment {
	return Moment{Reads: true, Do: func(s *State) (*State, bool) { return s, possible(s) }}
}

func indexed(possible func(s *State) bool) Moment {
	m := reads(possible)
	m.Indexed = true
	return m
}

// Lost is the moment of a request whose response was lost. It may come late, or
// so late that nobody sees it.
func Lost(r Request) Moment {
	return Moment{Do: func(s *State) (*State, bool) {
		after, _ := r.Apply(s, Observed{Now: Unknown})
		return after, true
	}}
}

// Scope is what a history is judged in.
type Scope struct {
	Exact    bool     // the store reads and decides in one moment
	Images   []string // all that a list may lack
	Projects []string
}

// Moments are those of a request that got a response: of the decision, and of
// the details.
func Moments(r Request, got Response, scope Scope) []Moment {
	loosen := func(Object) {}
	var details []Moment
	if d, ok := r.(detailed); ok && !scope.Exact && got.Status/100 == 2 {
		loosen, details = d.details(got, scope)
	}
	decision := Moment{Reads: changesNothing(r, got), Do: func(s *State) (*State, bool) {
		after, faults := check(s, r, got, loosen)
		return after, len(faults) == 0
	}}
	return append([]Moment{decision}, details...)
}

// changesNothing reports whether a request with this response leaves every state
// as it is.
func changesNothing(r Request, got Response) bool {
	created := slices.ContainsFunc(Objects(got.Body["shares"]), func(s Object) bool { return s["result"] == "created" })
	return r.Form().Method == "GET" || got.Status >= 400 || got.Body["shares"] != nil && (!created || got.Body["dryRun"] == true)
}

// detailed is a request whose response has details. loosen makes them Unknown in
// the body that is wanted of the decision.
type detailed interface {
	details(got Response, scope Scope) (loosen func(want Object), details []Moment)
}

// unknown makes fields Unknown.
func unknown(fields ...string) func(Object) {
	return func(want Object) {
		for _, field := range fields {
			want[field] = Unknown
		}
	}
}
