package sharing

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"
)

// SaveCommand asks to save a shared image as an own custom image (R11).
type SaveCommand struct {
	Project     ProjectID `json:"-"` // the recipient, owner of the copy
	SourceID    ImageID   `json:"-"`
	Origin      `json:"-"`
	Region      *string `json:"region"` // nil asks for no particular one
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Key         string  `json:"-"` // Idempotency-Key, "" for none
	NewID       ImageID `json:"-"` // of the copy: SavedImageID(Project, Key) when there is a key
	UID         string  `json:"-"` // of the copy
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

// Fingerprint distinguishes saves with the same key and other content. It is
// empty without a key. Checked names and descriptions cannot hold NUL, so the parts
// cannot run into each other.
func (c SaveCommand) Fingerprint() string {
	if c.Key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(c.SourceID), c.Name, c.Description}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// SaveDecision is what SaveImage decided: the copy, new or begun again, or the prior
// image that this very request made before. Then Activity is nil, and there is nothing
// to write.
type SaveDecision struct {
	After    Image
	Activity *Activity
}

// SaveImage is the transition of saving. source is the shared image,
// recipient the registration of the project that saves, prior the image that
// has the copy's id already; nil when there is none.
//
// A prior with the same fingerprint is this very request's earlier result and
// is returned as it stands now, even when the share has ended since. But if its
// copying has failed, it begins again. The refusals, first match wins:
// IdempotencyConflict, ProjectClosed (before its shares have ended and after),
// ImageNotFound, CrossRegionNotSupported (R2), ImageSuspended, ImageNotAvailable,
// ProjectNotFound.
//
// The copy has the system disk only (R5). Its snapshots are its own: none
// until the disk is copied, by our copier or by the platform.
func SaveImage(source *Image, recipient *Project, prior *Image, c SaveCommand) (decided SaveDecision, err error) {
	if prior != nil {
		if prior.Owner != c.Project || c.Key == "" || prior.SaveFingerprint != c.Fingerprint() {
			return SaveDecision{}, idempotencyConflict()
		}
		if err := prior.inRegion(c.Region); err != nil {
			return SaveDecision{}, err
		}
		if !prior.CopyFailed() {
			return SaveDecision{After: *prior}, nil
		}
		c.Region = &prior.Region
	}
	if recipient != nil && recipient.State == Closed {
		return SaveDecision{}, projectClosed()
	}
	// The id may have come back under an owner who is not the one that was meant.
	if prior != nil && source != nil && prior.Source != nil && prior.Source.ProjectID != source.Owner {
		return SaveDecision{}, ImageNotFound(c.SourceID)
	}
	if err := source.UsableBy(c.Project, c.SourceID, c.Region); err != nil {
		return SaveDecision{}, err
	}
	if err := source.notSuspended(); err != nil {
		return SaveDecision{}, err
	}
	if source.State != Available {
		return SaveDecision{}, notAvailable(source.State)
	}
	if recipient == nil {
		return SaveDecision{}, ProjectNotFound(c.Project)
	}
	img := c.newCopy(source, recipient)
	if prior != nil {
		img = prior.copiedAgain(source, c.Now)
	}
	img.beginCopy(source.Region, source.SystemDisk)
	a := c.activity(ImageSaved, img.UpdatedAt, c.Project)
	a.ImageID, a.Region = source.ID, source.Region
	a.Source = &ImageRef{source.ID, source.Owner, source.Region}
	a.Copy = &ImageRef{img.ID, img.Owner, img.Region}
	return SaveDecision{img, &a}, nil
}

// newCopy takes over what belongs to the source's content, and nothing that its
// owner says of it: that may not hold for the copy.
func (c SaveCommand) newCopy(source *Image, recipient *Project) Image {
	return Image{
		ID: c.NewID, UID: c.UID, Owner: c.Project, AccountID: recipient.AccountID,
		ImageSpec: ImageSpec{
			Name: c.Name, Description: c.Description, Region: source.Region,
			Kind: Custom, HostType: source.HostType, State: Creating,
			OSName: source.OSName, OSType: source.OSType, Architecture: source.Architecture,
			SystemDisk: Disk{SizeGiB: source.SystemDisk.SizeGiB},
		},
		CreatedAt: c.Now, UpdatedAt: c.Now,
		Source:          &Source{ImageID: source.ID, ProjectID: source.Owner},
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
	img.SystemDisk, img.DataDisks = Disk{SizeGiB: source.SystemDisk.SizeGiB}, nil
	img.UpdatedAt = laterThan(img.UpdatedAt, now)
	return img
}
