package sharing

import (
	"slices"
)

// UnshareCommand asks to cancel the share of the owner's image with one target.
type UnshareCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Target  ProjectID
	// Its Now matters: a request that was lost and arrives after it was repeated
	// must not cancel a share that was made since.
	Origin
}

// UnshareImage is the transition of cancelling one share, which only the
// owner does (R10). It returns the image without the target, ImageNotFound
// when the image is not the owner's, or ShareNotFound. A nil image does not
// exist.
func UnshareImage(img *Image, c UnshareCommand) (Image, Activity, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return Image{}, Activity{}, err
	}
	if !img.IsSharedWith(c.Target) {
		return Image{}, Activity{}, ShareNotFound(c.ImageID, c.Target)
	}
	after := *img
	after.SharedWith = without(img.SharedWith, c.Target)
	after.forgetAnswer(c.Target)
	a := c.imageActivity(ShareCancelled, c.Now, *img)
	a.Targets = []ProjectID{c.Target}
	return after, a, nil
}

// RevokeSharesCommand asks to end all shares of the owner's image in one step.
type RevokeSharesCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Origin
}

// RevokeDecision is what RevokeShares decided. Activity is nil when the image is
// shared with nobody.
type RevokeDecision struct {
	Revoked  []ProjectID // who lost the image, by id
	Activity *Activity
}

// RevokeShares is the transition of ending all shares. It returns ImageNotFound
// when the image is not the owner's. A nil image does not exist.
func RevokeShares(img *Image, c RevokeSharesCommand) (RevokeDecision, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return RevokeDecision{}, err
	}
	d := RevokeDecision{Revoked: slices.Sorted(slices.Values(img.SharedWith))}
	if len(d.Revoked) > 0 {
		a := c.imageActivity(SharesRevoked, c.Now, *img)
		a.Targets = d.Revoked
		d.Activity = &a
	}
	return d, nil
}
