package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// ShareRequest asks to share an image. ProjectIDs are as the caller sent
// them.
type ShareRequest struct {
	Owner        sharing.ProjectID
	ImageID      sharing.ImageID
	Region       string // "" asks for no particular region
	ProjectIDs   []string
	Acknowledged bool
	DryRun       bool
	Subject      string // of the token
}

// ShareAnswer is the contract's answer to a share. In a dry run it is what
// the share would have answered. ShareCount counts the projects that had the
// image when the share was decided, and the new ones: on DynamoDB it does not
// know of shares that others make at the very same time, and sharedAt of an
// unchanged share not of one that was cancelled and given again meanwhile.
type ShareAnswer struct {
	ImageID          sharing.ImageID          `json:"imageId"`
	Shares           []sharing.ShareOutcome   `json:"shares"`
	ShareCount       int                      `json:"shareCount"`
	ShareLimit       int                      `json:"shareLimit"`
	SecurityReminder sharing.SecurityReminder `json:"securityReminder"`
	DryRun           bool                     `json:"dryRun"`
}

// Share shares an image with 1 to 50 projects, all or none. It returns
// InvalidRequest for a bad list of projects, SecurityReminderNotAcknowledged
// (R7), and the refusals of sharing.ShareImage.
func (s *Service) Share(ctx context.Context, r ShareRequest) (ShareAnswer, error) {
	targets, err := sharing.ParseProjectIDs(r.ProjectIDs)
	if err != nil {
		return ShareAnswer{}, err
	}
	command := sharing.ShareCommand{
		Owner: r.Owner, ImageID: r.ImageID, Region: r.Region, Targets: targets,
		Acknowledged: r.Acknowledged, DryRun: r.DryRun, SharedBy: r.Subject,
		Now: now(), Limit: s.shareLimit,
	}
	if err := command.CheckAcknowledged(); err != nil {
		return ShareAnswer{}, err
	}
	after, outcomes, err := s.engine.Share(ctx, command)
	if err != nil {
		return ShareAnswer{}, err
	}
	return ShareAnswer{
		ImageID: r.ImageID, Shares: outcomes,
		ShareCount: len(after.SharedWith), ShareLimit: s.shareLimit,
		SecurityReminder: sharing.Reminder, DryRun: r.DryRun,
	}, nil
}
