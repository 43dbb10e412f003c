package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Save makes an own image of a shared one (R11), or copies an own one. It returns
// InvalidRequest for bad fields, and the refusals of sharing.SaveImage.
func (s *Service) Save(ctx context.Context, c sharing.SaveCommand) (sharing.OwnedImage, error) {
	if err := c.Check(); err != nil {
		return sharing.OwnedImage{}, err
	}
	c.UID, c.Origin = newUID(), s.stamped(c.Origin)
	c.Regions = s.regions
	if c.NewID = newImageID(); c.Key != "" {
		c.NewID = sharing.SavedImageID(c.Project, c.Key)
	}
	img, err := s.store.Save(ctx, c)
	if err != nil {
		return sharing.OwnedImage{}, err
	}
	return img.OwnedView(s.shareLimit), nil
}
