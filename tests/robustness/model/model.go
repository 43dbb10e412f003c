// Package model is the specification of the service, executable. It was written
// from docs/design.md and shares no code with package sharing but its two texts.
//
// The service is a State, and requests that change it. A Request is a type with
// the rule that it follows: from a state to the state after it and the response
// it must get. Each rule is here once. Sequences of requests are held against it
// one by one (Check), and histories of concurrent ones by the moments that each
// request may have taken effect in (Moments).
//
// A new rule is a change of one Apply and the Outcomes beside it. A new request is
// a type with its methods, a place in Requests, and a line in the traffic's table.
package model

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"image-sharing/tests/kit/api"
)

// Object is a JSON object.
type Object = api.Object

// Request is a call of the API.
type Request interface {
	Form() Form
	// Apply is the rule. A request that changes nothing leaves the very same
	// state.
	Apply(s *State, o Observed) (after *State, want Response)
}

// Form is what a request is besides its rule.
type Form struct {
	By           string // the caller
	Method, Path string
	Key          string // Idempotency-Key
	Body         Object
	Images       []string // the ids that the rule looks at; nil if it may be any
	Outcomes     []string // all that the rule can lead to, status and code
}

// HTTP is the call as it is sent.
func (f Form) HTTP(token string) api.Request {
	call := api.Request{Token: token, Method: f.Method, Path: f.Path, Header: http.Header{}}
	if f.Key != "" {
		call.Header.Set("Idempotency-Key", f.Key)
	}
	if f.Body != nil {
		call.Body = f.Body
	}
	return call
}

// Requests has one of each kind.
var Requests = []Request{
	PutProject{}, CloseProject{}, GetProject{}, ListProjects{}, PutPolicy{}, GetPolicy{}, PutImage{}, PatchImage{}, SuspendImage{}, ResumeImage{}, DeleteImage{}, GetImage{}, ShareImage{}, UnshareImage{}, RevokeShares{}, ListShares{},
	AnswerShare{}, LaunchCheck{}, Launch{}, SaveImage{}, CopyImage{}, ListImages{}, ListActivity{},
}

// The callers, by the subjects of their tokens.
const (
	Platform  = "platform"
	Tester    = "tester"
	Colleague = "colleague" // somebody else of the same projects
)

// Response is what a request got, or must get.
type Response struct {
	Status   int
	Location string
	Body     Object

	Sent, Received time.Time // zero in what must be
}

// Got is a response of the service, without what a problem says in words of its
// own: the OpenAPI document has these.
func Got(r api.Response, sent, received time.Time) Response {
	body := r.Body
	if r.Code() != "" {
		body = maps.Clone(body)
		for _, free := range []string{"type", "title", "detail", "requestId"} {
			delete(body, free)
		}
	}
	return Response{Status: r.Status, Location: r.Header.Get("Location"), Body: body, Sent: sent, Received: received}
}

// Code is the code of a refusal, "" for any other response.
func (r Response) Code() string { return text(r.Body, "code") }

func (r Response) String() string { return strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Code())) }

// Observed is what only the service knows of a change: when it was, and the id
// of a copy that has no key.
type Observed struct{ Now, ID string }

// Unknown is what was reported to nobody. It matches everything.
const Unknown = "?"

// perhaps matches everything and nothing.
const perhaps = "?, perhaps"

// Observe takes from a response what only the service could know.
func Observe(got Response) Observed {
	o := Observed{Now: text(got.Body, "updatedAt"), ID: text(got.Body, "imageId")}
	if got.Body["sharedAt"] != nil {
		o.Now = "" // of the image, which an answer does not change
	}
	for _, share := range Objects(got.Body["shares"]) {
		if share["result"] == "created" {
			o.Now = text(share, "sharedAt")
		}
	}
	return o
}

