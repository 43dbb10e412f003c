package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Unshare cancels the share of an image with one target (R10). It returns
// ImageNotFound or ShareNotFound.
func (s *Service) Unshare(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID, target sharing.ProjectID) error {
	return s.engine.Unshare(ctx, sharing.UnshareCommand{Owner: owner, ImageID: id, Target: target, Now: now()})
}
