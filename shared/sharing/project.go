package sharing

import "time"

// Project is a project of the cloud as the catalog registered it (R1). A
// registered project is never removed.
type Project struct {
	ID        ProjectID `json:"projectId"`
	AccountID string    `json:"accountId"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
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

// ProjectDecision is what PutProject decided. Activity is nil when nothing
// changes: then there is nothing to write.
type ProjectDecision struct {
	After    Project
	Created  bool
	Activity *Activity
}

// PutProject is the transition of a registration or change: existing is the
// project as it stands, nil when there is none.
func PutProject(existing *Project, c PutProjectCommand) ProjectDecision {
	p := Project{ID: c.ID, AccountID: c.AccountID, Name: c.Name, CreatedAt: c.Now, UpdatedAt: c.Now}
	if existing == nil {
		a := c.activity(ProjectRegistered, c.Now, c.ID)
		return ProjectDecision{p, true, &a}
	}
	changed := changedFields(ProjectSpec{existing.AccountID, existing.Name}, c.ProjectSpec)
	if len(changed) == 0 {
		return ProjectDecision{After: *existing}
	}
	p.CreatedAt, p.UpdatedAt = existing.CreatedAt, laterThan(existing.UpdatedAt, c.Now)
	a := c.activity(ProjectChanged, p.UpdatedAt, c.ID)
	a.Changed = changed
	return ProjectDecision{p, false, &a}
}
