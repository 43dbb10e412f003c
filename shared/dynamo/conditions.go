package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/sharing"
)

// The conditions of all writes are in this file. Each is named for the fact that
// it states; those on many targets at once are made by targetsAsRead. A fact that
// a transition of package sharing relies on is named beside it.
const (
	// nothingHere: there is no item with this key.
	nothingHere = "attribute_not_exists(pk)"

	// sameImage: this is the image that was read, not one that was registered
	// under its id since. Owner, region, kind and hostType never change in an
	// image's life, so what was decided on them still holds (R2, R4, R12).
	sameImage = "uid = :uid"

	// unchanged: the catalog has not changed the item since it was read. An
	// attempt that was lost must not undo a later change when it arrives.
	unchanged = "updatedAt = :read"

	// available: the image's state is Available (R12).
	available = "imageState = :available"

	// creating: the image's state is Creating.
	creating = "imageState = :creating"

	// sameCopy: the image's disks are being copied, since when they were as read:
	// that is the copying that was read, not over, nor begun again since.
	sameCopy = "copyBegan = :began AND attribute_exists(copyFrom)"

	// uploadsAsRead: nobody has kept another upload since. noUploads: the same, where
	// there was none.
	uploadsAsRead = "uploads = :uploads"
	noUploads     = "attribute_not_exists(uploads)"

	// lessCopied: nobody has reported as much. noneReported: nor anything.
	lessCopied   = "(attribute_not_exists(copying.copiedBytes) OR copying.copiedBytes < :copied)"
	noneReported = "attribute_not_exists(copying)"

	// notSuspended: the platform has not suspended the image.
	notSuspended = "attribute_not_exists(suspension)"

	// askedAsRead: nobody has asked since to suspend the image or to end that. An
	// attempt that was lost must not take effect after the opposite was answered, also
	// when that found nothing to change.
	askedAsRead = "suspensionAsked = :asked"

	// neverAsked: the same, of an image of which nobody ever did.
	neverAsked = "attribute_not_exists(suspensionAsked)"

	// sharedWithTarget: sharing.Image.IsSharedWith (R10, R11).
	sharedWithTarget = "contains(sharedWith, :target)"

	// notSharedWithTarget: the opposite.
	notSharedWithTarget = "NOT contains(sharedWith, :target)"

	// acceptedByTarget: sharing.Image.StatusOf is Accepted. pendingOfTarget and
	// declinedByTarget: the others.
	acceptedByTarget = "NOT contains(pending, :target) AND NOT contains(declined, :target)"
	pendingOfTarget  = "contains(pending, :target)"
	declinedByTarget = "contains(declined, :target)"

	// answersAsRead: the recipient has not answered since the share was read, also not
	// the same again. An attempt that was lost must not take effect after another answer.
	answersAsRead = "answers = :answers"

	// neverAnswered: the same, of a share to which nobody ever did.
	neverAnswered = "attribute_not_exists(answers)"

	// policyAskedAsRead: nobody has set the project's policy since, also not to the same
	// again. An attempt that was lost must not take effect after another policy was.
	policyAskedAsRead = "policyAsked = :asked"

	// policyNeverAsked: the same, of a project of which nobody ever did.
	policyNeverAsked = "attribute_not_exists(policyAsked)"

	// notClosed: the project is not closed.
	notClosed = "attribute_not_exists(closedAt)"

	// sharedAsRead: the very projects that were read have the image, so that the
	// activity of its deletion names who lost it. No attribute is an empty set.
	sharedAsRead     = "sharedWith = :sharedWith"
	sharedWithNobody = "attribute_not_exists(sharedWith)"

	// hasRoom: the new targets fit under the limit (R3). room is the limit less
	// their number.
	hasRoom = "(attribute_not_exists(sharedWith) OR size(sharedWith) <= :room)"

	// noneCancelled: no share of the image was cancelled since it was read. An
	// attempt to share that was lost must not give a project the image back
	// when it arrives after the share was cancelled.
	noneCancelled = "cancelled = :cancelled"

	// neverCancelled: the same, of an image of which no share ever was.
	neverCancelled = "attribute_not_exists(cancelled)"

	// notNewer: the share was not made after somebody asked to cancel it. A
	// share that is not there is for the image's condition to refuse. If this
	// one were false then, it would hide that the image only met another
	// transaction.
	notNewer = "(attribute_not_exists(pk) OR sharedAt <= :shared)"

	// sameShare: this is the share that was read. One that is not there: as
	// with notNewer.
	sameShare = "(attribute_not_exists(pk) OR sharedAt = :shared)"

	// thisShare: this is the share that was read, and it stands.
	thisShare = "sharedAt = :shared"

	// orphaned: this share item belongs to the image that was deleted, not to
	// one that was registered under its id since. One that is not there is
	// done already.
	orphaned = "(attribute_not_exists(pk) OR uid = :uid)"

	// imageGone: the image with this uid is no more. It stays so, because no
	// uid is used twice.
	imageGone = "(attribute_not_exists(pk) OR uid <> :uid)"
)

func all(conditions ...string) *string {
	return aws.String(strings.Join(conditions, " AND "))
}

// targetsAsRead states for each target whether the image has it, as it was
// read: a share that somebody else made or cancelled meanwhile must not be
// reported as created or unchanged. values gets what the condition names.
func targetsAsRead(img *sharing.Image, targets []sharing.ProjectID, values item) string {
	conditions := make([]string, 0, len(targets))
	for i, t := range targets {
		name := fmt.Sprintf(":t%d", i)
		values[name] = str(string(t))
		condition := "contains(sharedWith, " + name + ")"
		if !img.IsSharedWith(t) {
			condition = "NOT " + condition
		}
		conditions = append(conditions, condition)
	}
	return strings.Join(conditions, " AND ")
}
