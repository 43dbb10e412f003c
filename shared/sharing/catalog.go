package sharing

import (
	"fmt"
	"time"
)

// ImageSpec is what the catalog says of an image, and what its owner sees of
// that. Everything a rule depends on is required, so that no image becomes
// shareable by an omission: Name, Region (R2), Kind (R12), HostType (R4), State
// (R12) and SystemDisk (R5).
type ImageSpec struct {
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	Region       string   `json:"region"`
	Kind         Kind     `json:"kind"`
	HostType     HostType `json:"hostType"`
	State        State    `json:"state"`
	OSName       string   `json:"osName"`
	OSType       string   `json:"osType"`
	Architecture string   `json:"architecture"`
	SystemDisk   Disk     `json:"systemDisk"`
	DataDisks    []Disk   `json:"dataDisks"`
}

// PutImageCommand asks to register an image or to change it.
type PutImageCommand struct {
	Owner   ProjectID `json:"-"`
	ImageID ImageID   `json:"-"`
	ImageSpec
	UID string    `json:"-"` // of the image if it turns out to be new
	Now time.Time `json:"-"`
}

// Check returns InvalidRequest with every violation of the command.
func (c PutImageCommand) Check() error {
	var v Violations
	v.text("name", c.Name, 1, maxNameLength)
	v.description(c.Description)
	v.CheckID("region", c.Region)
	v.Check(c.Kind == Custom || c.Kind == Public, "kind", "must be Custom or Public")
	v.Check(c.HostType == UHost || c.HostType == LightweightUHost, "hostType", "must be UHost or LightweightUHost")
	v.Check(c.State == Creating || c.State == Available || c.State == Failed, "state", "must be Creating, Available or Failed")
	v.text("osName", c.OSName, 0, maxNameLength)
	v.text("osType", c.OSType, 0, maxNameLength)
	v.text("architecture", c.Architecture, 0, maxNameLength)
	v.disk("systemDisk", c.SystemDisk)
	v.Check(len(c.DataDisks) <= maxDataDisks, "dataDisks", fmt.Sprintf("must have at most %d disks, not %d", maxDataDisks, len(c.DataDisks)))
	for i, d := range c.DataDisks[:min(len(c.DataDisks), maxDataDisks)] {
		v.disk(fmt.Sprintf("dataDisks[%d]", i), d)
	}
	return v.Err()
}

// laterThan is now, or the least later moment that records can express if a
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
func PutImage(existing *Image, owner *Project, c PutImageCommand) (img Image, created bool, err error) {
	if owner == nil {
		return Image{}, false, ProjectNotFound(c.Owner)
	}
	if existing == nil {
		return Image{ID: c.ImageID, UID: c.UID, Owner: c.Owner, AccountID: owner.AccountID,
			ImageSpec: c.ImageSpec, CreatedAt: c.Now, UpdatedAt: c.Now}, true, nil
	}
	switch img = *existing; {
	case img.Owner != c.Owner:
		return Image{}, false, imageConflict("Another project has an image with this id: choose another id.")
	case img.Region != c.Region || img.Kind != c.Kind || img.HostType != c.HostType:
		return Image{}, false, imageConflict("An image's region, kind and hostType never change: register another image instead.")
	}
	img.AccountID, img.ImageSpec = owner.AccountID, c.ImageSpec
	img.UpdatedAt = laterThan(img.UpdatedAt, c.Now)
	return img, false, nil
}

// DeleteImageCommand asks to delete an image of a project, and with it every
// share of it (R6).
type DeleteImageCommand struct {
	Owner   ProjectID
	ImageID ImageID
}
