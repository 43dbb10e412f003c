// Package service has the use cases: what a caller who is already known and
// allowed can do, independent of HTTP and of the store. It checks commands
// before any I/O, gives them time and ids, and turns records into the views
// that callers may see.
package service

import (
	"crypto/rand"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

// Service runs the use cases on a store.
type Service struct {
	store      Store
	shareLimit int
}

// New returns the use cases on a store. shareLimit is the most projects an
// image can be shared with, 1 to sharing.MaxShares.
func New(store Store, shareLimit int) *Service {
	return &Service{store: store, shareLimit: shareLimit}
}

// now has microseconds: what both stores keep, and fine enough to put what
// happens in sequence into order.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func newUID() string { return rand.Text() }

func newImageID() sharing.ImageID { return "img-" + sharing.ImageID(strings.ToLower(rand.Text())) }

func (s *Service) ownedViews(images []sharing.Image) []sharing.OwnedImage {
	views := make([]sharing.OwnedImage, 0, len(images))
	for _, img := range images {
		views = append(views, img.OwnedView(s.shareLimit))
	}
	return views
}
