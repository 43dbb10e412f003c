package sqlite

import (
	"context"
	"database/sql"

	"image-sharing/shared/sharing"
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
		if after, created, err = sharing.PutImage(existing, owner, c); err != nil {
			return err
		}
		return storeImage(ctx, tx, after)
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
		if err := img.OwnedBy(c.Owner); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM images WHERE id = ?`, c.ImageID)
		return err
	})
}

// Image implements service.Store.
func (s *Store) Image(ctx context.Context, id sharing.ImageID) (sharing.Image, error) {
	img, err := findImage(ctx, s.reader, id)
	if err != nil {
		return sharing.Image{}, refusal(err)
	}
	if img == nil {
		return sharing.Image{}, sharing.ImageNotFound()
	}
	return *img, nil
}

// Received implements service.Store.
func (s *Store) Received(ctx context.Context, project sharing.ProjectID, id sharing.ImageID) (sharing.Received, error) {
	r, err := findOne(ctx, s.reader, scanReceived, selectReceived+` WHERE image_id = ? AND target = ?`, id, project)
	if err != nil {
		return sharing.Received{}, refusal(err)
	}
	if r == nil {
		return sharing.Received{}, sharing.ImageNotFound()
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
		var replayed bool
		if img, replayed, err = sharing.SaveImage(source, recipient, prior, c); err != nil || replayed {
			return err
		}
		return storeImage(ctx, tx, img)
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

// storeImage inserts an image or changes what can change of it. It leaves its
// shares alone; REPLACE would delete them with the old row.
func storeImage(ctx context.Context, tx *sql.Tx, img sharing.Image) error {
	values, err := imageValues(img)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO images (`+imageColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			account_id = excluded.account_id, name = excluded.name, description = excluded.description, state = excluded.state,
			os_name = excluded.os_name, os_type = excluded.os_type, architecture = excluded.architecture,
			system_size_gib = excluded.system_size_gib, system_snapshot_id = excluded.system_snapshot_id,
			data_disks = excluded.data_disks, updated_at = excluded.updated_at`, values...)
	return err
}
