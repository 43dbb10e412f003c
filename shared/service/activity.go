package service

import (
	"context"

	"image-sharing/shared/sharing"
)

// ActivityRequest asks for a page of a project's activity. NextToken is the one
// of the page before, "" for the first page.
type ActivityRequest struct {
	Project   sharing.ProjectID
	ImageID   sharing.ImageID      // "" for all
	Type      sharing.ActivityType // "" for all
	Limit     int                  // 1 to sharing.MaxPageLimit
	NextToken string
}

// ActivityList is one page of the contract's activity; NextToken is absent on
// the last.
type ActivityList struct {
	Activities []sharing.Activity `json:"activities"`
	NextToken  string             `json:"nextToken,omitempty"`
}

// Activities lists what was done to a project and its images, newest first. It
// returns InvalidNextToken.
func (s *Service) Activities(ctx context.Context, r ActivityRequest) (ActivityList, error) {
	q, err := r.query()
	if err != nil {
		return ActivityList{}, err
	}
	page, err := s.store.Activities(ctx, q)
	if err != nil {
		return ActivityList{}, err
	}
	list := ActivityList{Activities: page.Activities}
	if page.Next != nil {
		list.NextToken = sealToken(r.tokenQuery(), formatPosition(page.Next.At)+"#"+string(page.Next.ID))
	}
	return list, nil
}

func (r ActivityRequest) tokenQuery() []string {
	return []string{"activity", string(r.Project), string(r.ImageID), string(r.Type)}
}

func (r ActivityRequest) query() (sharing.ActivityQuery, error) {
	q := sharing.ActivityQuery{Project: r.Project, ImageID: r.ImageID, Type: r.Type, Limit: r.Limit}
	if r.NextToken == "" {
		return q, nil
	}
	parts, ok := openToken(r.tokenQuery(), r.NextToken)
	if !ok || len(parts) != 2 || !sharing.ValidID(parts[1]) {
		return q, invalidNextToken()
	}
	at, ok := parsePosition(parts[0])
	if !ok {
		return q, invalidNextToken()
	}
	q.After = &sharing.ActivityPosition{At: at, ID: sharing.ActivityID(parts[1])}
	return q, nil
}
