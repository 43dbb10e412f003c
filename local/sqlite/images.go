package sqlite

import (
	"context"
	"database/sql"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// PutImage implements service.Store.
func (s *Store) PutImage(ctx context.Context, c sharing.PutImageCommand) (after sharing.Image, created bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		owner, err := findProject(ctx, tx, c.Owner)
		if err != nil {
			return err
		}
		existing, err := findImage(ctx, tx, c.ImageID)
		if err != nil {
			return err
		}
		decision, err := sharing.PutImage(existing, owner, c)
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
			return insertRecord(ctx, tx, "images", after.ID, stored.EncodeImage(after))
		}
		return changeRecord(ctx, tx, "images", after.ID, stored.EncodeImage(*existing), stored.EncodeImage(after))
	})
	if err != nil {
		return sharing.Image{}, false, err
	}
	return after, created, nil
}

// DeleteImage implements service.Store. The shares go by the schema's
// ON DELETE CASCADE.
func (s *Store) DeleteImage(ctx context.Context, c sharing.DeleteImageCommand) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		img, err := findImage(ctx, tx, c.ImageID)
		if err != nil {
			return err
		}
		activity, err := sharing.DeleteImage(img, c)
		if err != nil {
			return err
		}
		if err := insertActivity(ctx, tx, activity); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM images WHERE id = ?`, c.ImageID)
		return err
	})
}

// Image implements service.Store.
func (s *Store) Image(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, error) {
	img, err := findImage(ctx, s.reader, id)
	if err != nil {
		return sharing.Image{}, refusal(err)
	}
	if err := img.OwnedBy(owner); err != nil {
		return sharing.Image{}, err
	}
	return *img, nil
}

// Launchable implements service.Store.
func (s *Store) Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error) {
	img, err := findImage(ctx, s.reader, q.ImageID)
	if err != nil {
		return sharing.LaunchableImage{}, refusal(err)
	}
	return img.Launchable(q)
}

// Received implements service.Store.
func (s *Store) Received(ctx context.Context, q sharing.ReceivedQuery) (sharing.Received, error) {
	r, err := findOne(ctx, s.reader, scanReceived, selectReceived+` WHERE image_id = ? AND target = ?`, q.ImageID, q.Project)
	if err != nil {
		return sharing.Received{}, refusal(err)
	}
	if r == nil {
		return sharing.Received{}, sharing.ImageNotFound()
	}
	if err := r.Image.Receivable(q); err != nil {
		return sharing.Received{}, err
	}
	return *r, nil
}

// Save implements service.Store.
func (s *Store) Save(ctx context.Context, c sharing.SaveCommand) (sharing.Image, error) {
	var img sharing.Image
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		source, err := findImage(ctx, tx, c.SourceID)
		if err != nil {
			return err
		}
		recipient, err := findProject(ctx, tx, c.Project)
		if err != nil {
			return err
		}
		prior, err := findImage(ctx, tx, c.NewID)
		if err != nil {
			return err
		}
		decision, err := sharing.SaveImage(source, recipient, prior, c)
		if err != nil {
			return err
		}
		img = decision.After
		if decision.Activity == nil {
			return nil
		}
		if err := insertActivity(ctx, tx, *decision.Activity); err != nil {
			return err
		}
		return insertRecord(ctx, tx, "images", img.ID, stored.EncodeImage(img))
	})
	if err != nil {
		return sharing.Image{}, err
	}
	return img, nil
}

// findImage returns nil when there is no such image.
func findImage(ctx context.Context, q queryer, id sharing.ImageID) (*sharing.Image, error) {
	return findOne(ctx, q, scanImage, `SELECT `+wholeImage+` FROM images WHERE id = ?`, id)
}
