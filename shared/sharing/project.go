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
	AccountID string
	Name      string
}

// Check returns InvalidRequest with every fault of the spec.
func (s ProjectSpec) Check() error {
	var f Violations
	f.id("accountId", s.AccountID)
	f.text("name", s.Name, 1, maxNameLength)
	return f.err()
}

// PutProject is the transition of a registration or change at time now:
// existing is the project as it stands, nil when there is none.
func PutProject(existing *Project, id ProjectID, spec ProjectSpec, now time.Time) (p Project, created bool) {
	p = Project{ID: id, AccountID: spec.AccountID, Name: spec.Name, CreatedAt: now, UpdatedAt: now}
	if existing != nil {
		p.CreatedAt, p.UpdatedAt = existing.CreatedAt, laterThan(existing.UpdatedAt, now)
	}
	return p, existing == nil
}
