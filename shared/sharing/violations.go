package sharing

import "fmt"

// Sizes in GiB.
const (
	maxDataDisks = 32
	maxDiskGiB   = 1 << 20
)

// Violation says what is wrong with one field of a request.
type Violation struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Violations collects what is wrong with a request, so that one response names
// all of it.
type Violations []Violation

// Add adds a violation.
func (v *Violations) Add(field, message string) { *v = append(*v, Violation{field, message}) }

// Check adds a violation unless ok.
func (v *Violations) Check(ok bool, field, message string) {
	if !ok {
		v.Add(field, message)
	}
}

// CheckID adds a violation unless s is a valid id.
func (v *Violations) CheckID(field, s string) { v.Check(ValidID(s), field, idMessage) }

// Err returns InvalidRequest with the violations, nil when there are none.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return Invalid(v...)
}

// region is of a request that need not name one.
func (v *Violations) region(region *string) {
	if region != nil {
		v.CheckID("region", *region)
	}
}

// disk is of an image with the id. The disk of another image's copy would go with that.
func (v *Violations) disk(field string, d Disk, id ImageID) {
	v.Check(d.SizeGiB >= 1 && d.SizeGiB <= maxDiskGiB, field+".sizeGiB", fmt.Sprintf("must be a whole number from 1 to %d", maxDiskGiB))
	if d.SnapshotID != "" {
		v.Check(ValidSnapshotID(d.SnapshotID), field+".snapshotId", snapshotMessage)
		of, copied := OfCopy(d.SnapshotID)
		v.Check(!copied || of == id, field+".snapshotId", "is a disk of another image's copy, and goes with that: use a disk of the platform's own")
	}
}
