package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Unshare cancels the share of an image with one target (R10). It returns
// ImageNotFound or ShareNotFound.
func (s *Service) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	c.Now = now()
	return s.store.Unshare(ctx, c)
}
