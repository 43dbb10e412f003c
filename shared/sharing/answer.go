package sharing

import "slices"

// ShareStatus is what the recipient says to a share.
type ShareStatus string

// The values of the contract. Only an accepted share can be used; the others can be
// looked at.
const (
	Accepted ShareStatus = "accepted"
	Pending  ShareStatus = "pending" // the recipient's policy asks for its consent
	Declined ShareStatus = "declined"
)

// ShareStatuses are all of them.
func ShareStatuses() []ShareStatus { return []ShareStatus{Accepted, Pending, Declined} }

// StatusOf is the status of the share with the project, if it stands.
func (img *Image) StatusOf(p ProjectID) ShareStatus {
	switch {
	case slices.Contains(img.Pending, p):
		return Pending
	case slices.Contains(img.Declined, p):
		return Declined
	}
	return Accepted
}

// acceptedBy returns ShareNotAccepted of a share that stands, unless the project has
// accepted it.
func (img *Image) acceptedBy(p ProjectID) error {
	if status := img.StatusOf(p); status != Accepted {
		return shareNotAccepted(status)
	}
	return nil
}

// Answer is what a recipient can say to a share.
type Answer string

// The values of the contract.
const (
	Accept  Answer = "accepted"
	Decline Answer = "declined"
)

// AnswerShareCommand asks to accept or to decline an image that is shared with the
// project.
type AnswerShareCommand struct {
	Project ProjectID `json:"-"`
	ImageID ImageID   `json:"-"`
	Origin  `json:"-"`
	Answer  Answer `json:"status"`
}

// Check returns InvalidRequest for an answer that is none.
func (c *AnswerShareCommand) Check() error {
	var v Violations
	v.Check(c.Answer == Accept || c.Answer == Decline, "status", "must be accepted or declined")
	return v.Err()
}

// AnswerDecision is what AnswerShare decided. Activity is nil when the share has that
// status already: then there is nothing to write.
type AnswerDecision struct {
	After    Image
	Activity *Activity
}

// AnswerShare is the transition of a recipient's answer, whatever the image's state. It
// is the recipient's own mark: the share stands on, and counts among the image's. It
// returns ImageNotFound when there is no such share. A nil image does not exist.
func AnswerShare(img *Image, c AnswerShareCommand) (AnswerDecision, error) {
	if img == nil || !img.IsSharedWith(c.Project) {
		return AnswerDecision{}, ImageNotFound(c.ImageID)
	}
	if img.StatusOf(c.Project) == ShareStatus(c.Answer) {
		return AnswerDecision{After: *img}, nil
	}
	after, did := *img, ShareAccepted
	after.forgetAnswer(c.Project)
	if c.Answer == Decline {
		did = ShareDeclined
		after.Declined = append(after.Declined, c.Project)
	}
	a := c.activity(did, c.Now, c.Project)
	a.ImageID, a.Region = img.ID, img.Region
	a.Source = &ImageRef{img.ID, img.Owner, img.Region}
	return AnswerDecision{after, &a}, nil
}

// forgetAnswer takes a project out of both sets. What it changes is a copy.
func (img *Image) forgetAnswer(p ProjectID) {
	img.Pending, img.Declined = without(img.Pending, p), without(img.Declined, p)
}

// without returns the set without the project.
func without(set []ProjectID, p ProjectID) []ProjectID {
	return slices.DeleteFunc(slices.Clone(set), func(other ProjectID) bool { return other == p })
}
