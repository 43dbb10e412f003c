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
	// Failure says why the image failed; nil in every other state.
	Failure *Failure `json:"failure,omitzero"`
	// Tags are the owner's own labels, by key. Recipients see them.
	Tags map[string]string `json:"tags"`
	// Deprecation says that the image should not be used any more; nil if it may. One
	// that says nothing else is there all the same, hence omitzero.
	Deprecation *Deprecation `json:"deprecation,omitzero"`
}

// PutImageCommand asks to register an image or to change it.
type PutImageCommand struct {
	Owner   ProjectID `json:"-"`
	ImageID ImageID   `json:"-"`
	Origin  `json:"-"`
	ImageSpec
	UID string `json:"-"` // of the image if it turns out to be new
}

// Check brings the texts to their normal form. It returns InvalidRequest with every
// violation of the command.
func (c *PutImageCommand) Check() error {
	return c.ImageSpec.violations(c.ImageID).Err()
}

// violations are those of the description of the image with the id, whose texts it
// brings to their normal form.
func (s *ImageSpec) violations(id ImageID) (v Violations) {
	v.name("name", &s.Name)
	v.prose("description", &s.Description, 0, maxDescriptionLength)
	v.CheckID("region", s.Region)
	v.Check(s.Kind == Custom || s.Kind == Public, "kind", "must be Custom or Public")
	v.Check(s.HostType == UHost || s.HostType == LightweightUHost, "hostType", "must be UHost or LightweightUHost")
	v.Check(slices.Contains(States(), s.State), "state", "must be Creating, Available or Failed")
	v.text("osName", &s.OSName, 0, maxNameLength)
	v.text("osType", &s.OSType, 0, maxNameLength)
	v.text("architecture", &s.Architecture, 0, maxNameLength)
	v.disk("systemDisk", s.SystemDisk, id)
	v.Check(len(s.DataDisks) <= maxDataDisks, "dataDisks", fmt.Sprintf("must have at most %d disks, not %d", maxDataDisks, len(s.DataDisks)))
	for i, d := range s.DataDisks[:min(len(s.DataDisks), maxDataDisks)] {
		v.disk(fmt.Sprintf("dataDisks[%d]", i), d, id)
	}
	v.Check(s.Failure == nil || s.State == Failed, "failure", "is only of an image whose state is Failed: leave it out")
	v.failure(&s.Failure)
	v.tags(&s.Tags)
	v.deprecation(&s.Deprecation, id)
	return v
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
// image that has the id now, owner the registration of the project that asks;
// nil when there is none. A change keeps who it is shared with. It returns ProjectNotFound
// for an unregistered owner, ProjectClosed for a new image of a closed one, and
// ImageConflict when another project has the id or when what is fixed would change:
// see Image.fixed.
func PutImage(existing *Image, owner *Project, c PutImageCommand) (decided ImageDecision, err error) {
	if owner == nil {
		return ImageDecision{}, ProjectNotFound(c.Owner)
	}
	if existing == nil && owner.State == Closed {
		return ImageDecision{}, projectClosed()
	}
	if existing == nil {
		img := Image{ID: c.ImageID, UID: c.UID, Owner: c.Owner, AccountID: owner.AccountID,
			ImageSpec: c.ImageSpec.kept(), Sealed: c.State == Available, CreatedAt: c.Now, UpdatedAt: c.Now}
		a := c.imageActivity(ImageRegistered, c.Now, img)
		return ImageDecision{img, true, &a}, nil
	}
	if existing.Owner != c.Owner {
		return ImageDecision{}, imageConflict("Another project has an image with this id: choose another id.")
	}
	return existing.changedTo(c.ImageSpec, c.Origin)
}

// changedTo is the transition of a change, by whatever request. It returns
// ImageConflict.
func (img Image) changedTo(spec ImageSpec, o Origin) (ImageDecision, error) {
	spec = spec.kept()
	changed := changedFields(img.ImageSpec, spec)
	if err := img.fixed(spec, changed); err != nil {
		return ImageDecision{}, err
	}
	if len(changed) == 0 {
		return ImageDecision{After: img}, nil
	}
	img.Sealed = img.wasAvailable() || spec.State == Available
	img.ImageSpec = spec
	if img.State != Creating {
		img.endCopy()
	}
	img.UpdatedAt = laterThan(img.UpdatedAt, o.Now)
	a := o.imageActivity(ImageChanged, img.UpdatedAt, img)
	a.Changed = changed
	return ImageDecision{img, false, &a}, nil
}

// fixed returns ImageConflict if one of the fields to change cannot. Region, kind
// and host type never do: shares rest on these. What hosts are made from does not
// either, once the image has been Available: nobody who trusts an id gets other
// content under it. Such an image is never being created again.
func (img *Image) fixed(spec ImageSpec, changed []string) error {
	var fields []string
	for _, field := range changed {
		switch field {
		case "region", "kind", "hostType":
			fields = append(fields, field)
		case "architecture", "dataDisks", "osType", "systemDisk":
			if img.wasAvailable() {
				fields = append(fields, field)
			}
		case "state":
			if img.wasAvailable() && spec.State == Creating {
				fields = append(fields, field)
			}
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return fixedFields(fields)
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
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return Activity{}, err
	}
	a := c.imageActivity(ImageDeleted, c.Now, *img)
	a.Targets = slices.Sorted(slices.Values(img.SharedWith))
	return a, nil
}