// Check returns the state after a request that got a response, and what of the
// response is not as it must be, in words without ids and times.
func Check(s *State, r Request, got Response) (after *State, faults []string) {
	return check(s, r, got, func(Object) {})
}

// check wants a body that loosen has gone over.
func check(s *State, r Request, got Response, loosen func(want Object)) (after *State, faults []string) {
	o := Observe(got)
	after, want := r.Apply(s, o)
	if !slices.Contains(r.Form().Outcomes, want.String()) {
		panic(fmt.Sprintf("%T does not say that it can lead to %s", r, want))
	}
	if got.Status != want.Status || got.Code() != want.Code() {
		return after, []string{fmt.Sprintf("%s, not %s", got, want)}
	}
	if !InOrder(r, got) {
		faults = append(faults, "the order")
	}
	loosen(want.Body)
	faults = append(faults, differences(want.Body, got.Body)...)
	if got.Location != want.Location {
		faults = append(faults, "Location")
	}
	if at := instant(o.Now); after != s && !at.IsZero() && (at.Before(got.Sent.Truncate(time.Microsecond)) || at.After(got.Received)) {
		faults = append(faults, "the time of the change")
	}
	return after, faults
}

// list is a request for things in an order that their own fields determine.
type list interface{ inOrder(got Response) bool }

// InOrder reports whether a list that was got is in order.
func InOrder(r Request, got Response) bool {
	l, ok := r.(list)
	return !ok || l.inOrder(got)
}

// differences are the fields that are not as they must be.
func differences(want, got Object) (fields []string) {
	for field := range want {
		if _, there := got[field]; !there && want[field] != perhaps || there && !same(want[field], got[field]) {
			fields = append(fields, field)
		}
	}
	for field := range got {
		if _, there := want[field]; !there {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// same reports whether a value that was decoded from JSON is as it must be.
func same(want, got any) bool {
	switch w := want.(type) {
	case string:
		return w == Unknown || w == perhaps || got == w
	case int:
		return got == float64(w)
	case Object:
		g, ok := got.(Object)
		return ok && len(differences(w, g)) == 0
	case []string:
		return sameEach(w, got)
	case []Object:
		return sameEach(w, got)
	case set:
		return w.is(got)
	case bag:
		return w.is(got)
	default:
		return got == want
	}
}

// set has objects whose order is determined by themselves: see list.
type set struct {
	id      string // the field that tells them apart
	objects map[string]Object
}

func (w set) is(got any) bool {
	g, ok := got.([]any)
	for _, e := range g {
		o, _ := e.(Object)
		one, wanted := w.objects[text(o, w.id)]
		ok = ok && wanted && same(one, e)
	}
	return ok && len(g) == len(w.objects) // list has seen that none is there twice
}

func sameEach[T any](want []T, got any) bool {
	g, ok := got.([]any)
	ok = ok && len(g) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = same(want[i], g[i])
	}
	return ok
}

func text(o Object, field string) string {
	s, _ := o[field].(string)
	return s
}

// Objects are the elements of a list, of a response or of what must be.
func Objects(list any) []Object {
	if wanted, ok := list.([]Object); ok {
		return wanted
	}
	got, _ := list.([]any)
	all := make([]Object, len(got))
	for i := range got {
		all[i], _ = got[i].(Object)
	}
	return all
}

// instant is the time that a text says; the zero time if it is none.
func instant(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}

func refusal(status int, code string, extension Object) Response {
	body := Object{"status": status, "code": code}
	maps.Copy(body, extension)
	return Response{Status: status, Body: body}
}

func imageNotFound() Response { return refusal(404, "ImageNotFound", nil) }

func crossRegion(image, asked string) Response {
	return refusal(422, "CrossRegionNotSupported", Object{"imageRegion": image, "region": asked})
}

func imageSuspended() Response { return refusal(409, "ImageSuspended", nil) }

func imageNotAvailable(state any) Response {
	return refusal(409, "ImageNotAvailable", Object{"state": state})
}
