package sharing

import (
	"fmt"
	"slices"
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
	Origin  `json:"-"`
	ImageSpec
	UID string `json:"-"` // of the image if it turns out to be new
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

// ImageDecision is what PutImage decided. Activity is nil when nothing changes:
// then there is nothing to write.
type ImageDecision struct {
	After    Image
	Created  bool
	Activity *Activity
}

// PutImage is the transition of a registration or change. existing is the
// image that has the id now, owner the owner's registration; nil when there
// is none. A change keeps who it is shared with. It returns ProjectNotFound
// for an unregistered owner, ProjectClosed for a new image of a closed one, and
// ImageConflict when another project has the id or when region, kind or host
// type would change: shares rest on these.
func PutImage(existing *Image, owner *Project, c PutImageCommand) (decided ImageDecision, err error) {
	if owner == nil {
		return ImageDecision{}, ProjectNotFound(c.Owner)
	}
	if existing == nil && owner.State == Closed {
		return ImageDecision{}, projectClosed()
	}
	if existing == nil {
		img := Image{ID: c.ImageID, UID: c.UID, Owner: c.Owner, AccountID: owner.AccountID,
			ImageSpec: c.ImageSpec, CreatedAt: c.Now, UpdatedAt: c.Now}
		a := c.imageActivity(ImageRegistered, c.Now, img)
		return ImageDecision{img, true, &a}, nil
	}
	img := *existing
	switch {
	case img.Owner != c.Owner:
		return ImageDecision{}, imageConflict("Another project has an image with this id: choose another id.")
	case img.Region != c.Region || img.Kind != c.Kind || img.HostType != c.HostType:
		return ImageDecision{}, imageConflict("An image's region, kind and hostType never change: register another image instead.")
	}
	changed := changedFields(img.ImageSpec, c.ImageSpec)
	if img.AccountID != owner.AccountID {
		changed = append([]string{"accountId"}, changed...)
	}
	if len(changed) == 0 {
		return ImageDecision{After: img}, nil
	}
	img.AccountID, img.ImageSpec = owner.AccountID, c.ImageSpec
	img.UpdatedAt = laterThan(img.UpdatedAt, c.Now)
	a := c.imageActivity(ImageChanged, img.UpdatedAt, img)
	a.Changed = changed
	return ImageDecision{img, false, &a}, nil
}

// DeleteImageCommand asks to delete an image of a project, and with it every
// share of it (R6).
type DeleteImageCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Origin
}

// DeleteImage is the transition of a deletion. A nil image does not exist. It
// returns ImageNotFound when the image is not the project's.
func DeleteImage(img *Image, c DeleteImageCommand) (Activity, error) {
	if err := img.OwnedBy(c.Owner); err != nil {
		return Activity{}, err
	}
	a := c.imageActivity(ImageDeleted, c.Now, *img)
	a.Targets = slices.Sorted(slices.Values(img.SharedWith))
	return a, nil
}
