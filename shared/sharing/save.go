package sharing

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// SaveCommand asks to make an own custom image of another one: to save a shared image
// (R11), or to copy an own one, also to another region.
type SaveCommand struct {
	Project     ProjectID `json:"-"` // owner of the copy
	SourceID    ImageID   `json:"-"`
	Origin      `json:"-"`
	Region      *string `json:"region"` // of the copy; nil is the source's
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Key         string  `json:"-"` // Idempotency-Key, "" for none
	NewID       ImageID `json:"-"` // of the copy: SavedImageID(Project, Key) when there is a key
	UID         string  `json:"-"` // of the copy
	// Via is how the project has the source. By default that is a share.
	Via Via `json:"-"`
	// Regions are those between which disks can be copied, sorted; nil for any.
	Regions []string `json:"-"`
}

// Check brings the texts to their normal form, so that a repeat in another form is
// the same request. It returns InvalidRequest with every violation of the command.
func (c *SaveCommand) Check() error {
	var v Violations
	v.name("name", &c.Name)
	v.prose("description", &c.Description, 0, maxDescriptionLength)
	v.region(c.Region)
	v.Check(c.Key == "" || validKey(c.Key), "Idempotency-Key", "must have 1 to 128 visible ASCII characters other than comma, and be sent once")
	return v.Err()
}

// validKey refuses commas: API Gateway joins a header that was sent twice by one.
func validKey(s string) bool {
	return len(s) <= 128 && strings.IndexFunc(s, func(r rune) bool { return r < '!' || r > '~' || r == ',' }) < 0
}

