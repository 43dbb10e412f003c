package model

import (
	"maps"

	"image-sharing/tests/kit/api"
)

// SuspendImage keeps everybody from using an image.
type SuspendImage struct{ Owner, Image, Reason string }

// Form implements Request.
func (r SuspendImage) Form() Form {
	return Form{
		By: Platform, Method: "PUT", Path: api.SuspensionPath(r.Owner, r.Image), Body: Object{"reason": r.Reason}, Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound"},
	}
}

// Apply implements Request. It is suspended since it was first.
func (r SuspendImage) Apply(s *State, o Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	switch {
	case !ok:
		return s, imageNotFound()
	case img.Suspension["reason"] == r.Reason:
		return s, Response{Status: 200, Body: s.owns(img)}
	}
	after := *img
	after.Updated = o.Now
	after.Suspension = Object{"suspendedAt": o.Now}
	maps.Copy(after.Suspension, img.Suspension)
	after.Suspension["reason"] = r.Reason
	a := img.activity("ImageSuspended", Platform)
	a.Reason = r.Reason
	return s.withImage(after).withActivity(a, r.Owner), Response{Status: 200, Body: s.owns(&after)}
}

func (r SuspendImage) details(got Response, _ Scope) (func(Object), []Moment) {
	return unknown("shareCount"), []Moment{countsShares(r.Image, 0, got)}
}

// ResumeImage ends that.
type ResumeImage struct{ Owner, Image string }

// Form implements Request.
func (r ResumeImage) Form() Form {
	return Form{
		By: Platform, Method: "DELETE", Path: api.SuspensionPath(r.Owner, r.Image), Images: []string{r.Image},
		Outcomes: []string{"204", "404 ImageNotFound"},
	}
}

// Apply implements Request. Nobody is told when it was.
func (r ResumeImage) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	switch {
	case !ok:
		return s, imageNotFound()
	case img.Suspension == nil:
		return s, Response{Status: 204}
	}
	after := *img
	after.Updated, after.Suspension = Unknown, nil
	return s.withImage(after).withActivity(img.activity("ImageResumed", Platform), r.Owner), Response{Status: 204}
}
