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

// Config says what a deployment decides for itself.
type Config struct {
	ShareLimit        int           // the most projects an image can be shared with, 1 to sharing.MaxShares
	ActivityRetention time.Duration // how long activities are kept
	Regions           []string      // between which disks can be copied, sorted; nil for any
}

// Service runs the use cases on a store.
type Service struct {
	store             Store
	shareLimit        int
	activityRetention time.Duration
	regions           []string
}

// New returns the use cases on a store.
func New(store Store, c Config) *Service {
	return &Service{store: store, shareLimit: c.ShareLimit, activityRetention: c.ActivityRetention, regions: c.Regions}
}

// stamped gives a command's origin its time, and its activity an id.
func (s *Service) stamped(o sharing.Origin) sharing.Origin {
	o.Now = now()
	o.ActivityID = sharing.ActivityID("act-" + strings.ToLower(rand.Text()))
	o.KeepUntil = o.Now.Add(s.activityRetention)
	return o
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
