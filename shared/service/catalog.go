package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// PutProject registers or changes a project. It returns InvalidRequest for
// bad fields.
func (s *Service) PutProject(ctx context.Context, id sharing.ProjectID, spec sharing.ProjectSpec) (p sharing.Project, created bool, err error) {
	if err := spec.Check(); err != nil {
		return sharing.Project{}, false, err
	}
	return s.engine.PutProject(ctx, id, spec, now())
}

// PutImage registers or changes an image. It returns InvalidRequest for bad
// fields, and the refusals of sharing.PutImage.
func (s *Service) PutImage(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID, spec sharing.ImageSpec) (img sharing.OwnedImage, created bool, err error) {
	if err := spec.Check(); err != nil {
		return sharing.OwnedImage{}, false, err
	}
	after, created, err := s.engine.PutImage(ctx, sharing.PutImageCommand{
		Owner: owner, ImageID: id, Spec: spec, UID: newUID(), Now: now(),
	})
	if err != nil {
		return sharing.OwnedImage{}, false, err
	}
	return after.OwnedView(s.shareLimit), created, nil
}

// DeleteImage deletes an image, and with it every share of it (R6). It
// returns ImageNotFound.
func (s *Service) DeleteImage(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) error {
	return s.engine.DeleteImage(ctx, owner, id)
}
