package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/sharing"
)

// The conditions, each written once and named for the fact it states. The
// transition of package sharing with the same fact is named beside it.
const (
	// nothingHere: no item has the key.
	nothingHere = "attribute_not_exists(pk)"
	// unchanged: the catalog has not changed the item since it was read. An
	// attempt that was lost must not undo a later change when it arrives.
	unchanged = "updatedAt = :seen"
	// sameImage: it is the image that was read, not one registered since under
	// its id. Owner, region, kind and hostType never change in an image's life,
	// so what was decided on them still holds (R2, R4, R12).
	sameImage = "uid = :uid"
	// ownedByCaller: sharing.Image.OwnedBy.
	ownedByCaller = "projectId = :owner"
	// available: sharing.Image.State (R12).
	available = "imageState = :available"
	// sharedWithTarget: sharing.Image.IsSharedWith (R10, R11).
	sharedWithTarget = "contains(sharedWith, :target)"
	// notSharedWithTarget: the opposite.
	notSharedWithTarget = "NOT contains(sharedWith, :target)"
	// noneCancelled: no share of the image was cancelled since it was read. An
	// attempt that was lost must not give a project the image back when it
	// arrives after the share was cancelled.
	noneCancelled = "cancelled = :cancelled"
	// neverCancelled: the same, of an image of which no share ever was.
	neverCancelled = "attribute_not_exists(cancelled)"
	// notNewer: the share was not made after somebody asked to cancel it. One
	// that is not there is the image's condition to refuse: a false one here
	// would hide that the image only met another transaction.
	notNewer = "(attribute_not_exists(pk) OR sharedAt <= :shared)"
	// sameShare: it is the share that was seen.
	sameShare = "(attribute_not_exists(pk) OR sharedAt = :shared)"
	// hasRoom: the limit, after the new targets are in (R3).
	hasRoom = "(attribute_not_exists(sharedWith) OR size(sharedWith) <= :room)"
	// leftFrom: a share item that a deleted image left behind, or none at all.
	leftFrom = "(attribute_not_exists(pk) OR uid = :uid)"
	// imageGone: the image with that uid is no more. It stays so, because no uid
	// is used twice.
	imageGone = "(attribute_not_exists(pk) OR uid <> :uid)"
)

func all(conditions ...string) *string {
	return aws.String(strings.Join(conditions, " AND "))
}

// targetsAsSeen states for each target whether the image has it, as it was
// read: a share that somebody else made or cancelled meanwhile must not be
// reported as created or unchanged. values gets what the condition names.
func targetsAsSeen(img *sharing.Image, targets []sharing.ProjectID, values item) string {
	seen := make([]string, 0, len(targets))
	for i, t := range targets {
		name := fmt.Sprintf(":t%d", i)
		values[name] = str(string(t))
		condition := "contains(sharedWith, " + name + ")"
		if !img.IsSharedWith(t) {
			condition = "NOT " + condition
		}
		seen = append(seen, condition)
	}
	return strings.Join(seen, " AND ")
}
