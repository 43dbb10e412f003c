package service

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"image-sharing/shared/sharing"
)

// ListRequest asks for a page of a project's list. NextToken is the one of
// the page before, "" for the first page.
type ListRequest struct {
	Project sharing.ProjectID
	Region  string            // "" lists all regions
	Name    string            // the whole of it, in any form of Unicode; "" for all
	State   sharing.State     // "" for all
	Owner   sharing.ProjectID // "" for all
	// Status is that of the shares, of received images; "" for all.
	Status    sharing.ShareStatus
	Limit     int // 1 to sharing.MaxPageLimit
	NextToken string
}

// List is one page of the contract's lists; NextToken is absent on the last.
type List[T any] struct {
	Images    []T    `json:"images"`
	NextToken string `json:"nextToken,omitempty"`
	// Unreadable is of sharing.Page: to be logged, and for no caller's eyes.
	Unreadable error `json:"-"`
}

// ShareList is the sharing information of one image (R10).
type ShareList struct {
	ImageID    sharing.ImageID `json:"imageId"`
	Shares     []sharing.Share `json:"shares"`
	ShareCount int             `json:"shareCount"`
	ShareLimit int             `json:"shareLimit"`
}

// ProjectList is those of some projects that are registered, by id.
type ProjectList struct {
	Projects []sharing.Project `json:"projects"`
}

// Projects returns those of the projects that are registered, each once.
func (s *Service) Projects(ctx context.Context, ids []sharing.ProjectID) (ProjectList, error) {
	found, err := s.store.Projects(ctx, ids)
	if err != nil {
		return ProjectList{}, err
	}
	list := ProjectList{Projects: slices.Collect(maps.Values(found))}
	if list.Projects == nil {
		list.Projects = []sharing.Project{}
	}
	slices.SortFunc(list.Projects, func(a, b sharing.Project) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// Project returns a registered project, or ProjectNotFound.
func (s *Service) Project(ctx context.Context, id sharing.ProjectID) (sharing.Project, error) {
	return s.store.Project(ctx, id)
}

// SharingPolicy returns a project's policy, or ProjectNotFound.
func (s *Service) SharingPolicy(ctx context.Context, id sharing.ProjectID) (sharing.SharingPolicy, error) {
	p, err := s.store.Project(ctx, id)
	if err != nil {
		return sharing.SharingPolicy{}, err
	}
	return p.SharingPolicy(), nil
}

// OwnedImages lists a project's own images. It returns InvalidNextToken.
func (s *Service) OwnedImages(ctx context.Context, r ListRequest) (List[sharing.OwnedImage], error) {
	q, err := r.query(ownedList)
	if err != nil {
		return List[sharing.OwnedImage]{}, err
	}
	page, err := s.store.OwnedImages(ctx, q)
	if err != nil {
		return List[sharing.OwnedImage]{}, err
	}
	return List[sharing.OwnedImage]{s.ownedViews(page.Items), nextToken(ownedList, q, page.Next), page.Unreadable}, nil
}

// OwnedImage returns the owner's image, or ImageNotFound.
func (s *Service) OwnedImage(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.OwnedImage, error) {
	img, err := s.store.Image(ctx, owner, id)
	if err != nil {
		return sharing.OwnedImage{}, err
	}
	return img.OwnedView(s.shareLimit), nil
}

// Shares returns the sharing information of the owner's image, or
// ImageNotFound.
func (s *Service) Shares(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (ShareList, error) {
	_, shares, err := s.store.Shares(ctx, owner, id)
	if err != nil {
		return ShareList{}, err
	}
	return ShareList{ImageID: id, Shares: shares, ShareCount: len(shares), ShareLimit: s.shareLimit}, nil
}

// ReceivedImages lists the images shared with a project. It returns
// InvalidNextToken.
func (s *Service) ReceivedImages(ctx context.Context, r ListRequest) (List[sharing.SharedImage], error) {
	q, err := r.query(receivedList)
	if err != nil {
		return List[sharing.SharedImage]{}, err
	}
	page, err := s.store.ReceivedImages(ctx, q)
	if err != nil {
		return List[sharing.SharedImage]{}, err
	}
	views := make([]sharing.SharedImage, 0, len(page.Items))
	for _, r := range page.Items {
		views = append(views, r.View())
	}
	return List[sharing.SharedImage]{views, nextToken(receivedList, q, page.Next), page.Unreadable}, nil
}

// ReceivedImage is an image as its recipient sees it, whatever its state (R11) and the
// share's status, with the refusals of sharing.Image.Receivable.
func (s *Service) ReceivedImage(ctx context.Context, q sharing.ReceivedQuery) (sharing.SharedImage, error) {
	r, err := s.store.Received(ctx, q)
	if err != nil {
		return sharing.SharedImage{}, err
	}
	return r.View(), nil
}
