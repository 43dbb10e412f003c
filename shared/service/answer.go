package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// AnswerShare accepts or declines an image that is shared with a project. It returns
// InvalidRequest, and the refusal of sharing.AnswerShare.
func (s *Service) AnswerShare(ctx context.Context, c sharing.AnswerShareCommand) (sharing.SharedImage, error) {
	if err := c.Check(); err != nil {
		return sharing.SharedImage{}, err
	}
	c.Origin = s.stamped(c.Origin)
	received, err := s.store.AnswerShare(ctx, c)
	if err != nil {
		return sharing.SharedImage{}, err
	}
	return received.View(), nil
}
