package sqlite

import (
	"context"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// PutImage implements service.Store.
func (s *Store) PutImage(ctx context.Context, c sharing.PutImageCommand) (after sharing.Image, created bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
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
		return writeImage(ctx, tx, existing, after, decision.Activity)
	})
	if err != nil {
		return sharing.Image{}, false, err
	}
	return after, created, nil
}

// SuspendImage implements service.Store.
func (s *Store) SuspendImage(ctx context.Context, c sharing.SuspendImageCommand) (sharing.Image, error) {
	return s.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.SuspendImage(img, c) })
}

// ResumeImage implements service.Store.
func (s *Store) ResumeImage(ctx context.Context, c sharing.ResumeImageCommand) (sharing.Image, error) {
	return s.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.ResumeImage(img, c) })
}

// PatchImage implements service.Store.
func (s *Store) PatchImage(ctx context.Context, c sharing.PatchImageCommand) (sharing.Image, error) {
	return s.changeImage(ctx, c.ImageID, func(img *sharing.Image) (sharing.ImageDecision, error) { return sharing.PatchImage(img, c) })
}

// writeImage writes what was decided of an image; existing is nil for a new one,
// the activity nil when nothing changes.
func writeImage(ctx context.Context, tx *connection, existing *sharing.Image, after sharing.Image, a *sharing.Activity) error {
	if a == nil {
		return nil
	}
	if err := insertActivity(ctx, tx, *a); err != nil {
		return err
	}
	if existing == nil {
		return insertRecord(ctx, tx, "images", after.ID, stored.EncodeImage(after))
	}
	return changeRecord(ctx, tx, "images", after.ID, stored.EncodeImage(*existing), stored.EncodeImage(after))
}

func (s *Store) changeImage(ctx context.Context, id sharing.ImageID, transition func(*sharing.Image) (sharing.ImageDecision, error)) (after sharing.Image, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		img, err := findImage(ctx, tx, id)
		if err != nil {
			return err
		}
		decision, err := transition(img)
		if err != nil {
			return err
		}
		after = decision.After
		return writeImage(ctx, tx, img, after, decision.Activity)
	})
	if err != nil {
		return sharing.Image{}, err
	}
	return after, nil
}

// CopyOf implements service.Store.
func (s *Store) CopyOf(ctx context.Context, id sharing.ImageID) (*sharing.Image, error) {
	img, err := findImage(ctx, s.reader, id)
	return img, refusal(err)
}

// KeepUpload implements service.Store.
func (s *Store) KeepUpload(ctx context.Context, c sharing.KeepUploadCommand) (sharing.CopyDecision, error) {
	return s.changeCopy(ctx, c.Image, func(img *sharing.Image) sharing.CopyDecision { return sharing.KeepUpload(img, c) })
}

// ReportProgress implements service.Store.
func (s *Store) ReportProgress(ctx context.Context, c sharing.ReportProgressCommand) (sharing.CopyDecision, error) {
	return s.changeCopy(ctx, c.Image, func(img *sharing.Image) sharing.CopyDecision { return sharing.ReportProgress(img, c) })
}

// CompleteCopy implements service.Store.
func (s *Store) CompleteCopy(ctx context.Context, c sharing.CompleteCopyCommand) (sharing.CopyDecision, error) {
	return s.changeCopy(ctx, c.Image, func(img *sharing.Image) sharing.CopyDecision { return sharing.CompleteCopy(img, c) })
}

// FailCopy implements service.Store.
func (s *Store) FailCopy(ctx context.Context, c sharing.FailCopyCommand) (sharing.CopyDecision, error) {
	return s.changeCopy(ctx, c.Image, func(img *sharing.Image) sharing.CopyDecision { return sharing.FailCopy(img, c) })
}

func (s *Store) changeCopy(ctx context.Context, id sharing.ImageID, transition func(*sharing.Image) sharing.CopyDecision) (decision sharing.CopyDecision, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *connection) error {
		img, err := findImage(ctx, tx, id)
		if err != nil {
			return err
		}
		decision = transition(img)
		if !decision.Changed {
			return nil
		}
		if a := decision.Activity; a != nil {
			if err := insertActivity(ctx, tx, *a); err != nil {
				return err
			}
		}
		return changeRecord(ctx, tx, "images", id, stored.EncodeImage(*img), stored.EncodeImage(*decision.After))
	})
	if err != nil {
		return sharing.CopyDecision{}, err
	}
	return decision, nil
}

// DeleteImage implements service.Store. The shares go by the schema's
// ON DELETE CASCADE.
func (s *Store) DeleteImage(ctx context.Context, c sharing.DeleteImageCommand) error {
	return s.write(ctx, func(ctx context.Context, tx *connection) error {
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
		_, err = tx.exec(ctx, `DELETE FROM images WHERE id = ?`, c.ImageID)
		return err
	})
}

// Image implements service.Store.
func (s *Store) Image(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, error) {
	img, err := findImage(ctx, s.reader, id)
	if err != nil {
		return sharing.Image{}, refusal(err)
	}
	if err := img.OwnedBy(owner, id); err != nil {
		return sharing.Image{}, err
	}
	return *img, nil
}

// selectLaunchable selects an image for a project, which may have it or not.
const selectLaunchable = `SELECT ` + imageColumns + `, coalesce((SELECT target || ':' || status FROM shares WHERE image_id = images.id AND target = ?), '')
	FROM images WHERE id = ?`

// Launchable implements service.Store.
func (s *Store) Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error) {
	img, err := findOne(ctx, s.reader, scanImage, selectLaunchable, q.Project, q.ImageID)
	if err != nil {
		return sharing.LaunchableImage{}, refusal(err)
	}
	return img.Launchable(q)
}

// Received implements service.Store.
func (s *Store) Received(ctx context.Context, q sharing.ReceivedQuery) (sharing.Received, error) {
	r, err := findReceived(ctx, s.reader, q.ImageID, q.Project)
	if err != nil {
		return sharing.Received{}, refusal(err)
	}
	if r == nil {
		return sharing.Received{}, sharing.ImageNotFound(q.ImageID)
	}
	if err := r.Image.Receivable(q); err != nil {
		return sharing.Received{}, err
	}
	return *r, nil
}

// Save implements service.Store.
func (s *Store) Save(ctx context.Context, c sharing.SaveCommand) (sharing.Image, error) {
	var img sharing.Image
	err := s.write(ctx, func(ctx context.Context, tx *connection) error {
		source, err := findImage(ctx, tx, c.SourceID)
		if err != nil {
			return err
		}
		project, err := findProject(ctx, tx, c.Project)
		if err != nil {
			return err
		}
		prior, err := findImage(ctx, tx, c.NewID)
		if err != nil {
			return err
		}
		decision, err := sharing.SaveImage(source, project, prior, c)
		if err != nil {
			return err
		}
		img = decision.After
		return writeImage(ctx, tx, prior, img, decision.Activity)
	})
	if err != nil {
		return sharing.Image{}, err
	}
	return img, nil
}

// findReceived returns nil when the image is not shared with the project.
func findReceived(ctx context.Context, q source, id sharing.ImageID, p sharing.ProjectID) (*sharing.Received, error) {
	return findOne(ctx, q, scanReceived, `SELECT `+imageColumns+shareColumns+withImages+` WHERE image_id = ? AND target = ?`, id, p)
}

// findImage returns nil when there is no such image.
func findImage(ctx context.Context, q source, id sharing.ImageID) (*sharing.Image, error) {
	return findOne(ctx, q, scanImage, `SELECT `+imageColumns+`, `+allShares+` FROM images WHERE id = ?`, id)
}
