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

// isCopiers reports whether a key is one that the copier made for the image.
func isCopiers(key string, id sharing.ImageID) bool {
	rest, ours := strings.CutPrefix(key, imagePrefix(id))
	return ours && strings.Count(rest, "/") == 2
}

// copySource is an object as the header of that name has it.
func copySource(bucket, key string) *string {
	escaped := url.QueryEscape(bucket + "/" + key)
	source := strings.NewReplacer("%2F", "/", "+", "%20").Replace(escaped)
	return &source
}
