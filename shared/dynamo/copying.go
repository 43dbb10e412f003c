package dynamo

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// CopyOf implements service.Store with one GetItem.
func (t *Store) CopyOf(ctx context.Context, id sharing.ImageID) (*sharing.Image, error) {
	found, err := t.get(ctx, imageKey(id))
	if err != nil {
		return nil, err
	}
	return imageOf(found)
}

// KeepUpload implements service.Store; see changeCopy. It does not count as a change
// of the image, so it has conditions of its own.
func (t *Store) KeepUpload(ctx context.Context, c sharing.KeepUploadCommand) (sharing.CopyDecision, error) {
	return t.changeCopy(ctx, c.CopyID, func(img *sharing.Image) sharing.CopyDecision { return sharing.KeepUpload(img, c) }, keptAsRead)
}

func keptAsRead(before, _ sharing.Image, values item) string {
	if len(before.Uploads) == 0 {
		return noUploads
	}
	values[":uploads"] = attributeValue(stored.EncodeImage(before)["uploads"])
	return uploadsAsRead
}

// ReportProgress implements service.Store as KeepUpload.
func (t *Store) ReportProgress(ctx context.Context, c sharing.ReportProgressCommand) (sharing.CopyDecision, error) {
	return t.changeCopy(ctx, c.CopyID, func(img *sharing.Image) sharing.CopyDecision { return sharing.ReportProgress(img, c) }, goesOn)
}

func goesOn(before, after sharing.Image, values item) string {
	if before.Copying == nil && after.Copying.CopiedBytes == 0 {
		return noneReported
	}
	values[":copied"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(after.Copying.CopiedBytes, 10)}
	return lessCopied
}

// CompleteCopy implements service.Store; see changeCopy.
func (t *Store) CompleteCopy(ctx context.Context, c sharing.CompleteCopyCommand) (sharing.CopyDecision, error) {
	return t.changeCopy(ctx, c.CopyID, func(img *sharing.Image) sharing.CopyDecision { return sharing.CompleteCopy(img, c) }, asRead)
}

// FailCopy implements service.Store; see changeCopy.
func (t *Store) FailCopy(ctx context.Context, c sharing.FailCopyCommand) (sharing.CopyDecision, error) {
	return t.changeCopy(ctx, c.CopyID, func(img *sharing.Image) sharing.CopyDecision { return sharing.FailCopy(img, c) }, asRead)
}

func asRead(before, _ sharing.Image, values item) string {
	values[":read"] = moment(before.UpdatedAt)
	return unchanged
}

// copyCondition is what a change of a copying needs beside that it is under way.
type copyCondition func(before, after sharing.Image, values item) string

// changeCopy makes a change of a copying with one GetItem and one write.
func (t *Store) changeCopy(ctx context.Context, id sharing.CopyID, transition func(*sharing.Image) sharing.CopyDecision, condition copyCondition) (decision sharing.CopyDecision, err error) {
	found, err := t.get(ctx, imageKey(id.Image))
	if err != nil {
		return sharing.CopyDecision{}, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		img, err := imageOf(found)
		if err != nil {
			return nil, err
		}
		if decision = transition(img); !decision.Changed {
			return nil, nil
		}
		return t.copyOperations(*img, decision, condition), nil
	}, func(latest map[int]item) error {
		found = latest[0]
		return nil
	})
	if err != nil {
		return sharing.CopyDecision{}, err
	}
	return decision, nil
}

// copyEnded returns the image before a change. If that ends its copying, it is one of
// which everything is known that others may have kept or reported meanwhile, so that
// the change removes all of it.
func copyEnded(before, after sharing.Image) sharing.Image {
	if before.BeingCopied() && !after.BeingCopied() {
		before.Uploads, before.Copying = []string{""}, &sharing.Copying{}
	}
	return before
}

func (t *Store) copyOperations(before sharing.Image, decision sharing.CopyDecision, condition copyCondition) []types.TransactWriteItem {
	after := *decision.After
	values := item{":uid": str(before.UID), ":creating": str(string(sharing.Creating)), ":began": moment(before.CopyBegan)}
	operation := t.change(imageKey(after.ID), stored.EncodeImage(copyEnded(before, after)), stored.EncodeImage(after),
		all(sameImage, creating, sameCopy, condition(before, after, values)), values)
	if decision.Activity == nil {
		return []types.TransactWriteItem{operation}
	}
	return t.withActivity(*decision.Activity, operation)
}
