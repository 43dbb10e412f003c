package sharing

// ReceivedQuery asks for an image that is shared with a project.
type ReceivedQuery struct {
	Project ProjectID
	ImageID ImageID
	Region  *string    // in which it is to be used; nil asks for no particular one
	Owner   *ProjectID // who is taken for the owner; nil for whoever it is
}

// Receivable returns ImageNotFound unless the image exists, is shared with the
// project and is of the owner that is meant; and CrossRegionNotSupported as
// VisibleTo. A nil image does not exist.
func (img *Image) Receivable(q ReceivedQuery) error {
	if img == nil || q.Owner != nil && img.Owner != *q.Owner {
		return ImageNotFound(q.ImageID)
	}
	return img.VisibleTo(q.Project, q.ImageID, q.Region)
}
