package sharing

import "slices"

// UnshareImage is the transition of cancelling one share, which only the
// owner does (R10). It returns the image without the target, ImageNotFound
// when the image is not the owner's, or ShareNotFound. A nil image does not
// exist.
func UnshareImage(img *Image, owner, target ProjectID) (Image, error) {
	if err := img.OwnedBy(owner); err != nil {
		return Image{}, err
	}
	if !img.IsSharedWith(target) {
		return Image{}, ShareNotFound()
	}
	after := *img
	after.SharedWith = slices.DeleteFunc(slices.Clone(img.SharedWith), func(p ProjectID) bool { return p == target })
	return after, nil
}
