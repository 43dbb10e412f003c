package service

import (
	"context"
	"crypto/rand"
	"strings"

	"image-sharing/shared/sharing"
)

// Save makes an own image of a shared one (R11). Id, uid and time of the command
// are filled in here. It returns InvalidRequest for bad fields, and the
// refusals of sharing.SaveImage.
func (s *Service) Save(ctx context.Context, w sharing.SaveCommand) (sharing.OwnedImage, error) {
	if err := w.Check(); err != nil {
		return sharing.OwnedImage{}, err
	}
	w.UID, w.Now = newUID(), now()
	if w.NewID = "img-" + sharing.ImageID(strings.ToLower(rand.Text())); w.Key != "" {
		w.NewID = sharing.SavedImageID(w.Project, w.Key)
	}
	img, err := s.engine.Save(ctx, w)
	if err != nil {
		return sharing.OwnedImage{}, err
	}
	return img.OwnedView(s.shareLimit), nil
}
