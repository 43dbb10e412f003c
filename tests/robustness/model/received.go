package model

import (
	"maps"
	"net/url"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/api"
)

// LaunchCheck looks at a received image, and so asks whether a host can be
// created from it (R11).
type LaunchCheck struct{ Project, Image, Region, Owner string }

// Form implements Request.
func (r LaunchCheck) Form() Form {
	return Form{
		By: Tester, Method: "GET", Path: api.ReceivedPath(r.Project, r.Image) + asked(r.Region, r.Owner), Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound", "422 CrossRegionNotSupported"},
	}
}

// asked is the query for a region and an owner, if they are not "".
func asked(region, owner string) string {
	query := url.Values{}
	for name, value := range map[string]string{"region": region, "ownerProjectId": owner} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// Apply implements Request. An image can be used in its own region only (R2), and
// is looked for with the owner that is meant.
func (r LaunchCheck) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.received(r.Project, r.Image)
	switch {
	case !ok, r.Owner != "" && r.Owner != img.Owner:
		return s, imageNotFound()
	case r.Region != "" && r.Region != img.Spec["region"]:
		return s, crossRegion(text(img.Spec, "region"), r.Region)
	}
	return s, Response{Status: 200, Body: s.shown(img, r.Project)}
}

func (r LaunchCheck) details(got Response, _ Scope) (func(Object), []Moment) {
	return unknown("sharedAt"), []Moment{reads(func(s *State) bool {
		img, ok := s.received(r.Project, r.Image)
		return ok && same(img.Shares[r.Project].At, got.Body["sharedAt"])
	})}
}

// shown is an image as a recipient sees it: all that the catalog says of it, but
// no data disks, no snapshots, no other recipients (R5); a notice (R8), and
// nothing to pay (R9).
func (s *State) shown(img *Image, target string) Object {
	disk, _ := img.Spec["systemDisk"].(Object)
	view := maps.Clone(img.Spec)
	for _, hidden := range []string{"kind", "hostType", "dataDisks", "failure"} {
		delete(view, hidden)
	}
	maps.Copy(view, Object{
		"imageId": img.ID, "createdAt": img.Created, "updatedAt": img.Updated, "sharedAt": img.Shares[target].At, "status": img.Shares[target].Status, "suspended": img.Suspension != nil,
		"systemDisk":     Object{"sizeGiB": disk["sizeGiB"]},
		"owner":          s.ownerOf(img),
		"billing":        Object{"billedProjectId": img.Owner, "recipientFee": "none"},
		"securityNotice": sharing.SecurityNotice,
	})
	return view
}

// ownerOf is the owner of an image, with its present account.
func (s *State) ownerOf(img *Image) Object {
	return Object{"projectId": img.Owner, "accountId": s.Projects[img.Owner].Account}
}

// SaveImage saves a received image as an own one (R11).
type SaveImage struct {
	Project, Image, Region, Name, Description string
	// Key is the Idempotency-Key, and Copy the id that the copy has by it. Without
	// a key only the service knows the id.
	Key, Copy string
}

// Form implements Request.
func (r SaveImage) Form() Form {
	form := r.form()
	form.Path = api.SavePath(r.Project, r.Image)
	form.Outcomes = append(form.Outcomes, "409 ShareNotAccepted", "422 CrossRegionNotSupported")
	return form
}

// form is what saves and copies have in common.
func (r SaveImage) form() Form {
	body := Object{"name": r.Name, "description": r.Description}
	if r.Region != "" {
		body["region"] = r.Region
	}
	images := []string{r.Image}
	if r.Key != "" {
		images = append(images, r.Copy)
	}
	return Form{
		By: Tester, Method: "POST", Key: r.Key, Body: body, Images: images,
		Outcomes: []string{"202", "404 ImageNotFound", "409 IdempotencyConflict", "409 ImageNotAvailable", "409 ImageSuspended", "409 ProjectClosed"},
	}
}

