package service

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"image-sharing/shared/sharing"
)

// endingsAtOnce is how many shares of a closed project are ended at the same time:
// with some 20 ms for each, thousands end within seconds.
const endingsAtOnce = 8

// reasonProjectClosed is why the system ends a share.
const reasonProjectClosed = "ProjectClosed"

// Ending says how far the ending of a closed project's shares has come.
type Ending struct {
	Ended int // shares
	// Left names what only people can see to, nil for nothing: images that the project
	// owns, because they came at the moment of its closing, and images that cannot
	// be read.
	Left error
}

// EndReceivedShares goes once through what a closed project has received, and ends
// each share as its owner would, in the name of the system and of the request that
// closed it. It may be called again and again, also by several at once: a share
// that has ended is left alone. One that DynamoDB's index does not have yet is
// missed. Of a project that is not closed it ends nothing: the record of a closing
// may be older than the table, when that was restored.
func (s *Service) EndReceivedShares(ctx context.Context, closing sharing.Activity) (done Ending, err error) {
	origin := sharing.Origin{Actor: sharing.System, RequestID: closing.RequestID, Reason: reasonProjectClosed}
	p, err := s.store.Project(ctx, closing.ProjectID)
	if errors.Is(err, &sharing.Error{Code: sharing.CodeProjectNotFound}) || err == nil && p.State != sharing.Closed {
		return Ending{}, nil
	}
	if err != nil {
		return Ending{}, err
	}
	owned, err := s.store.OwnedImages(ctx, sharing.PageQuery{Project: p.ID, Limit: sharing.MaxPageLimit})
	if err != nil {
		return Ending{}, err
	}
	done.Left = owned.Unreadable
	for _, img := range owned.Items {
		done.Left = errors.Join(done.Left, fmt.Errorf("the closed project %s owns the image %s: delete it", p.ID, img.ID))
	}
	for q := (sharing.PageQuery{Project: p.ID, Limit: sharing.MaxPageLimit}); ; {
		page, err := s.store.ReceivedImages(ctx, q)
		if err != nil {
			return done, err
		}
		done.Left = errors.Join(done.Left, page.Unreadable)
		ended, err := s.endShares(ctx, p.ID, origin, page.Items)
		done.Ended += ended
		if err != nil || page.Next == nil {
			return done, err
		}
		q.After = page.Next
	}
}

// endShares returns how many shares it has ended, and one of the errors of the
// others.
func (s *Service) endShares(ctx context.Context, p sharing.ProjectID, origin sharing.Origin, received []sharing.Received) (ended int, failed error) {
	var running sync.WaitGroup
	var mutex sync.Mutex
	places := make(chan struct{}, endingsAtOnce)
	for _, r := range received {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			err := s.store.Unshare(ctx, sharing.UnshareCommand{Owner: r.Image.Owner, ImageID: r.Image.ID, Target: p, Origin: s.stamped(origin)})
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case err == nil:
				ended++
			case !errors.Is(err, &sharing.Error{Code: sharing.CodeShareNotFound}) && !errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}):
				failed = err
			}
		})
	}
	running.Wait()
	return ended, failed
}
