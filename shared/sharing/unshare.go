package sharing

import (
	"slices"
	"time"
)

// UnshareCommand asks to cancel the share of the owner's image with one target.
type UnshareCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Target  ProjectID
	// Now is when it was asked. A request that was lost and arrives after it
	// was repeated must not cancel a share that was made since.
	Now time.Time
}

// UnshareImage is the transition of cancelling one share, which only the
// owner does (R10). It returns the image without the target, ImageNotFound
// when the image is not the owner's, or ShareNotFound. A nil image does not
// exist.
func UnshareImage(img *Image, c UnshareCommand) (Image, error) {
	if err := img.OwnedBy(c.Owner); err != nil {
		return Image{}, err
	}
	if !img.IsSharedWith(c.Target) {
		return Image{}, ShareNotFound()
	}
	after := *img
	after.SharedWith = slices.DeleteFunc(slices.Clone(img.SharedWith), func(p ProjectID) bool { return p == c.Target })
	return after, nil
}
