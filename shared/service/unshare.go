package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// Unshare cancels the share of an image with one target (R10). It returns
// ImageNotFound or ShareNotFound.
func (s *Service) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	c.Origin = s.stamped(c.Origin)
	return s.store.Unshare(ctx, c)
}

// RevokeResponse is the contract's response to ending all shares of an image.
type RevokeResponse struct {
	ImageID    sharing.ImageID     `json:"imageId"`
	Revoked    []sharing.ProjectID `json:"revoked"`
	ShareCount int                 `json:"shareCount"`
}

// RevokeShares ends all shares of an image in one step (R10). It returns
// ImageNotFound.
func (s *Service) RevokeShares(ctx context.Context, c sharing.RevokeSharesCommand) (RevokeResponse, error) {
	c.Origin = s.stamped(c.Origin)
	revoked, err := s.store.RevokeShares(ctx, c)
	if err != nil {
		return RevokeResponse{}, err
	}
	return RevokeResponse{ImageID: c.ImageID, Revoked: append([]sharing.ProjectID{}, revoked...)}, nil
}
