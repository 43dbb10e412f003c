package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// CopyOf returns the image whose disks may have to be copied, as it is kept, nil for
// none. Like all that follows here it is for the copier alone.
func (s *Service) CopyOf(ctx context.Context, id sharing.ImageID) (*sharing.Image, error) {
	return s.store.CopyOf(ctx, id)
}

// KeepUpload keeps a disk's upload by sharing.KeepUpload.
func (s *Service) KeepUpload(ctx context.Context, c sharing.KeepUploadCommand) (sharing.CopyDecision, error) {
	return s.store.KeepUpload(ctx, c)
}

// ReportProgress reports how far a copying has come, by sharing.ReportProgress.
func (s *Service) ReportProgress(ctx context.Context, c sharing.ReportProgressCommand) (sharing.CopyDecision, error) {
	return s.store.ReportProgress(ctx, c)
}

// CompleteCopy makes an image Available by sharing.CompleteCopy; requestID names
// what the copier was called by.
func (s *Service) CompleteCopy(ctx context.Context, requestID string, id sharing.CopyID, keys []string) (sharing.CopyDecision, error) {
	return s.store.CompleteCopy(ctx, sharing.CompleteCopyCommand{CopyID: id, Origin: s.bySystem(requestID), Keys: keys})
}

// FailCopy makes an image Failed by sharing.FailCopy; requestID as in CompleteCopy.
func (s *Service) FailCopy(ctx context.Context, requestID string, id sharing.CopyID, f sharing.Failure) (sharing.CopyDecision, error) {
	return s.store.FailCopy(ctx, sharing.FailCopyCommand{CopyID: id, Origin: s.bySystem(requestID), Failure: f})
}

func (s *Service) bySystem(requestID string) sharing.Origin {
	return s.stamped(sharing.Origin{Actor: sharing.System, RequestID: requestID})
}
