package model

import (
	"maps"
	"slices"
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

// Apply implements Request. The owner never changes, nor what is fixed. Who has
// the image stays.
func (r PutImage) Apply(s *State, o Observed) (*State, Response) {
	project, ok := s.Projects[r.Owner]
	if !ok {
		return s, refusal(422, "ProjectNotFound", Object{"projectIds": []string{r.Owner}})
	}
	status, img := 201, Image{ID: r.Image, Owner: r.Owner, Created: o.Now}
	kind, fields := "ImageRegistered", []string(nil)
	if before := s.Images[r.Image]; before != nil {
		status, img = 200, *before
		if img.Owner != r.Owner {
			return s, refusal(409, "ImageConflict", nil)
		}
		if fields := img.fixed(r.Spec); len(fields) > 0 {
			return s, refusal(409, "ImageConflict", Object{"fields": fields})
		}
		kind, fields = "ImageChanged", changed(img.Spec, r.Spec)
		if len(fields) == 0 {
			return s, Response{Status: status, Body: s.owns(&img)}
		}
	} else if project.Closed {
		return s, refusal(409, "ProjectClosed", nil)
	}
	img.Spec, img.Updated = r.Spec, o.Now
	img.Sealed = img.Sealed || r.Spec["state"] == "Available"
	a := img.activity(kind, Platform)
	a.Changed = strings.Join(fields, " ")
	return s.withImage(img).withActivity(a, r.Owner), Response{Status: status, Body: s.owns(&img)}
}

// fixed are the fields that would change and cannot: some of any image, content
// and the way back to Creating of one that has been Available.
func (img *Image) fixed(spec Object) (fields []string) {
	for _, field := range changed(img.Spec, spec) {
		switch field {
		case "region", "kind", "hostType":
			fields = append(fields, field)
		case "systemDisk", "dataDisks", "osType", "architecture":
			if img.Sealed {
				fields = append(fields, field)
			}
		case "state":
			if img.Sealed && spec["state"] == "Creating" {
				fields = append(fields, field)
			}
		}
	}
	return fields
}

// PatchImage changes what it names of an image.
type PatchImage struct {
	Owner, Image, By string
	Patch            Object
}

// Form implements Request.
func (r PatchImage) Form() Form {
	return Form{
		By: r.By, Method: "PATCH", Path: api.ImagePath(r.Owner, r.Image), Body: r.Patch, Images: []string{r.Image},
		Outcomes: []string{"200", "400 InvalidRequest", "403 MissingScope", "404 ImageNotFound", "409 ImageConflict"},
	}
}

// Apply implements Request. The rest is the platform's.
func (r PatchImage) Apply(s *State, o Observed) (*State, Response) {
	for field := range r.Patch {
		if r.By != Platform && !slices.Contains([]string{"name", "description", "tags", "deprecation"}, field) {
			return s, refusal(403, "MissingScope", Object{"requiredScope": "catalog:write"})
		}
	}
	_, isFailure := r.Patch["failure"].(Object)
	state, named := r.Patch["state"]
	if isFailure && named && state != "Failed" { // whatever the image is like
		return s, refusal(400, "InvalidRequest", Object{"errors": Unknown})
	}
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	spec := merged(img.Spec, r.Patch)
	if isFailure && spec["state"] != "Failed" {
		return s, refusal(400, "InvalidRequest", Object{"errors": Unknown})
	}
	if spec["state"] != "Failed" {
		delete(spec, "failure")
	}
	for field, empty := range map[string]any{"description": "", "tags": Object{}, "dataDisks": []Object{}} {
		if spec[field] == nil {
			spec[field] = empty
		}
	}
	if failure, failed := spec["failure"].(Object); failed && failure["message"] == nil {
		spec["failure"] = with(failure, "message", any(""))
	}
	if fields := img.fixed(spec); len(fields) > 0 {
		return s, refusal(409, "ImageConflict", Object{"fields": fields})
	}
	fields := changed(img.Spec, spec)
	if len(fields) == 0 {
		return s, Response{Status: 200, Body: s.owns(img)}
	}
	after := *img
	after.Spec, after.Updated = spec, o.Now
	after.Sealed = img.Sealed || spec["state"] == "Available"
	a := img.activity("ImageChanged", r.By)
	a.Changed = strings.Join(fields, " ")
	return s.withImage(after).withActivity(a, r.Owner), Response{Status: 200, Body: s.owns(&after)}
}

func (r PatchImage) details(got Response, _ Scope) (func(Object), []Moment) {
	return unknown("shareCount"), []Moment{countsShares(r.Image, 0, got)}
}

// merged is RFC 7396.
func merged(target, patch Object) Object {
	after := maps.Clone(target)
	if after == nil {
		after = Object{}
	}
	for field, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(after, field)
		case Object:
			before, _ := target[field].(Object)
			after[field] = merged(before, value)
		default:
			after[field] = value
		}
	}
	return after
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
		"imageId": img.ID, "projectId": img.Owner, "accountId": s.Projects[img.Owner].Account,
		"createdAt": img.Created, "updatedAt": img.Updated,
		"shareCount": len(img.Shares), "shareLimit": s.Limit,
		"billing": Object{"billedProjectId": img.Owner, "plan": "custom-image"},
	})
	if img.Suspension != nil {
		view["suspension"] = img.Suspension
	}
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
