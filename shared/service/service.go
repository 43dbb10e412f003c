// Package service has the use cases: what a caller who is already known and
// allowed can do, independent of HTTP and of the engine. It gives time and ids
// to the commands, checks them before any I/O, and turns records into the views
// that callers may see.
package service

import (
	"crypto/rand"
	"time"

	"image-sharing/shared/sharing"
)

// Service runs the use cases on an engine.
type Service struct {
	engine     Store
	shareLimit int
}

// New returns the use cases on an engine. shareLimit is the most projects an
// image can be shared with, 1 to sharing.MaxShares.
func New(engine Store, shareLimit int) *Service {
	return &Service{engine: engine, shareLimit: shareLimit}
}

// now has microseconds: what both engines keep, and fine enough to put what
// happens in sequence into order.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func newUID() string { return rand.Text() }

func (s *Service) ownedViews(images []sharing.Image) []sharing.OwnedImage {
	views := make([]sharing.OwnedImage, 0, len(images))
	for _, img := range images {
		views = append(views, img.OwnedView(s.shareLimit))
	}
	return views
}
