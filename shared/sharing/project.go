package sharing

import "time"

// ProjectState is where a project is in its life.
type ProjectState string

// The values of the contract. A closed project stays closed.
const (
	Active ProjectState = "Active"
	Closed ProjectState = "Closed"
)

// Project is a project of the cloud as the catalog registered it (R1). A
// registered project is never removed: one that has ended is closed.
type Project struct {
	ID        ProjectID    `json:"projectId"`
	AccountID string       `json:"accountId"`
	Name      string       `json:"name"`
	State     ProjectState `json:"state"`
	CreatedAt time.Time    `json:"createdAt"`
	UpdatedAt time.Time    `json:"updatedAt"`
	ClosedAt  time.Time    `json:"closedAt,omitzero"`
	// Policy is nil of a project that never set any: see SharingPolicy. It is shown by
	// itself, and to nobody who only knows the project's id.
	Policy *SharingPolicy `json:"-"`
}

// ProjectSpec is what the catalog says of a project.
type ProjectSpec struct {
	AccountID string `json:"accountId"`
	Name      string `json:"name"`
}

// PutProjectCommand asks to register a project or to change it.
type PutProjectCommand struct {
	ID     ProjectID `json:"-"`
	Origin `json:"-"`
	ProjectSpec
}

// Check brings the name to its normal form. It returns InvalidRequest with every
// violation of the command.
func (c *PutProjectCommand) Check() error {
	var v Violations
	v.CheckID("accountId", c.AccountID)
	v.name("name", &c.Name)
	return v.Err()
}

// ProjectDecision is what PutProject, PutPolicy or CloseProject decided. Activity is nil when nothing
// changes: then there is nothing to write.
type ProjectDecision struct {
	After    Project
	Created  bool
	Activity *Activity
}

// PutProject is the transition of a registration or change: existing is the
// project as it stands, nil when there is none. It returns ProjectClosed of one
// that is closed.
func PutProject(existing *Project, c PutProjectCommand) (ProjectDecision, error) {
	if existing == nil {
		p := Project{ID: c.ID, AccountID: c.AccountID, Name: c.Name, State: Active, CreatedAt: c.Now, UpdatedAt: c.Now}
		a := c.activity(ProjectRegistered, c.Now, c.ID)
		return ProjectDecision{p, true, &a}, nil
	}
	if existing.State == Closed {
		return ProjectDecision{}, projectClosed()
	}
	changed := changedFields(ProjectSpec{existing.AccountID, existing.Name}, c.ProjectSpec)
	if len(changed) == 0 {
		return ProjectDecision{After: *existing}, nil
	}
	p := *existing
	p.AccountID, p.Name, p.UpdatedAt = c.AccountID, c.Name, laterThan(existing.UpdatedAt, c.Now)
	a := c.activity(ProjectChanged, p.UpdatedAt, c.ID)
	a.Changed = changed
	return ProjectDecision{p, false, &a}, nil
}

// CloseProjectCommand asks to close a project for good.
type CloseProjectCommand struct {
	ID ProjectID
	Origin
}

// CloseProject is the transition of closing: existing is the project as it
// stands, nil when there is none. It returns ProjectNotFound, or
// ProjectNotEmpty while the project owns images. To close a closed one changes
// nothing. The shares that it received are ended afterwards, one by one: there
// may be thousands of them.
func CloseProject(existing *Project, ownsImages bool, c CloseProjectCommand) (ProjectDecision, error) {
	switch {
	case existing == nil:
		return ProjectDecision{}, ProjectNotFound(c.ID)
	case existing.State == Closed:
		return ProjectDecision{After: *existing}, nil
	case ownsImages:
		return ProjectDecision{}, projectNotEmpty()
	}
	p := *existing
	p.UpdatedAt = laterThan(existing.UpdatedAt, c.Now)
	p.State, p.ClosedAt = Closed, p.UpdatedAt
	a := c.activity(ProjectClosed, p.ClosedAt, c.ID)
	return ProjectDecision{p, false, &a}, nil
}
