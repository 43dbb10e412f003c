package sharing

import "time"

// Suspension is the platform's stop to an image: nobody creates a host from it,
// saves it or shares it anew. Its shares stay, and work again when it ends. Reason
// is for the owner; recipients see only that there is one.
type Suspension struct {
	Reason      string    `json:"reason"`
	SuspendedAt time.Time `json:"suspendedAt"`
}

// SuspendImageCommand asks to suspend an image of a project.
type SuspendImageCommand struct {
	Owner   ProjectID `json:"-"`
	ImageID ImageID   `json:"-"`
	Origin  `json:"-"`
	Reason  string `json:"reason"`
}

// Check brings the reason to its normal form. It returns InvalidRequest with every
// violation of the command.
func (c *SuspendImageCommand) Check() error {
	var v Violations
	v.text("reason", &c.Reason, 1, maxDescriptionLength)
	return v.Err()
}

// SuspendImage is the transition of a suspension. With the reason that it has
// already nothing changes; with another one it stays suspended since it was. It
// returns ImageNotFound when the image is not the project's. A nil image does not
// exist.
func SuspendImage(img *Image, c SuspendImageCommand) (ImageDecision, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return ImageDecision{}, err
	}
	after := *img
	after.UpdatedAt = laterThan(img.UpdatedAt, c.Now)
	after.Suspension = &Suspension{c.Reason, after.UpdatedAt}
	if before := img.Suspension; before != nil {
		if before.Reason == c.Reason {
			return ImageDecision{After: *img}, nil
		}
		after.Suspension.SuspendedAt = before.SuspendedAt
	}
	a := c.imageActivity(ImageSuspended, after.UpdatedAt, after)
	a.Reason = c.Reason
	return ImageDecision{After: after, Activity: &a}, nil
}

// ResumeImageCommand asks to end the suspension of an image of a project.
type ResumeImageCommand struct {
	Owner   ProjectID
	ImageID ImageID
	Origin
}

// ResumeImage is the transition of a suspension's end; of an image that is not
// suspended nothing changes. It returns ImageNotFound when the image is not the
// project's. A nil image does not exist.
func ResumeImage(img *Image, c ResumeImageCommand) (ImageDecision, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return ImageDecision{}, err
	}
	if img.Suspension == nil {
		return ImageDecision{After: *img}, nil
	}
	after := *img
	after.Suspension = nil
	after.UpdatedAt = laterThan(img.UpdatedAt, c.Now)
	a := c.imageActivity(ImageResumed, after.UpdatedAt, after)
	return ImageDecision{After: after, Activity: &a}, nil
}

func (img *Image) notSuspended() error {
	if img.Suspension != nil {
		return suspended()
	}
	return nil
}
