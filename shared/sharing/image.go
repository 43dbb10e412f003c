package sharing

import (
	"slices"
	"time"
)

// MaxShares is the most projects an image can be shared with at the same time
// (R3). A deployment may set a lower limit, never a higher one.
const MaxShares = 50

// Kind distinguishes custom images from the platform's own (R12).
type Kind string

// HostType is the kind of host an image was made from (R4).
type HostType string

// State is where an image is in its life (R12).
type State string

// The values of the contract.
const (
	Custom Kind = "Custom"
	Public Kind = "Public"

	UHost            HostType = "UHost"
	LightweightUHost HostType = "LightweightUHost"

	Creating  State = "Creating"
	Available State = "Available"
	Failed    State = "Failed"
)

// States are all of an image's life.
func States() []State { return []State{Creating, Available, Failed} }

// Disk is a disk of an image: its size in GiB and the snapshot that holds its
// content, empty while the platform is still copying it.
type Disk struct {
	SizeGiB    int    `json:"sizeGiB"`
	SnapshotID string `json:"snapshotId"`
}

// Image is an image as the stores keep it. It is the only authority on who
// may use it: a project has the image if and only if SharedWith holds it, and uses
// it if neither Pending nor Declined does.
// Image itself is never a response: callers get its OwnedView or, as Received,
// its View.
type Image struct {
	ID ImageID
	// UID is new at each registration. It distinguishes an image from an earlier one
	// with the same id, so that a share or a late clean-up of the former never
	// touches the latter.
	UID   string
	Owner ProjectID
	// AccountID is the owner's present one. That which is kept with the image is of
	// its registration: see FollowOwner.
	AccountID string
	ImageSpec
	CreatedAt time.Time
	UpdatedAt time.Time
	// Source is what a copy was made of. It survives the original.
	Source *ImageRef
	// Suspension is nil for an image that is not suspended.
	Suspension *Suspension
	// SaveFingerprint is of the request that saved this copy under an
	// Idempotency-Key; empty otherwise.
	SaveFingerprint string
	// Sealed is true once the image has been Available; see wasAvailable.
	Sealed bool
	// CopyFrom has what the image's disks are being copied of, by whoever copies
	// them; nobody is shown it. CopyBegan is since when, and stays.
	CopyFrom  []SourceDisk
	CopyBegan time.Time
	// Uploads are S3's multipart uploads, by their ids, in the order of CopyFrom; ""
	// for none.
	Uploads []string
	Copying *Copying
	// SharedWith is a set, in no order. Pending and Declined are those of it who have not
	// accepted the image, or have declined it: they see it, and do not use it.
	SharedWith, Pending, Declined []ProjectID
}

// FollowOwner gives an image as it was kept its owner's present account: to move
// a project to another account changes none of its images. Without the owner it
// stays as it is. A nil image does not exist, nor does a nil project.
func (img *Image) FollowOwner(p *Project) {
	if img != nil && p != nil && p.ID == img.Owner {
		img.AccountID = p.AccountID
	}
}

// IsSharedWith reports whether the share with the project stands.
func (img *Image) IsSharedWith(p ProjectID) bool { return slices.Contains(img.SharedWith, p) }

// wasAvailable reports whether the image is Available or has ever been. Former
// releases did not keep that: of their images only the present state is known.
func (img *Image) wasAvailable() bool { return img.Sealed || img.State == Available }

// OwnedBy returns ImageNotFound of the id unless the image exists and is the
// project's. A nil image does not exist.
func (img *Image) OwnedBy(p ProjectID, id ImageID) error {
	if img == nil || img.Owner != p {
		return ImageNotFound(id)
	}
	return nil
}

// VisibleTo returns ImageNotFound of the id unless the image exists and is shared
// with the project (R6, R11), and CrossRegionNotSupported when the region asked
// for, if any, is not the image's (R2). A nil image does not exist.
func (img *Image) VisibleTo(p ProjectID, id ImageID, region *string) error {
	if img == nil || !img.IsSharedWith(p) {
		return ImageNotFound(id)
	}
	return img.inRegion(region)
}

// UsableBy returns the refusals of VisibleTo, and ShareNotAccepted unless the project
// has accepted the image.
func (img *Image) UsableBy(p ProjectID, id ImageID, region *string) error {
	if err := img.VisibleTo(p, id, region); err != nil {
		return err
	}
	return img.acceptedBy(p)
}

func (img *Image) inRegion(region *string) error {
	if region != nil && *region != img.Region {
		return crossRegion(img.Region, *region)
	}
	return nil
}
