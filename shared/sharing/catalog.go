package sharing

import (
	"fmt"
	"slices"
	"time"
)

// ImageSpec is what the catalog says of an image. Everything a rule depends
// on is required, so that no image becomes shareable by an omission: Name,
// Region (R2), Kind (R12), HostType (R4), State (R12) and SystemDisk (R5).
type ImageSpec struct {
	Name         string
	Description  string
	Region       string
	Kind         Kind
	HostType     HostType
	State        State
	OSName       string
	OSType       string
	Architecture string
	SystemDisk   Disk
	DataDisks    []Disk
}

// Check returns InvalidRequest with every fault of the spec.
func (s ImageSpec) Check() error {
	var f Violations
	f.text("name", s.Name, 1, maxNameLength)
	f.description(s.Description)
	f.id("region", s.Region)
	if !slices.Contains([]Kind{Custom, Public}, s.Kind) {
		f.add("kind", "must be Custom or Public")
	}
	if !slices.Contains([]HostType{UHost, LightweightUHost}, s.HostType) {
		f.add("hostType", "must be UHost or LightweightUHost")
	}
	if !slices.Contains([]State{Creating, Available, Failed}, s.State) {
		f.add("state", "must be Creating, Available or Failed")
	}
	f.text("osName", s.OSName, 0, maxNameLength)
	f.text("osType", s.OSType, 0, maxNameLength)
	f.text("architecture", s.Architecture, 0, maxNameLength)
	f.disk("systemDisk", s.SystemDisk)
	if len(s.DataDisks) > maxDataDisks {
		f.add("dataDisks", fmt.Sprintf("must have at most %d disks, not %d", maxDataDisks, len(s.DataDisks)))
	}
	for i, d := range s.DataDisks[:min(len(s.DataDisks), maxDataDisks)] {
		f.disk(fmt.Sprintf("dataDisks[%d]", i), d)
	}
	return f.err()
}

// PutImageCommand asks to register an image or to change it.
type PutImageCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Spec    ImageSpec
	UID     string // of the image if it turns out to be new
	Now     time.Time
}

// laterThan is now, or the least later moment that records can tell apart if a
// clock says that it was before: a change must not look like an earlier one.
func laterThan(earlier, now time.Time) time.Time {
	if least := earlier.Add(time.Microsecond); now.Before(least) {
		return least
	}
	return now
}

// PutImage is the transition of a registration or change. existing is the
// image that has the id now, owner the owner's registration; nil when there
// is none. A change keeps who it is shared with. It returns ProjectNotFound
// for an unregistered owner, and ImageConflict when another project has the
// id or when region, kind or host type would change: shares rest on these.
func PutImage(existing *Image, owner *Project, w PutImageCommand) (img Image, created bool, err error) {
	if owner == nil {
		return Image{}, false, ProjectNotFound(w.Owner)
	}
	if existing == nil {
		img = Image{ID: w.ImageID, UID: w.UID, Owner: w.Owner, CreatedAt: w.Now,
			Region: w.Spec.Region, Kind: w.Spec.Kind, HostType: w.Spec.HostType}
	} else {
		img = *existing
	}
	switch s := w.Spec; {
	case img.Owner != w.Owner:
		return Image{}, false, imageConflict("Another project has an image with this id: choose another id.")
	case img.Region != s.Region || img.Kind != s.Kind || img.HostType != s.HostType:
		return Image{}, false, imageConflict("An image's region, kind and hostType never change: register another image instead.")
	}
	img.AccountID = owner.AccountID
	img.Name, img.Description, img.State = w.Spec.Name, w.Spec.Description, w.Spec.State
	img.OSName, img.OSType, img.Architecture = w.Spec.OSName, w.Spec.OSType, w.Spec.Architecture
	img.SystemDisk, img.DataDisks = w.Spec.SystemDisk, w.Spec.DataDisks
	img.UpdatedAt = laterThan(img.UpdatedAt, w.Now)
	return img, existing == nil, nil
}
