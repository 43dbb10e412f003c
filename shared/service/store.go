package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Store keeps projects, images and shares. There are two: DynamoDB
// (shared/dynamo), the store of every deployment, and SQLite (local/sqlite),
// the embedded one. These comments are their specification, and one suite
// (tests/storetest) holds both to it.
//
// Every write is atomic: it happens whole or not at all, and it is decided by
// a transition of package sharing on the records as they stand at that
// moment. If it changes anything, its activity is written with it. Reads see
// every write that was answered before they began; only DynamoDB's lists may
// miss an entry for as long as its index lags (they never show one that is
// gone). Images have their owner's account as it is then, but for those beside
// shares (Share, Shares) and those that the copier gets, of which nobody is shown an
// account.
//
// Refusals are *sharing.Error. Besides those named below, any method may
// return Throttled or Busy (nothing was written), OutcomeUnknown (writes only:
// the response was lost beyond all retries), and errors that are not refusals,
// which nobody outside can act on.
type Store interface {
	// PutProject registers or changes a project by sharing.PutProject, with its
	// refusal.
	PutProject(ctx context.Context, c sharing.PutProjectCommand) (after sharing.Project, created bool, err error)
	// PutPolicy replaces a project's policy by sharing.PutPolicy, with its refusals. A
	// share that is being decided meanwhile may be decided by the one before.
	PutPolicy(ctx context.Context, c sharing.PutPolicyCommand) (after sharing.Project, err error)
	// CloseProject closes a project by sharing.CloseProject, with its refusals. On
	// DynamoDB an image that is registered or saved at the very same moment may be
	// missed.
	CloseProject(ctx context.Context, c sharing.CloseProjectCommand) error
	// Projects returns those of the projects that are registered, by id.
	Projects(ctx context.Context, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error)
	// Project returns a registered project, or ProjectNotFound.
	Project(ctx context.Context, id sharing.ProjectID) (sharing.Project, error)

	// PutImage registers or changes an image by sharing.PutImage, with its
	// refusals. A new image is shared with nobody, whatever was left of an
	// earlier image with its id.
	PutImage(ctx context.Context, c sharing.PutImageCommand) (after sharing.Image, created bool, err error)
	// SuspendImage suspends the owner's image by sharing.SuspendImage, ResumeImage
	// ends that by sharing.ResumeImage. They return the image, or ImageNotFound. It
	// is in force for everybody once they have returned.
	SuspendImage(ctx context.Context, c sharing.SuspendImageCommand) (after sharing.Image, err error)
	ResumeImage(ctx context.Context, c sharing.ResumeImageCommand) (after sharing.Image, err error)
	// PatchImage changes the owner's image by sharing.PatchImage, with its refusals,
	// as the image stands then: of two patches of different fields both hold.
	PatchImage(ctx context.Context, c sharing.PatchImageCommand) (sharing.Image, error)
	// DeleteImage deletes the owner's image, and with it at once every share
	// of it (R6). It returns ImageNotFound when the image is not the owner's.
	DeleteImage(ctx context.Context, c sharing.DeleteImageCommand) error

	// Image returns the owner's image, or ImageNotFound.
	Image(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, error)
	// Shares returns the owner's image and its shares, newest first and then by
	// project id, with the projects' present names, or ImageNotFound.
	Shares(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, []sharing.Share, error)
	// Received returns an image as shared with a project, with the refusals of
	// sharing.Image.Receivable.
	Received(ctx context.Context, q sharing.ReceivedQuery) (sharing.Received, error)
	// Launchable is the launch check by sharing.Image.Launchable, with its refusals.
	Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error)

	// OwnedImages lists a project's own images. A page is full unless it is
	// the last, or the query has a filter.
	OwnedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Image], error)
	// ReceivedImages lists the images shared with a project, of one status or of all. A
	// page is full unless it is the last, or the query has a filter. It costs the same
	// however many shares of another status there are.
	ReceivedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Received], error)

	// Activities lists a project's activity, newest first. With a filter a page
	// may be short; only one without Next is the last. What is older than the
	// retention may be missing.
	Activities(ctx context.Context, q sharing.ActivityQuery) (sharing.ActivityPage, error)

	// Share shares an image with all targets or none by sharing.ShareImage,
	// with its refusals. It returns the image with the targets, and one
	// outcome for each target in the order of the command. A dry run returns the
	// same and writes nothing.
	Share(ctx context.Context, c sharing.ShareCommand) (after sharing.Image, outcomes []sharing.ShareOutcome, err error)
	// AnswerShare accepts or declines an image that is shared with a project by
	// sharing.AnswerShare, with its refusal. It returns the image as it is then. It is in
	// force once it has returned.
	AnswerShare(ctx context.Context, c sharing.AnswerShareCommand) (sharing.Received, error)
	// Unshare cancels one share by sharing.UnshareImage, with its refusals.
	Unshare(ctx context.Context, c sharing.UnshareCommand) error
	// RevokeShares ends all shares of the owner's image by sharing.RevokeShares, and
	// returns who lost it. No share that was asked for before takes effect after it.
	RevokeShares(ctx context.Context, c sharing.RevokeSharesCommand) (revoked []sharing.ProjectID, err error)
	// Save makes an own image of a shared or an own one by sharing.SaveImage, with its
	// refusals. It returns the copy, or what an earlier request with the same
	// Idempotency-Key made; if that has failed, it begins again.
	Save(ctx context.Context, c sharing.SaveCommand) (sharing.Image, error)

	// CopyOf returns an image whose disks may have to be copied, whoever owns it, nil
	// for none.
	CopyOf(ctx context.Context, id sharing.ImageID) (*sharing.Image, error)
	// KeepUpload, ReportProgress, CompleteCopy and FailCopy tell of the copying of an
	// image's disks, by the transitions of their names, and return what those
	// decided on the image as it stands then. Two callers who keep an upload of a disk
	// get the same one.
	KeepUpload(ctx context.Context, c sharing.KeepUploadCommand) (sharing.CopyDecision, error)
	ReportProgress(ctx context.Context, c sharing.ReportProgressCommand) (sharing.CopyDecision, error)
	CompleteCopy(ctx context.Context, c sharing.CompleteCopyCommand) (sharing.CopyDecision, error)
	FailCopy(ctx context.Context, c sharing.FailCopyCommand) (sharing.CopyDecision, error)
}
