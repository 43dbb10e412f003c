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
	Project     ProjectID // the recipient, owner of the copy
	SourceID    ImageID
	Region      string // "" asks for no particular region
	Name        string
	Description string
	Key         string  // Idempotency-Key, "" for none
	NewID       ImageID // of the copy: SavedImageID(Project, Key) when there is a key
	UID         string  // of the copy
	Now         time.Time
}

// Check returns InvalidRequest with every fault of the command.
func (w SaveCommand) Check() error {
	var f Violations
	f.text("name", w.Name, 1, maxNameLength)
	f.description(w.Description)
	if w.Region != "" {
		f.id("region", w.Region)
	}
	if w.Key != "" && !visibleASCII(w.Key) {
		f.add("Idempotency-Key", "must have 1 to 128 visible ASCII characters")
	}
	return f.err()
}

func visibleASCII(s string) bool {
	return len(s) <= 128 && strings.IndexFunc(s, func(r rune) bool { return r < '!' || r > '~' }) < 0
}

// SavedImageID derives the id of a saved copy from the project and the
// Idempotency-Key, so that a repeated save meets its own first result in any
// engine, without a table of keys.
func SavedImageID(p ProjectID, key string) ImageID {
	sum := sha256.Sum256([]byte(string(p) + "\x00" + key))
	return ImageID("img-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:26]))
}

// Fingerprint tells saves with the same key and other content apart. It is
// empty without a key. Name and description cannot hold NUL, so the parts
// cannot run into each other.
func (w SaveCommand) Fingerprint() string {
	if w.Key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(w.SourceID), w.Name, w.Description}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// SaveImage is the transition of saving. source is the shared image,
// recipient the registration of the project that saves, prior the image that
// has the copy's id already; nil when there is none.
//
// A prior with the same fingerprint is this very request's earlier result and
// is returned as it stands now, even when the share has ended since. The
// refusals, first match wins: IdempotencyConflict, ImageNotFound,
// CrossRegionNotSupported (R2), ImageNotAvailable, ProjectNotFound.
//
// The copy has the system disk only (R5). Its snapshots are its own: none
// until the platform that copies disks reports them.
func SaveImage(source *Image, recipient *Project, prior *Image, w SaveCommand) (img Image, replayed bool, err error) {
	if prior != nil {
		if prior.Owner != w.Project || w.Key == "" || prior.SaveFingerprint != w.Fingerprint() {
			return Image{}, false, idempotencyConflict()
		}
		if err := prior.inRegion(w.Region); err != nil {
			return Image{}, false, err
		}
		return *prior, true, nil
	}
	if err := source.UsableBy(w.Project, w.Region); err != nil {
		return Image{}, false, err
	}
	if source.State != Available {
		return Image{}, false, notAvailable(source.State)
	}
	if recipient == nil {
		return Image{}, false, ProjectNotFound(w.Project)
	}
	return Image{
		ID: w.NewID, UID: w.UID, Owner: w.Project, AccountID: recipient.AccountID,
		Name: w.Name, Description: w.Description, Region: source.Region,
		Kind: Custom, HostType: source.HostType, State: Creating,
		OSName: source.OSName, OSType: source.OSType, Architecture: source.Architecture,
		SystemDisk: Disk{SizeGiB: source.SystemDisk.SizeGiB},
		CreatedAt:  w.Now, UpdatedAt: w.Now,
		Source:          &Source{ImageID: source.ID, ProjectID: source.Owner},
		SaveFingerprint: w.Fingerprint(),
	}, false, nil
}
