package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Launchable is the launch check, with the refusals of sharing.Image.Launchable.
func (s *Service) Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error) {
	return s.store.Launchable(ctx, q)
}
