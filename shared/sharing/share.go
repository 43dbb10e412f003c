package sharing

import (
	"fmt"
	"slices"
	"time"
)

// Share is the standing permission of one project to use an image, with who
// gave it, when, which version of the reminder was acknowledged (R7), and what the
// project says to it. The image is the authority on the status.
type Share struct {
	ProjectID            ProjectID   `json:"projectId"`
	ProjectName          string      `json:"projectName"`
	AccountID            string      `json:"accountId"`
	SharedAt             time.Time   `json:"sharedAt"`
	SharedBy             string      `json:"sharedBy"`
	AcknowledgedReminder string      `json:"acknowledgedReminder"`
	Status               ShareStatus `json:"status"`
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
	Owner        ProjectID   `json:"-"`
	ImageID      ImageID     `json:"-"`
	Targets      []ProjectID `json:"projectIds"`
	Acknowledged bool        `json:"acknowledgeSecurityReminder"`
	// ReminderVersion is that of the reminder which the sharer has read, nil for the
	// present one.
	ReminderVersion *string `json:"reminderVersion"`
	Region          *string `json:"region"` // nil asks for no particular one
	DryRun          bool    `json:"dryRun"` // check everything, write nothing
	Origin          `json:"-"`
	Limit           int `json:"-"` // of the deployment, at most MaxShares
}

// Check drops duplicate targets: duplicate ids in a request count once. It
// returns InvalidRequest with every violation, and then
// SecurityReminderNotAcknowledged unless the sharer acknowledged the security
// reminder as it is now (R7). It comes before any I/O.
func (c *ShareCommand) Check() error {
	var v Violations
	v.region(c.Region)
	distinct := make([]ProjectID, 0, min(len(c.Targets), MaxShares+1))
	added := make(map[ProjectID]bool, len(c.Targets))
	for i, t := range c.Targets {
		switch {
		case !ValidID(string(t)):
			v.Add(fmt.Sprintf("projectIds[%d]", i), idMessage)
		case !added[t]:
			added[t] = true
			distinct = append(distinct, t)
		}
	}
	v.Check(len(c.Targets) > 0, "projectIds", "must name at least one project")
	v.Check(len(distinct) <= MaxShares, "projectIds", fmt.Sprintf("must name at most %d different projects, not %d", MaxShares, len(distinct)))
	if len(v) > 0 {
		return v.Err()
	}
	c.Targets = distinct
	if !c.Acknowledged || c.ReminderVersion != nil && *c.ReminderVersion != Reminder.Version {
		return reminderNotAcknowledged(c.Acknowledged)
	}
	return nil
}

// ShareDecision is what ShareImage decided.
type ShareDecision struct {
	After   Image   // with the new targets
	Created []Share // of the new targets, in the order of the command
	// Activity is nil when nothing changes: then there is nothing to write.
	Activity *Activity
}

// Added are the targets that did not have the image.
func (d ShareDecision) Added() []ProjectID {
	added := make([]ProjectID, 0, len(d.Created))
	for _, s := range d.Created {
		added = append(added, s.ProjectID)
	}
	return added
}

// Outcomes are one for each target, in their order. standing has the shares
// that stood already, at least those of the other targets.
func (d ShareDecision) Outcomes(targets []ProjectID, standing map[ProjectID]Share) []ShareOutcome {
	created := make(map[ProjectID]Share, len(d.Created))
	for _, s := range d.Created {
		created[s.ProjectID] = s
	}
	outcomes := make([]ShareOutcome, 0, len(targets))
	for _, t := range targets {
		if s, ok := created[t]; ok {
			outcomes = append(outcomes, ShareOutcome{s, ShareCreated})
		} else {
			outcomes = append(outcomes, ShareOutcome{standing[t], ShareUnchanged})
		}
	}
	return outcomes
}

// Pending are those of the added targets who have to accept the image first.
func (d ShareDecision) Pending() (pending []ProjectID) {
	for _, s := range d.Created {
		if s.Status == Pending {
			pending = append(pending, s.ProjectID)
		}
	}
	return pending
}

// ShareImage is the transition of sharing: img is the image as it stands, with its
// owner's present account, nil when there is none, projects the targets that are
// registered, with their policies. A closed one is as good as none. Targets that have
// the image already do not count against the limit, and their policies do not either.
//
// The refusals, first match wins: ImageNotFound (R12), CrossRegionNotSupported
// (R2), ImageSuspended, ImageNotShareable (R12, R4), ImageNotAvailable (R12),
// CannotShareWithOwner, ProjectNotFound (R1), RecipientRefuses, ShareLimitExceeded (R3).
func ShareImage(img *Image, projects map[ProjectID]Project, c ShareCommand) (ShareDecision, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return ShareDecision{}, err
	}
	if err := img.shareable(c.Region); err != nil {
		return ShareDecision{}, err
	}
	var unknown, refusing []ProjectID
	d := ShareDecision{After: *img}
	for _, t := range c.Targets {
		if t == img.Owner {
			return ShareDecision{}, cannotShareWithOwner()
		}
		p, registered := projects[t]
		if !registered || p.State == Closed {
			unknown = append(unknown, t)
		}
		if img.IsSharedWith(t) {
			continue
		}
		status, taken := p.receives(img.Owner, img.AccountID)
		if !taken {
			refusing = append(refusing, t)
		}
		d.Created = append(d.Created, c.newShare(p, status))
	}
	if len(unknown) > 0 {
		return ShareDecision{}, ProjectNotFound(unknown...)
	}
	if len(refusing) > 0 {
		return ShareDecision{}, recipientRefuses(refusing)
	}
	// An image that is over a limit lowered since still takes its own targets
	// again, as they change nothing.
	if n := len(d.Created); n > 0 && len(img.SharedWith)+n > c.Limit {
		return ShareDecision{}, limitExceeded(c.Limit, len(img.SharedWith), n)
	}
	d.After.SharedWith = slices.Concat(img.SharedWith, d.Added())
	d.After.Pending = slices.Concat(img.Pending, d.Pending())
	if len(d.Created) > 0 && !c.DryRun {
		a := c.imageActivity(ImageShared, c.Now, *img)
		a.Targets, a.ReminderVersion = d.Added(), Reminder.Version
		d.Activity = &a
	}
	return d, nil
}

func (c ShareCommand) newShare(target Project, status ShareStatus) Share {
	return Share{
		ProjectID: target.ID, ProjectName: target.Name, AccountID: target.AccountID,
		SharedAt: c.Now, SharedBy: c.Actor.Subject, AcknowledgedReminder: Reminder.Version,
		Status: status,
	}
}

func (img *Image) shareable(region *string) error {
	if err := img.inRegion(region); err != nil {
		return err
	}
	if err := img.notSuspended(); err != nil {
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
