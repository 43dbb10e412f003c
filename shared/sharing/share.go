package sharing

import "time"

// Share is the standing permission of one project to use an image, with who
// gave it, when, and which version of the reminder was acknowledged (R7).
type Share struct {
	ProjectID            ProjectID `json:"projectId"`
	ProjectName          string    `json:"projectName"`
	AccountID            string    `json:"accountId"`
	SharedAt             time.Time `json:"sharedAt"`
	SharedBy             string    `json:"sharedBy"`
	AcknowledgedReminder string    `json:"acknowledgedReminder"`
}

// ShareResult says what sharing did for one target.
type ShareResult string

// The results of the contract.
const (
	ShareCreated   ShareResult = "created"
	ShareUnchanged ShareResult = "unchanged"
)

// ShareOutcome is a share and what the request did to it.
type ShareOutcome struct {
	Share
	Result ShareResult `json:"result"`
}

// ShareCommand asks to share an image with targets, all or none.
type ShareCommand struct {
	Owner        ProjectID
	ImageID      ImageID
	Region       string      // "" asks for no particular region
	Targets      []ProjectID // 1 to MaxShares, no duplicates
	Acknowledged bool        // of the security reminder
	DryRun       bool        // check everything, write nothing
	SharedBy     string      // the token's subject
	Now          time.Time
	Limit        int // of the deployment, at most MaxShares
}

// CheckAcknowledged returns SecurityReminderNotAcknowledged unless the sharer
// acknowledged the security reminder (R7). It comes before any I/O.
func (w ShareCommand) CheckAcknowledged() error {
	if !w.Acknowledged {
		return reminderNotAcknowledged()
	}
	return nil
}

// NewShares are the shares the command would put for the added targets.
func (w ShareCommand) NewShares(added []ProjectID, projects map[ProjectID]Project) []Share {
	shares := make([]Share, 0, len(added))
	for _, id := range added {
		p := projects[id]
		shares = append(shares, Share{
			ProjectID: id, ProjectName: p.Name, AccountID: p.AccountID,
			SharedAt: w.Now, SharedBy: w.SharedBy, AcknowledgedReminder: Reminder.Version,
		})
	}
	return shares
}

// ShareImage is the transition of sharing: img is the image as it stands, nil
// when there is none, projects the targets that are registered. It returns
// the image with the new targets and which ones are new; targets that have
// the image already do not count against the limit.
//
// The refusals, first match wins: ImageNotFound (R12), CrossRegionNotSupported
// (R2), ImageNotShareable (R12, R4), ImageNotAvailable (R12),
// CannotShareWithOwner, ProjectNotFound (R1), ShareLimitExceeded (R3).
func ShareImage(img *Image, projects map[ProjectID]Project, w ShareCommand) (after Image, added []ProjectID, err error) {
	if err := img.OwnedBy(w.Owner); err != nil {
		return Image{}, nil, err
	}
	if err := img.shareable(w.Region); err != nil {
		return Image{}, nil, err
	}
	var unknown []ProjectID
	for _, t := range w.Targets {
		if t == img.Owner {
			return Image{}, nil, cannotShareWithOwner()
		}
		if _, ok := projects[t]; !ok {
			unknown = append(unknown, t)
		}
		if !img.IsSharedWith(t) {
			added = append(added, t)
		}
	}
	if len(unknown) > 0 {
		return Image{}, nil, ProjectNotFound(unknown...)
	}
	// An image that is over a limit lowered since still takes its own targets
	// again, as they change nothing.
	if len(added) > 0 && len(img.SharedWith)+len(added) > w.Limit {
		return Image{}, nil, limitExceeded(w.Limit, len(img.SharedWith), len(added))
	}
	after = *img
	after.SharedWith = append(append([]ProjectID(nil), img.SharedWith...), added...)
	return after, added, nil
}

func (img *Image) shareable(region string) error {
	if err := img.inRegion(region); err != nil {
		return err
	}
	switch {
	case img.Kind != Custom:
		return notShareable("NotCustom")
	case img.HostType == LightweightUHost:
		return notShareable(string(LightweightUHost))
	case img.State != Available:
		return notAvailable(img.State)
	}
	return nil
}
