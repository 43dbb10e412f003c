package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// AnswerShare implements service.Store with one BatchGetItem of image and share, one
// of the owner, and one transaction. When somebody else was faster, it reads
// again: what the image and the share say must be of one moment.
func (t *Store) AnswerShare(ctx context.Context, c sharing.AnswerShareCommand) (received sharing.Received, err error) {
	read, err := t.readForAnswer(ctx, c)
	if err != nil {
		return sharing.Received{}, err
	}
	err = t.decide(ctx, func() ([]types.TransactWriteItem, error) {
		decision, err := sharing.AnswerShare(read.image, c)
		if err != nil {
			return nil, err
		}
		received = sharing.Received{Image: decision.After, SharedAt: read.share.SharedAt, Status: sharing.ShareStatus(c.Answer)}
		return t.answerOperations(c, read, decision), nil
	}, func(map[int]item) error {
		read, err = t.readForAnswer(ctx, c)
		return err
	})
	if err != nil {
		return sharing.Received{}, err
	}
	return received, nil
}

// answerSnapshot is what an answer is decided on, as read.
type answerSnapshot struct {
	image   *sharing.Image
	share   sharing.Share
	answers types.AttributeValue // how many there were, nil for none
}

// readForAnswer reads the owner last, so that a refusal takes one call, and before the
// write: a read that fails after it could not say that nothing was written.
func (t *Store) readForAnswer(ctx context.Context, c sharing.AnswerShareCommand) (s answerSnapshot, err error) {
	k := shareKey(c.ImageID, c.Project)
	found, err := t.batchGet(ctx, []key{imageKey(c.ImageID), k})
	if err != nil {
		return s, err
	}
	if s.image, err = imageOf(found[imageKey(c.ImageID)]); err != nil {
		return s, err
	}
	if s.share, err = receivedShare(s.image, found, sharing.ReceivedQuery{Project: c.Project, ImageID: c.ImageID}); err != nil {
		return s, err
	}
	s.answers = found[k][attrAnswers]
	owners, err := t.Projects(ctx, []sharing.ProjectID{s.image.Owner})
	owner := owners[s.image.Owner]
	s.image.FollowOwner(&owner)
	return s, err
}

// unlessGone leaves it to the image's condition to refuse a share that is not there: as
// with notNewer.
func unlessGone(condition *string) *string {
	return aws.String("(" + nothingHere + " OR (" + *condition + "))")
}

// answerOperations move the project between the image's sets and its share between the
// ranges of the index. They count the answer also when nothing changes: an attempt that
// was lost must not take effect after another answer. The share that ends meanwhile, or
// that was given anew, takes neither.
func (t *Store) answerOperations(c sharing.AnswerShareCommand, read answerSnapshot, d sharing.AnswerDecision) []types.TransactWriteItem {
	shareValues := item{":uid": str(read.image.UID), ":shared": moment(read.share.SharedAt), ":one": number(1)}
	sinceRead := neverAnswered
	if read.answers != nil {
		sinceRead, shareValues[":answers"] = answersAsRead, read.answers
	}
	const count = "ADD answers :one"
	k, condition := shareKey(c.ImageID, c.Project), all(sameImage, thisShare, sinceRead)
	asRead := map[sharing.ShareStatus]string{sharing.Accepted: acceptedByTarget, sharing.Pending: pendingOfTarget, sharing.Declined: declinedByTarget}
	imageAsRead := all(sameImage, sharedWithTarget, asRead[read.image.StatusOf(c.Project)])
	imageValues := item{":uid": str(read.image.UID), ":target": str(string(c.Project))}
	if d.Activity == nil {
		// Image and share were not read at one moment: a lost answer that arrived in
		// between would be in the share's count and not in the image as read.
		return []types.TransactWriteItem{t.check(imageKey(c.ImageID), imageAsRead, imageValues), t.update(k, count, unlessGone(condition), shareValues)}
	}
	read.share.Status = sharing.ShareStatus(c.Answer)
	shareValues[":place"] = str(shareEntry(*read.image, read.share).indexSK(statusPrefix(read.share.Status)))
	expression := "DELETE pending :targets, declined :targets"
	if c.Answer == sharing.Decline {
		expression = "DELETE pending :targets ADD declined :targets"
	}
	imageValues[":targets"] = projectSet([]sharing.ProjectID{c.Project})
	return t.withActivity(*d.Activity,
		t.update(imageKey(c.ImageID), expression, imageAsRead, imageValues),
		t.update(k, "SET gsi1sk = :place "+count, unlessGone(condition), shareValues))
}