// Apply implements Request. The same key gets the same image, also when the
// share has ended since; with other content it is a conflict. A copy that failed
// and never was Available begins again, which is as a first save. The copy has the
// system disk only (R5), and not the source's snapshot of it; nor what its owner
// says of the source.
func (r SaveImage) Apply(s *State, o Observed) (*State, Response) {
	prior, region := s.Images[r.Copy], r.Region
	if prior != nil {
		switch {
		case !r.repeats(prior):
			return s, refusal(409, "IdempotencyConflict", nil)
		case r.Region != "" && r.Region != prior.Spec["region"]:
			return s, crossRegion(text(prior.Spec, "region"), r.Region)
		case !prior.beginsAgain():
			return s, s.saved(prior)
		}
		region = text(prior.Spec, "region")
	}
	source, ok := s.received(r.Project, r.Image)
	switch {
	case s.Projects[r.Project].Closed:
		return s, refusal(409, "ProjectClosed", nil)
	case !ok, prior != nil && prior.Source["projectId"] != source.Owner:
		return s, imageNotFound()
	case region != "" && region != source.Spec["region"]: // R2
		return s, crossRegion(text(source.Spec, "region"), region)
	case source.Shares[r.Project].Status != accepted:
		return s, shareNotAccepted(source.Shares[r.Project])
	case source.Suspension != nil:
		return s, imageSuspended()
	case source.Spec["state"] != "Available":
		return s, imageNotAvailable(source.Spec["state"])
	}
	made := making{request: r, to: r, kind: "ImageSaved", feeds: []string{source.Owner, r.Project}}
	return s.withCopy(made, source, prior, o)
}

// repeats reports whether a copy was made by this request, sent before. In what
// region it was asked for makes no difference.
func (r SaveImage) repeats(prior *Image) bool {
	first, ok := prior.Saved.(SaveImage)
	first.Region = r.Region
	return ok && first == r
}

// CopyImage copies an own image, also to another region.
type CopyImage SaveImage

// Form implements Request.
func (r CopyImage) Form() Form {
	form := SaveImage(r).form()
	form.Path = api.CopyPath(r.Project, r.Image)
	return form
}

// Apply implements Request. It is as a save, but for all disks and any region, of
// which the request's key knows.
func (r CopyImage) Apply(s *State, o Observed) (*State, Response) {
	prior := s.Images[r.Copy]
	if prior != nil && !r.repeats(prior) {
		return s, refusal(409, "IdempotencyConflict", nil)
	}
	if prior != nil && !prior.beginsAgain() {
		return s, s.saved(prior)
	}
	source, ok := s.owned(r.Project, r.Image)
	switch {
	case s.Projects[r.Project].Closed:
		return s, refusal(409, "ProjectClosed", nil)
	case !ok, prior != nil && prior.Source["region"] != source.Spec["region"]:
		return s, imageNotFound()
	case source.Suspension != nil:
		return s, imageSuspended()
	case source.Spec["state"] != "Available":
		return s, imageNotAvailable(source.Spec["state"])
	}
	made := making{request: r, to: SaveImage(r), kind: "ImageCopied", feeds: []string{r.Project}, own: true}
	return s.withCopy(made, source, prior, o)
}

// repeats reports whether a copy was made by this request, sent before. None is the
// source's region.
func (r CopyImage) repeats(prior *Image) bool {
	first, ok := prior.Saved.(CopyImage)
	region := r.Region
	if region == "" {
		region = text(prior.Source, "region")
	}
	first.Region = r.Region
	return ok && first == r && region == prior.Spec["region"]
}

// beginsAgain reports whether a copy has failed and never was Available.
func (img *Image) beginsAgain() bool { return img.Spec["state"] == "Failed" && !img.Sealed }

// making is how a copy is made: by a request, and what that comes to.
type making struct {
	request Request
	to      SaveImage
	kind    string // of the activity
	feeds   []string
	own     bool
}