// SavedImageID derives the id of a saved copy from the project and the
// Idempotency-Key, so that a repeated save meets its own first result in any
// store, without a table of keys.
func SavedImageID(p ProjectID, key string) ImageID {
	sum := sha256.Sum256([]byte(string(p) + "\x00" + key))
	return ImageID("img-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:26]))
}

// Fingerprint distinguishes requests with the same key and other content, but for the
// region: see made. It is empty without a key. Checked names and descriptions cannot
// hold NUL, so the parts cannot run into each other.
func (c SaveCommand) Fingerprint() string {
	if c.Key == "" {
		return ""
	}
	parts := []string{string(c.SourceID), c.Name, c.Description}
	if c.Via == ViaOwn {
		parts = append(parts, "copy") // a save has one part less
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// SaveDecision is what SaveImage decided: the copy, new or begun again, or the prior
// image that this very request made before. Then Activity is nil, and there is nothing
// to write.
type SaveDecision struct {
	After    Image
	Activity *Activity
}

// SaveImage is the transition of saving and copying. source is the image to copy,
// project the registration of the one that gets the copy, prior the image that
// has the copy's id already; nil when there is none.
//
// A prior with the same fingerprint is this very request's earlier result and
// is returned as it stands now, even when the share has ended or the source is gone
// since. But if its copying has failed, it begins again. The refusals, first match
// wins: IdempotencyConflict, ProjectClosed (before its shares have ended and after),
// ImageNotFound, CrossRegionNotSupported and ShareNotAccepted of a save (R2),
// RegionNotSupported of a copy, ImageSuspended, ImageNotAvailable, ProjectNotFound.
//
// A saved copy has the system disk only (R5), that of an own image all disks. Its
// snapshots are its own: none until the disks are copied, by our copier or by the
// platform.
func SaveImage(source *Image, project *Project, prior *Image, c SaveCommand) (decided SaveDecision, err error) {
	if prior != nil {
		if err := c.made(prior); err != nil {
			return SaveDecision{}, err
		}
		if !prior.CopyFailed() {
			return SaveDecision{After: *prior}, nil
		}
		c.Region = &prior.Region
	}
	if project != nil && project.State == Closed {
		return SaveDecision{}, projectClosed()
	}
	if prior != nil && source != nil && !c.stillMeans(source, prior) {
		return SaveDecision{}, ImageNotFound(c.SourceID)
	}
	if err := c.within(source); err != nil {
		return SaveDecision{}, err
	}
	if err := source.notSuspended(); err != nil {
		return SaveDecision{}, err
	}
	if source.State != Available {
		return SaveDecision{}, notAvailable(source.State)
	}
	if project == nil {
		return SaveDecision{}, ProjectNotFound(c.Project)
	}
	img := c.newCopy(source, project)
	if prior != nil {
		img = prior.copiedAgain(source, c.Now)
	}
	img.beginCopy(source.Region, c.disks(source)...)
	a := c.activity(c.activityType(), img.UpdatedAt, c.Project)
	a.ImageID, a.Region = source.ID, source.Region
	a.Source = &ImageRef{source.ID, source.Owner, source.Region}
	a.Copy = &ImageRef{img.ID, img.Owner, img.Region}
	return SaveDecision{img, &a}, nil
}

// made returns a refusal unless the prior image was made by this very request, in
// the region that it asks for. A save elsewhere is refused for the region (R2), which
// says more.
func (c SaveCommand) made(prior *Image) error {
	if prior.Owner != c.Project || c.Key == "" || prior.SaveFingerprint != c.Fingerprint() {
		return idempotencyConflict()
	}
	if c.Via != ViaOwn {
		return prior.inRegion(c.Region)
	}
	if c.Region == nil && prior.Source != nil {
		c.Region = &prior.Source.Region
	}
	if c.Region != nil && *c.Region != prior.Region {
		return idempotencyConflict()
	}
	return nil
}

// stillMeans reports whether the source is where and whose it was when the prior
// image was made of it: its id may have come back as another image's. That a save's
// is elsewhere, within says.
func (c SaveCommand) stillMeans(source, prior *Image) bool {
	meant := prior.Source
	return meant == nil || meant.ProjectID == source.Owner && (c.Via != ViaOwn || meant.Region == source.Region)
}

// within returns a refusal unless the project has the source, and the copy can be in
// the region that is asked for. A nil source does not exist.
func (c SaveCommand) within(source *Image) error {
	if c.Via != ViaOwn {
		return source.UsableBy(c.Project, c.SourceID, c.Region)
	}
	if err := source.OwnedBy(c.Project, c.SourceID); err != nil {
		return err
	}
	for _, region := range []string{c.regionOf(source), source.Region} {
		if c.Regions != nil && !slices.Contains(c.Regions, region) {
			return regionNotSupported(region, c.Regions)
		}
	}
	return nil
}

// regionOf is that of the copy of a source.
func (c SaveCommand) regionOf(source *Image) string {
	if c.Region != nil {
		return *c.Region
	}
	return source.Region
}

// disks are those of the source that the copy gets, the system disk first. A share
// covers no other (R5).
func (c SaveCommand) disks(source *Image) []Disk {
	disks := []Disk{source.SystemDisk}
	if c.Via == ViaOwn {
		disks = append(disks, source.DataDisks...)
	}
	return disks
}

func (c SaveCommand) activityType() ActivityType {
	if c.Via == ViaOwn {
		return ImageCopied
	}
	return ImageSaved
}

// newCopy takes over what belongs to the source's content, and nothing that its
// owner says of it: that may not hold for the copy. It has no disks yet.
func (c SaveCommand) newCopy(source *Image, project *Project) Image {
	return Image{
		ID: c.NewID, UID: c.UID, Owner: c.Project, AccountID: project.AccountID,
		ImageSpec: ImageSpec{
			Name: c.Name, Description: c.Description, Region: c.regionOf(source),
			Kind: Custom, HostType: source.HostType, State: Creating,
			OSName: source.OSName, OSType: source.OSType, Architecture: source.Architecture,
		},
		CreatedAt: c.Now, UpdatedAt: c.Now,
		Source:          &ImageRef{source.ID, source.Owner, source.Region},
		SaveFingerprint: c.Fingerprint(),
	}
}

// CopyFailed reports whether a copy can be begun again: nobody has ever had its
// content.
func (img *Image) CopyFailed() bool {
	return img.State == Failed && !img.wasAvailable()
}

// copiedAgain is a failed copy that begins again. What was said of it stays; its
// content is to be the source's.
func (img Image) copiedAgain(source *Image, now time.Time) Image {
	img.State, img.Failure = Creating, nil
	img.OSName, img.OSType, img.Architecture = source.OSName, source.OSType, source.Architecture
	img.UpdatedAt = laterThan(img.UpdatedAt, now)
	return img
}
