package sqlite

import (
	"context"
	"database/sql"

	"image-sharing/shared/sharing"
)

// Share implements service.Engine. A dry run decides on a snapshot.
func (e *Store) Share(ctx context.Context, w sharing.ShareCommand) (after sharing.Image, outcomes []sharing.ShareOutcome, err error) {
	run := e.write
	if w.DryRun {
		run = e.read
	}
	err = run(ctx, func(ctx context.Context, tx *sql.Tx) error {
		img, err := findImage(ctx, tx, w.ImageID)
		if err != nil {
			return err
		}
		projects, err := findProjects(ctx, tx, w.Targets)
		if err != nil {
			return err
		}
		var added []sharing.ProjectID
		if after, added, err = sharing.ShareImage(img, projects, w); err != nil {
			return err
		}
		var standing []sharing.Share
		if len(added) < len(w.Targets) {
			if standing, err = findShares(ctx, tx, w.ImageID); err != nil {
				return err
			}
		}
		created := w.NewShares(added, projects)
		outcomes = shareOutcomes(w.Targets, standing, created)
		if w.DryRun {
			return nil
		}
		return insertShares(ctx, tx, after, created)
	})
	if err != nil {
		return sharing.Image{}, nil, err
	}
	return after, outcomes, nil
}

// shareOutcomes are in the order of the targets; each is standing or created.
func shareOutcomes(targets []sharing.ProjectID, standing, created []sharing.Share) []sharing.ShareOutcome {
	of := make(map[sharing.ProjectID]sharing.ShareOutcome, len(standing)+len(created))
	for _, s := range standing {
		of[s.ProjectID] = sharing.ShareOutcome{Share: s, Result: sharing.ShareUnchanged}
	}
	for _, s := range created {
		of[s.ProjectID] = sharing.ShareOutcome{Share: s, Result: sharing.ShareCreated}
	}
	outcomes := make([]sharing.ShareOutcome, 0, len(targets))
	for _, t := range targets {
		outcomes = append(outcomes, of[t])
	}
	return outcomes
}

func insertShares(ctx context.Context, tx *sql.Tx, img sharing.Image, shares []sharing.Share) error {
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO shares (image_id, target, image_region, shared_at, shared_by, acknowledged_reminder)
		VALUES (?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	for _, s := range shares {
		if _, err := insert.ExecContext(ctx, shareValues(img, s)...); err != nil {
			return err
		}
	}
	return nil // the transaction closes the statement
}

// Unshare implements service.Engine.
func (e *Store) Unshare(ctx context.Context, w sharing.UnshareCommand) error {
	return e.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		img, err := findImage(ctx, tx, w.ImageID)
		if err != nil {
			return err
		}
		if _, err := sharing.UnshareImage(img, w); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM shares WHERE image_id = ? AND target = ?`, w.ImageID, w.Target)
		return err
	})
}

// Shares implements service.Engine.
func (e *Store) Shares(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, []sharing.Share, error) {
	var img *sharing.Image
	var shares []sharing.Share
	err := e.read(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if img, err = findImage(ctx, tx, id); err != nil {
			return err
		}
		if err := img.OwnedBy(owner); err != nil {
			return err
		}
		shares, err = findShares(ctx, tx, id)
		return err
	})
	if err != nil {
		return sharing.Image{}, nil, err
	}
	return *img, shares, nil
}

// findShares returns the shares of an image, newest first.
func findShares(ctx context.Context, q queryer, id sharing.ImageID) ([]sharing.Share, error) {
	return findAll(ctx, q, scanShare, selectShare+` WHERE image_id = ? ORDER BY shared_at DESC, target`, id)
}