// withCopy returns the state with a copy of the source, new or begun again.
func (s *State) withCopy(m making, source, prior *Image, o Observed) (*State, Response) {
	img := Image{
		ID: m.to.Copy, Owner: m.to.Project, Created: o.Now, Updated: o.Now, Spec: maps.Clone(source.Spec), Saved: m.request,
		Source: Object{"imageId": source.ID, "projectId": source.Owner, "region": source.Spec["region"]},
	}
	if m.to.Key == "" {
		img.ID, img.Saved = o.ID, nil
	}
	if m.own && m.to.Region != "" {
		img.Spec["region"] = m.to.Region
	}
	disk, _ := source.Spec["systemDisk"].(Object)
	disks := []Object{}
	for _, d := range Objects(source.Spec["dataDisks"]) {
		if m.own {
			disks = append(disks, Object{"sizeGiB": d["sizeGiB"], "snapshotId": ""})
		}
	}
	maps.Copy(img.Spec, Object{
		"name": m.to.Name, "description": m.to.Description, "kind": "Custom", "state": "Creating",
		"systemDisk": Object{"sizeGiB": disk["sizeGiB"], "snapshotId": ""}, "dataDisks": disks, "tags": Object{},
	})
	delete(img.Spec, "deprecation")
	if prior != nil {
		content := img.Spec
		img = *prior
		img.Spec, img.Updated = maps.Clone(prior.Spec), o.Now
		delete(img.Spec, "failure")
		for _, field := range []string{"state", "osName", "osType", "architecture", "systemDisk", "dataDisks"} {
			img.Spec[field] = content[field]
		}
	}
	a := Activity{
		Type: m.kind, Project: m.to.Project, By: Tester, Image: source.ID, Region: text(source.Spec, "region"),
		Owner: source.Owner, Copy: img.ID, CopyRegion: text(img.Spec, "region"),
	}
	switch {
	case img.ID == "": // its id was reported to nobody
		a.Copy = Unknown
		after := *s
		return after.withActivity(a, m.feeds...), s.saved(&img)
	case prior == nil && s.Images[img.ID] != nil: // a new copy takes nobody's id
		return s, Response{}
	}
	return s.withImage(img).withActivity(a, m.feeds...), s.saved(&img)
}

func (s *State) saved(img *Image) Response {
	return Response{Status: 202, Body: s.owns(img), Location: api.ImagePath(img.Owner, img.ID)}
}

// Launch is the launch check, by the platform: whether the project may create a
// host from an image now (R11), and from what.
type Launch struct{ Project, Image, Region, Owner string }

// Form implements Request.
func (r Launch) Form() Form {
	return Form{
		By: Platform, Method: "GET", Path: api.LaunchPath(r.Project, r.Image) + asked(r.Region, r.Owner), Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound", "409 ImageNotAvailable", "409 ImageSuspended", "409 ShareNotAccepted", "422 CrossRegionNotSupported"},
	}
}

// Apply implements Request.
func (r Launch) Apply(s *State, _ Observed) (*State, Response) {
	img, via := s.Images[r.Image], "own"
	if _, ok := s.owned(r.Project, r.Image); !ok {
		if _, ok := s.received(r.Project, r.Image); !ok {
			return s, imageNotFound()
		}
		via = "share"
	}
	switch {
	case r.Owner != "" && r.Owner != img.Owner:
		return s, imageNotFound()
	case r.Region != "" && r.Region != img.Spec["region"]: // R2
		return s, crossRegion(text(img.Spec, "region"), r.Region)
	case via == "share" && img.Shares[r.Project].Status != accepted:
		return s, shareNotAccepted(img.Shares[r.Project])
	case img.Suspension != nil:
		return s, imageSuspended()
	case img.Spec["state"] != "Available":
		return s, imageNotAvailable(img.Spec["state"])
	}
	view := Object{
		"imageId": img.ID, "via": via, "region": img.Spec["region"], "owner": s.ownerOf(img),
		"osName": img.Spec["osName"], "osType": img.Spec["osType"], "architecture": img.Spec["architecture"],
	}
	disk, _ := img.Spec["systemDisk"].(Object)
	view["systemDisk"] = disk
	if text(disk, "snapshotId") == "" {
		view["systemDisk"] = Object{"sizeGiB": disk["sizeGiB"]}
	}
	if disks, _ := img.Spec["dataDisks"].([]Object); via == "own" && len(disks) > 0 {
		view["dataDisks"] = disks
	}
	if via == "share" {
		view["securityNotice"] = sharing.SecurityNotice
	}
	return s, Response{Status: 200, Body: view}
}
