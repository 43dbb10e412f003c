package sharing

import (
	"strconv"
	"strings"
	"time"
)

// The keys of disks that our copier makes are
// images/<image>/<uid>/<when the copying began>/<disk>. Each copying has keys of its
// own, so what is under them belongs to nobody once it is over: to remove that can never
// hurt a copy that was begun again.
const (
	copiesPrefix = "images/"
	beganLayout  = "20060102T150405.000000Z"
)

// CopyKey is the key of a disk that a copying makes. 0 is the system disk.
func (id CopyID) CopyKey(disk int) string {
	return CopiesOfUID(id.Image, id.UID) + id.Began.UTC().Format(beganLayout) + "/" + strconv.Itoa(disk)
}

// CopiesOf is what the keys of all copyings of images with the id begin with.
func CopiesOf(id ImageID) string { return copiesPrefix + string(id) + "/" }

// CopiesOfUID is what those of one image begin with.
func CopiesOfUID(id ImageID, uid string) string { return CopiesOf(id) + uid + "/" }

// OfCopy returns the image that a key was made for. It returns false for one that has
// not the form of our copier's: somebody else's.
func OfCopy(key string) (ImageID, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 5 || parts[0]+"/" != copiesPrefix {
		return "", false
	}
	_, badTime := time.Parse(beganLayout, parts[3])
	_, badDisk := strconv.ParseUint(parts[4], 10, 8)
	return ImageID(parts[1]), badTime == nil && badDisk == nil
}
