package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// PutProject registers or changes a project. It returns InvalidRequest for
// bad fields, and the refusal of sharing.PutProject.
func (s *Service) PutProject(ctx context.Context, c sharing.PutProjectCommand) (p sharing.Project, created bool, err error) {
	if err := c.Check(); err != nil {
		return sharing.Project{}, false, err
	}
	c.Origin = s.stamped(c.Origin)
	return s.store.PutProject(ctx, c)
}

// PutPolicy replaces a project's policy. It returns InvalidRequest for bad fields, and
// the refusals of sharing.PutPolicy.
func (s *Service) PutPolicy(ctx context.Context, c sharing.PutPolicyCommand) (sharing.SharingPolicy, error) {
	if err := c.Check(); err != nil {
		return sharing.SharingPolicy{}, err
	}
	c.Origin = s.stamped(c.Origin)
	p, err := s.store.PutPolicy(ctx, c)
	if err != nil {
		return sharing.SharingPolicy{}, err
	}
	return p.SharingPolicy(), nil
}

// CloseProject closes a project for good. It returns the refusals of
// sharing.CloseProject. The shares that it received end by EndReceivedShares, which
// its activity brings about.
func (s *Service) CloseProject(ctx context.Context, c sharing.CloseProjectCommand) error {
	c.Origin = s.stamped(c.Origin)
	return s.store.CloseProject(ctx, c)
}

// PutImage registers or changes an image. It returns InvalidRequest for bad
// fields, and the refusals of sharing.PutImage.
func (s *Service) PutImage(ctx context.Context, c sharing.PutImageCommand) (img sharing.OwnedImage, created bool, err error) {
	if err := c.Check(); err != nil {
		return sharing.OwnedImage{}, false, err
	}
	c.UID, c.Origin = newUID(), s.stamped(c.Origin)
	after, created, err := s.store.PutImage(ctx, c)
	if err != nil {
		return sharing.OwnedImage{}, false, err
	}
	return after.OwnedView(s.shareLimit), created, nil
}

// PatchImage changes what the command names of an image. It returns InvalidRequest
// for bad fields, and the refusals of sharing.PatchImage.
func (s *Service) PatchImage(ctx context.Context, c sharing.PatchImageCommand) (sharing.OwnedImage, error) {
	if err := c.Check(); err != nil {
		return sharing.OwnedImage{}, err
	}
	c.Origin = s.stamped(c.Origin)
	img, err := s.store.PatchImage(ctx, c)
	if err != nil {
		return sharing.OwnedImage{}, err
	}
	return img.OwnedView(s.shareLimit), nil
}

// SuspendImage suspends an image. It returns InvalidRequest for bad fields, and
// ImageNotFound.
func (s *Service) SuspendImage(ctx context.Context, c sharing.SuspendImageCommand) (sharing.OwnedImage, error) {
	if err := c.Check(); err != nil {
		return sharing.OwnedImage{}, err
	}
	c.Origin = s.stamped(c.Origin)
	img, err := s.store.SuspendImage(ctx, c)
	if err != nil {
		return sharing.OwnedImage{}, err
	}
	return img.OwnedView(s.shareLimit), nil
}

// ResumeImage ends the suspension of an image, if there is one. It returns
// ImageNotFound.
func (s *Service) ResumeImage(ctx context.Context, c sharing.ResumeImageCommand) error {
	c.Origin = s.stamped(c.Origin)
	_, err := s.store.ResumeImage(ctx, c)
	return err
}

// DeleteImage deletes an image, and with it every share of it (R6). It
// returns ImageNotFound.
func (s *Service) DeleteImage(ctx context.Context, c sharing.DeleteImageCommand) error {
	c.Origin = s.stamped(c.Origin)
	return s.store.DeleteImage(ctx, c)
}
