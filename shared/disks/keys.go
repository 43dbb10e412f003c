package disks

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

// The copier's keys are images/<image>/<uid>/<when the copying began>/<disk>. Each
// copying has keys of its own, so what is under them belongs to nobody once it is
// over: to remove that can never hurt a copy that was begun again.
const keyPrefix = "images/"

func imagePrefix(id sharing.ImageID) string { return keyPrefix + string(id) + "/" }

func uidPrefix(id sharing.ImageID, uid string) string { return imagePrefix(id) + uid + "/" }

func began(t time.Time) string { return t.UTC().Format("20060102T150405.000000Z") }

func keyOf(id sharing.CopyID, disk int) string {
	return uidPrefix(id.Image, id.UID) + began(id.Began) + "/" + strconv.Itoa(disk)
}

// isOver reports whether a key is of a copying of the image that is over; img is the
// image as it stood after the key had been seen, nil for none. No uid and no copying
// comes back, so it stays true. It is false for a key that is not the copier's.
func isOver(key string, id sharing.ImageID, img *sharing.Image) bool {
	rest, ours := strings.CutPrefix(key, imagePrefix(id))
	parts := strings.Split(rest, "/")
	if !ours || len(parts) != 3 {
		return false
	}
	if img == nil || parts[0] != img.UID {
		return true
	}
	return !img.BeingCopied() || parts[1] != began(img.CopyBegan)
}

// copySource is an object as the header of that name has it.
func copySource(bucket, key string) *string {
	escaped := url.QueryEscape(bucket + "/" + key)
	source := strings.NewReplacer("%2F", "/", "+", "%20").Replace(escaped)
	return &source
}
