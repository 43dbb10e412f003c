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
	ID ProjectID `json:"-"`
	ProjectSpec
	Now time.Time `json:"-"`
}

// Check returns InvalidRequest with every violation of the command.
func (c PutProjectCommand) Check() error {
	var v Violations
	v.CheckID("accountId", c.AccountID)
	v.text("name", c.Name, 1, maxNameLength)
	return v.Err()
}

// PutProject is the transition of a registration or change: existing is the
// project as it stands, nil when there is none.
func PutProject(existing *Project, c PutProjectCommand) (p Project, created bool) {
	p = Project{ID: c.ID, AccountID: c.AccountID, Name: c.Name, CreatedAt: c.Now, UpdatedAt: c.Now}
	if existing != nil {
		p.CreatedAt, p.UpdatedAt = existing.CreatedAt, laterThan(existing.UpdatedAt, c.Now)
	}
	return p, existing == nil
}
