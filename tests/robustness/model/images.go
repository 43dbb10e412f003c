package model

import (
	"maps"
	"strings"

	"image-sharing/tests/kit/api"
)

// PutImage registers an image or changes it.
type PutImage struct {
	Owner, Image string
	Spec         Object
}

// Form implements Request.
func (r PutImage) Form() Form {
	return Form{
		By: Platform, Method: "PUT", Path: api.ImagePath(r.Owner, r.Image), Body: r.Spec, Images: []string{r.Image},
		Outcomes: []string{"201", "200", "409 ImageConflict", "409 ProjectClosed", "422 ProjectNotFound"},
	}
}

// Apply implements Request. Owner, region, kind and hostType never change. Who
// has the image stays.
func (r PutImage) Apply(s *State, o Observed) (*State, Response) {
	project, ok := s.Projects[r.Owner]
	if !ok {
		return s, refusal(422, "ProjectNotFound", Object{"projectIds": []string{r.Owner}})
	}
	status, img := 201, Image{ID: r.Image, Owner: r.Owner, Created: o.Now}
	kind, fields := "ImageRegistered", []string(nil)
	if before := s.Images[r.Image]; before != nil {
		status, img = 200, *before
		for _, fixed := range []string{"region", "kind", "hostType"} {
			if img.Owner != r.Owner || img.Spec[fixed] != r.Spec[fixed] {
				return s, refusal(409, "ImageConflict", nil)
			}
		}
	}
	if status == 201 && project.Closed {
		return s, refusal(409, "ProjectClosed", nil)
	}
	if status == 200 {
		kind, fields = "ImageChanged", changed(img.Spec, r.Spec)
		if img.Account != project.Account {
			fields = append([]string{"accountId"}, fields...)
		}
		if len(fields) == 0 {
			return s, Response{Status: status, Body: s.owns(&img)}
		}
	}
	img.Spec, img.Account, img.Updated = r.Spec, project.Account, o.Now
	a := img.activity(kind, Platform)
	a.Changed = strings.Join(fields, " ")
	return s.withImage(img).withActivity(a, r.Owner), Response{Status: status, Body: s.owns(&img)}
}

func (r PutImage) details(got Response, _ Scope) (func(Object), []Moment) {
	if got.Status == 201 {
		return unknown(), nil
	}
	return unknown("shareCount"), []Moment{countsShares(r.Image, 0, got)}
}

// countsShares: the image's shares were counted before so many were added.
func countsShares(image string, added int, got Response) Moment {
	return reads(func(s *State) bool {
		img := s.Images[image]
		return img != nil && same(len(img.Shares)+added, got.Body["shareCount"])
	})
}

// owns is an image as its owner sees it. The owner pays for it (R9).
func (s *State) owns(img *Image) Object {
	view := maps.Clone(img.Spec)
	maps.Copy(view, Object{
		"imageId": img.ID, "projectId": img.Owner, "accountId": img.Account,
		"createdAt": img.Created, "updatedAt": img.Updated,
		"shareCount": len(img.Shares), "shareLimit": s.Limit,
		"billing": Object{"billedProjectId": img.Owner, "plan": "custom-image"},
	})
	if img.Source != nil {
		view["source"] = img.Source
	}
	return view
}

// DeleteImage ends an image.
type DeleteImage struct{ Owner, Image string }

// Form implements Request.
func (r DeleteImage) Form() Form {
	return Form{
		By: Platform, Method: "DELETE", Path: api.ImagePath(r.Owner, r.Image), Images: []string{r.Image},
		Outcomes: []string{"204", "404 ImageNotFound"},
	}
}

// Apply implements Request.
func (r DeleteImage) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	a := img.activity("ImageDeleted", Platform)
	a.Targets = sortedTargets(img.Shares)
	return s.withoutImage(img).withActivity(a, r.Owner), Response{Status: 204}
}

// GetImage looks at an own image.
type GetImage struct{ Owner, Image string }

// Form implements Request.
func (r GetImage) Form() Form {
	return Form{
		By: Tester, Method: "GET", Path: api.ImagePath(r.Owner, r.Image), Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound"},
	}
}

// Apply implements Request.
func (r GetImage) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	return s, Response{Status: 200, Body: s.owns(img)}
}
