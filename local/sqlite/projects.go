package sqlite

import (
	"context"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// PutProject implements service.Store.
func (s *Store) PutProject(ctx context.Context, c sharing.PutProjectCommand) (after sharing.Project, created bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		existing, err := findProject(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		decision, err := sharing.PutProject(existing, c)
		if err != nil {
			return err
		}
		after, created = decision.After, decision.Created
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		if created {
			return insertRecord(ctx, tx, "projects", after.ID, stored.EncodeProject(after))
		}
		return changeRecord(ctx, tx, "projects", after.ID, stored.EncodeProject(*existing), stored.EncodeProject(after))
	})
	if err != nil {
		return sharing.Project{}, false, err
	}
	return after, created, nil
}

// PutPolicy implements service.Store.
func (s *Store) PutPolicy(ctx context.Context, c sharing.PutPolicyCommand) (after sharing.Project, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		existing, err := findProject(ctx, tx, c.Project)
		if err != nil {
			return err
		}
		decision, err := sharing.PutPolicy(existing, c)
		if err != nil {
			return err
		}
		after = decision.After
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		return changeRecord(ctx, tx, "projects", c.Project, stored.EncodeProject(*existing), stored.EncodeProject(after))
	})
	if err != nil {
		return sharing.Project{}, err
	}
	return after, nil
}

// CloseProject implements service.Store.
func (s *Store) CloseProject(ctx context.Context, c sharing.CloseProjectCommand) error {
	return s.write(ctx, func(ctx context.Context, tx *connection) error {
		existing, err := findProject(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		image, err := findOne(ctx, tx, scanNumber, `SELECT 1 FROM images WHERE owner = ? LIMIT 1`, c.ID)
		if err != nil {
			return err
		}
		decision, err := sharing.CloseProject(existing, image != nil, c)
		if err != nil || decision.Activity == nil {
			return err
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		return changeRecord(ctx, tx, "projects", c.ID, stored.EncodeProject(*existing), stored.EncodeProject(decision.After))
	})
}

// Projects implements service.Store.
func (s *Store) Projects(ctx context.Context, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error) {
	projects, err := findProjects(ctx, s.reader, ids)
	if err != nil {
		return nil, refusal(err)
	}
	return projects, nil
}

// Project implements service.Store.
func (s *Store) Project(ctx context.Context, id sharing.ProjectID) (sharing.Project, error) {
	p, err := findProject(ctx, s.reader, id)
	if err != nil {
		return sharing.Project{}, refusal(err)
	}
	if p == nil {
		return sharing.Project{}, sharing.ProjectNotFound(id)
	}
	return *p, nil
}

// Empty reports whether no project was ever registered.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	found, err := findOne(ctx, s.reader, scanNumber, `SELECT 1 FROM projects LIMIT 1`)
	return found == nil, refusal(err)
}

// findProject returns nil when there is no such project.
func findProject(ctx context.Context, q source, id sharing.ProjectID) (*sharing.Project, error) {
	return findOne(ctx, q, scanProject, `SELECT attributes FROM projects WHERE id = ?`, id)
}

// findProjects returns those of the projects that are registered.
func findProjects(ctx context.Context, q source, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error) {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	text, err := appendValue(nil, list)
	if err != nil {
		return nil, err
	}
	found, err := findAll(ctx, q, scanProject, `
		SELECT attributes FROM projects WHERE id IN (SELECT value FROM json_each(?))`, string(text))
	projects := make(map[sharing.ProjectID]sharing.Project, len(found))
	for _, p := range found {
		projects[p.ID] = p
	}
	return projects, err
}
