package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Launchable is the launch check, with the refusals of sharing.Image.Launchable. It
// reads the image alone, which is the only authority.
func (s *Service) Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error) {
	img, err := s.store.Image(ctx, q.ImageID)
	if err != nil {
		return sharing.LaunchableImage{}, err
	}
	return img.Launchable(q)
}
