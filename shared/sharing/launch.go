package sharing

// Via says how a project has an image.
type Via string

// The values of the contract.
const (
	ViaOwn   Via = "own"
	ViaShare Via = "share"
)

// LaunchQuery asks whether a project may create a host from an image now.
type LaunchQuery struct {
	Project ProjectID
	ImageID ImageID
	Region  *string    // of the host; nil asks for no particular one
	Owner   *ProjectID // who is taken for the owner; nil for whoever it is
	// Platform is true of the platform, which also gets what the host is made from.
	Platform bool
}

// LaunchableImage is an image from which a project may create a host.
type LaunchableImage struct {
	ImageID        ImageID    `json:"imageId"`
	Via            Via        `json:"via"`
	Region         string     `json:"region"`
	Owner          Owner      `json:"owner"`
	OSName         string     `json:"osName"`
	OSType         string     `json:"osType"`
	Architecture   string     `json:"architecture"`
	SystemDisk     LaunchDisk `json:"systemDisk"`
	DataDisks      []Disk     `json:"dataDisks,omitempty"`      // of an own image, for the platform
	SecurityNotice string     `json:"securityNotice,omitempty"` // of a shared one (R8)
}

// LaunchDisk is the disk that a host begins with. The snapshot is for the platform.
type LaunchDisk struct {
	SizeGiB    int    `json:"sizeGiB"`
	SnapshotID string `json:"snapshotId,omitempty"`
}

// Launchable is the launch check (R11), for own and shared images alike. It fails
// closed: what is not a launchable image is a refusal. First match wins:
// ImageNotFound, also when the image is of another owner than is meant, because
// the id may have come back under another one; CrossRegionNotSupported (R2);
// ShareNotAccepted; ImageSuspended; ImageNotAvailable. A nil image does not exist.
func (img *Image) Launchable(q LaunchQuery) (LaunchableImage, error) {
	if img == nil || img.Owner != q.Project && !img.IsSharedWith(q.Project) || q.Owner != nil && img.Owner != *q.Owner {
		return LaunchableImage{}, ImageNotFound(q.ImageID)
	}
	if err := img.inRegion(q.Region); err != nil {
		return LaunchableImage{}, err
	}
	if img.Owner != q.Project {
		if err := img.acceptedBy(q.Project); err != nil {
			return LaunchableImage{}, err
		}
	}
	if err := img.notSuspended(); err != nil {
		return LaunchableImage{}, err
	}
	if img.State != Available {
		return LaunchableImage{}, notAvailable(img.State)
	}
	view := LaunchableImage{
		ImageID: img.ID, Via: ViaOwn, Region: img.Region, Owner: Owner{ProjectID: img.Owner, AccountID: img.AccountID},
		OSName: img.OSName, OSType: img.OSType, Architecture: img.Architecture,
		SystemDisk: LaunchDisk{SizeGiB: img.SystemDisk.SizeGiB},
	}
	if img.Owner != q.Project {
		view.Via, view.SecurityNotice = ViaShare, SecurityNotice
	}
	if q.Platform {
		view.SystemDisk.SnapshotID = img.SystemDisk.SnapshotID
	}
	if q.Platform && view.Via == ViaOwn {
		view.DataDisks = img.DataDisks // never a recipient's (R5)
	}
	return view, nil
}
