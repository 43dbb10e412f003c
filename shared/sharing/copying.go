package sharing

import (
	"slices"
	"time"
)

// SourceDisk is a disk that a copy is made of. It is recorded when the copy begins,
// so that the copy is of what its maker saw: the source may be deleted meanwhile,
// and its id come back with other content.
type SourceDisk struct {
	Region  string // the source's
	Key     string // its snapshotId
	SizeGiB int
}

// Copying is how far our copier has come with an image's disks.
type Copying struct {
	CopiedBytes int64 `json:"copiedBytes"`
	TotalBytes  int64 `json:"totalBytes"`
}

// CopyID names one copying of an image's disks: a copy that failed and begins again
// has another time. Within an image the times only grow.
type CopyID struct {
	Image ImageID
	UID   string
	Began time.Time
}

// CopyID is that of the image's present copying, or of its last.
func (img *Image) CopyID() CopyID { return CopyID{img.ID, img.UID, img.CopyBegan} }

// BeingCopied reports whether disks are to be copied for the image. A nil image does
// not exist.
func (img *Image) BeingCopied() bool {
	return img != nil && img.State == Creating && len(img.CopyFrom) > 0
}

func (img *Image) copies(id CopyID) bool {
	return img.BeingCopied() && img.UID == id.UID && img.CopyBegan.Equal(id.Began)
}

// beginCopy records what the image's disks are to be copied of, its system disk
// first. Until then they have sizes only.
func (img *Image) beginCopy(region string, disks ...Disk) {
	img.endCopy()
	img.SystemDisk, img.DataDisks = Disk{SizeGiB: disks[0].SizeGiB}, nil
	for _, d := range disks[1:] {
		img.DataDisks = append(img.DataDisks, Disk{SizeGiB: d.SizeGiB})
	}
	for _, d := range disks {
		img.CopyFrom = append(img.CopyFrom, SourceDisk{region, d.SnapshotID, d.SizeGiB})
	}
	img.CopyBegan = img.UpdatedAt
}

// endCopy leaves when it began: what is left of it in a bucket is under that time.
func (img *Image) endCopy() { img.CopyFrom, img.Uploads, img.Copying = nil, nil, nil }

// CopyDecision is what a transition decided of a copying. Without Changed there is
// nothing to write.
type CopyDecision struct {
	After *Image // as it stands then, nil if there is none
	// UnderWay is false if the copying is over, be it that the image is gone or
	// another, complete, failed, or being copied anew.
	UnderWay bool
	Changed  bool
	Activity *Activity
}

// changeCopy lets change change an image if the copying is under way. It returns
// false for nothing.
func changeCopy(img *Image, id CopyID, change func(*Image) (bool, *Activity)) CopyDecision {
	if !img.copies(id) {
		return CopyDecision{After: img}
	}
	after := *img
	changed, activity := change(&after)
	if !changed {
		return CopyDecision{After: img, UnderWay: true}
	}
	return CopyDecision{&after, true, true, activity}
}

// KeepUploadCommand asks to keep a disk's upload, so that whoever goes on with the
// disk takes the same one.
type KeepUploadCommand struct {
	CopyID
	Disk   int    // 0 is the system disk
	Upload string // S3's id of a multipart upload
	Lost   string // the upload that it replaces, "" for none
}

// KeepUpload is the transition. If another one is kept already that is not the lost
// one, that stays, and two workers agree on it.
func KeepUpload(img *Image, c KeepUploadCommand) CopyDecision {
	return changeCopy(img, c.CopyID, func(after *Image) (bool, *Activity) {
		uploads := make([]string, len(img.CopyFrom))
		copy(uploads, img.Uploads)
		if c.Disk >= len(uploads) || uploads[c.Disk] != c.Lost {
			return false, nil
		}
		uploads[c.Disk] = c.Upload
		after.Uploads = uploads
		return true, nil
	})
}

// UploadOf is the kept upload of a disk, "" for none.
func (img *Image) UploadOf(disk int) string {
	if disk >= len(img.Uploads) {
		return ""
	}
	return img.Uploads[disk]
}

// ReportProgressCommand says how far a copying has come.
type ReportProgressCommand struct {
	CopyID
	Copying
}

// ReportProgress is the transition. It never goes backwards: of two workers one may
// not know yet what the other has copied.
func ReportProgress(img *Image, c ReportProgressCommand) CopyDecision {
	return changeCopy(img, c.CopyID, func(after *Image) (bool, *Activity) {
		if img.Copying != nil && img.Copying.CopiedBytes >= c.CopiedBytes {
			return false, nil
		}
		after.Copying = &c.Copying
		return true, nil
	})
}

// CompleteCopyCommand says that all disks are there, and under which snapshot ids.
type CompleteCopyCommand struct {
	CopyID
	Origin
	Keys []string // as many as the copying has disks
}

// CompleteCopy is the transition of an image whose disks are there.
func CompleteCopy(img *Image, c CompleteCopyCommand) CopyDecision {
	return changeCopy(img, c.CopyID, func(after *Image) (bool, *Activity) {
		var disks []Disk
		for i, key := range c.Keys {
			disks = append(disks, Disk{img.CopyFrom[i].SizeGiB, key})
		}
		after.State, after.Sealed = Available, true
		after.SystemDisk, after.DataDisks = disks[0], disks[1:]
		return true, after.copyEnded(CopyCompleted, c.Origin, "All its disks are copied.")
	})
}

// FailCopyCommand says that disks cannot be copied, and why.
type FailCopyCommand struct {
	CopyID
	Origin
	Failure Failure
}

// FailCopy is the transition of an image whose disks cannot be copied.
func FailCopy(img *Image, c FailCopyCommand) CopyDecision {
	return changeCopy(img, c.CopyID, func(after *Image) (bool, *Activity) {
		after.State, after.Failure = Failed, &c.Failure
		a := after.copyEnded(CopyFailed, c.Origin, "Its disks could not be copied.")
		a.Failure = &c.Failure
		return true, a
	})
}

func (img *Image) copyEnded(t ActivityType, o Origin, reason string) *Activity {
	img.endCopy()
	img.UpdatedAt = laterThan(img.UpdatedAt, o.Now)
	o.Reason = reason
	a := o.imageActivity(t, img.UpdatedAt, *img)
	return &a
}

// HasSnapshot reports whether the image's content is in the snapshot.
func (img *Image) HasSnapshot(id string) bool {
	return img.SystemDisk.SnapshotID == id || slices.ContainsFunc(img.DataDisks, func(d Disk) bool { return d.SnapshotID == id })
}
