package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// ShareResponse is the contract's response to a share. In a dry run it is what
// the share would have been answered with. ShareCount counts the projects that
// had the image when the share was decided, and the new ones: on DynamoDB it
// does not know of shares that others make at the very same time, and sharedAt
// of an unchanged share not of one that was cancelled and given again meanwhile.
type ShareResponse struct {
	ImageID          sharing.ImageID          `json:"imageId"`
	Shares           []sharing.ShareOutcome   `json:"shares"`
	ShareCount       int                      `json:"shareCount"`
	ShareLimit       int                      `json:"shareLimit"`
	SecurityReminder sharing.SecurityReminder `json:"securityReminder"`
	DryRun           bool                     `json:"dryRun"`
}

// Share shares an image with 1 to 50 projects, all or none. It returns the
// refusals of sharing.ShareCommand.Check and sharing.ShareImage.
func (s *Service) Share(ctx context.Context, c sharing.ShareCommand) (ShareResponse, error) {
	if err := c.Check(); err != nil {
		return ShareResponse{}, err
	}
	c.Now, c.Limit = now(), s.shareLimit
	after, outcomes, err := s.store.Share(ctx, c)
	if err != nil {
		return ShareResponse{}, err
	}
	return ShareResponse{
		ImageID: c.ImageID, Shares: outcomes,
		ShareCount: len(after.SharedWith), ShareLimit: s.shareLimit,
		SecurityReminder: sharing.Reminder, DryRun: c.DryRun,
	}, nil
}
