package sqlite

import (
	"context"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
	"image-sharing/shared/timestamp"
)

// Share implements service.Store. A dry run decides on a snapshot.
func (s *Store) Share(ctx context.Context, c sharing.ShareCommand) (after sharing.Image, outcomes []sharing.ShareOutcome, err error) {
	run := s.write
	if c.DryRun {
		run = s.read
	}
	err = run(ctx, func(ctx context.Context, tx *connection) error {
		img, err := findImage(ctx, tx, c.ImageID)
		if err != nil {
			return err
		}
		projects, err := findProjects(ctx, tx, c.Targets)
		if err != nil {
			return err
		}
		decision, err := sharing.ShareImage(img, projects, c)
		if err != nil {
			return err
		}
		standing := make(map[sharing.ProjectID]sharing.Share)
		if len(decision.Created) < len(c.Targets) {
			all, err := findShares(ctx, tx, c.ImageID)
			if err != nil {
				return err
			}
			for _, share := range all {
				standing[share.ProjectID] = share
			}
		}
		after, outcomes = decision.After, decision.Outcomes(c.Targets, standing)
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		return insertShares(ctx, tx, after, decision.Created)
	})
	if err != nil {
		return sharing.Image{}, nil, err
	}
	return after, outcomes, nil
}

func insertShares(ctx context.Context, tx *connection, img sharing.Image, shares []sharing.Share) error {
	for _, s := range shares {
		attributes, err := attributesText(stored.EncodeShare(s))
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `
			INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes) VALUES (?, ?, ?, ?, ?, ?)`,
			img.ID, s.ProjectID, img.Region, timestamp.Format(s.SharedAt), s.Status, attributes); err != nil {
			return err
		}
	}
	return nil
}

// AnswerShare implements service.Store.
func (s *Store) AnswerShare(ctx context.Context, c sharing.AnswerShareCommand) (received sharing.Received, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		found, err := findReceived(ctx, tx, c.ImageID, c.Project)
		if err != nil {
			return err
		}
		var img *sharing.Image
		if found != nil {
			img = &found.Image
		}
		decision, err := sharing.AnswerShare(img, c)
		if err != nil {
			return err
		}
		received = sharing.Received{Image: decision.After, SharedAt: found.SharedAt, Status: decision.After.StatusOf(c.Project)}
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE shares SET status = ? WHERE image_id = ? AND target = ?`, received.Status, c.ImageID, c.Project)
		return err
	})
	if err != nil {
		return sharing.Received{}, err
	}
	return received, nil
}

// Unshare implements service.Store.
func (s *Store) Unshare(ctx context.Context, c sharing.UnshareCommand) error {
	return s.write(ctx, func(ctx context.Context, tx *connection) error {
		img, err := findImage(ctx, tx, c.ImageID)
		if err != nil {
			return err
		}
		_, activity, err := sharing.UnshareImage(img, c)
		if err != nil {
			return err
		}
		if err := insertActivity(ctx, tx, activity); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM shares WHERE image_id = ? AND target = ?`, c.ImageID, c.Target)
		return err
	})
}

// RevokeShares implements service.Store.
func (s *Store) RevokeShares(ctx context.Context, c sharing.RevokeSharesCommand) (revoked []sharing.ProjectID, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		img, err := findImage(ctx, tx, c.ImageID)
		if err != nil {
			return err
		}
		decision, err := sharing.RevokeShares(img, c)
		if err != nil {
			return err
		}
		revoked = decision.Revoked
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM shares WHERE image_id = ?`, c.ImageID)
		return err
	})
	return revoked, err
}

// Shares implements service.Store.
func (s *Store) Shares(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, []sharing.Share, error) {
	var img *sharing.Image
	var shares []sharing.Share
	err := s.read(ctx, func(ctx context.Context, tx *connection) (err error) {
		if img, err = findImage(ctx, tx, id); err != nil {
			return err
		}
		if err := img.OwnedBy(owner, id); err != nil {
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
func findShares(ctx context.Context, q source, id sharing.ImageID) ([]sharing.Share, error) {
	return findAll(ctx, q, scanShare, selectShare+` WHERE image_id = ? ORDER BY shared_at DESC, target`, id)
}
