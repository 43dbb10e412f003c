package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var unshareTests = []test{
	{"one of several", unshareOne},
	{"refusals and their order", unshareRefusals},
	{"makes room", unshareMakesRoom},
	{"and share again", unshareShareAgain},
	{"of an image that cannot be shared any more", unshareUnavailable},
	{"all at once", revokeAll},
	{"all at once, refused or of nobody", revokeNone},
	{"all at once while others share", revokeWhileShared},
	{"all fifty at once while others want their places", revokeFullWhileShared},
}

func unshareOne(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0], target, s.targets[1])
	s.unshare(owner, id, target)
	s.sharedExactlyWith(owner, id, s.targets[:2], target)
	_, err := s.store.Save(s.Context(), saveCommand(target, id, ""))
	s.notFound(err)
	equal(s, "the target's list", len(s.all(received, sharing.PageQuery{Project: target, Limit: 10})), 0)
}

func unshareRefusals(s *suite) {
	owner, stranger := s.project("owner"), s.project("stranger")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	for _, c := range []struct {
		by, target sharing.ProjectID
		code       sharing.Code
	}{
		{stranger, s.targets[0], sharing.CodeImageNotFound},
		{stranger, s.targets[1], sharing.CodeImageNotFound},
		{s.targets[0], s.targets[0], sharing.CodeImageNotFound}, // the recipient
		{owner, s.targets[1], sharing.CodeShareNotFound},
		{owner, owner, sharing.CodeShareNotFound},
		{owner, s.projectID("unknown"), sharing.CodeShareNotFound},
	} {
		s.refused(s.store.Unshare(s.Context(), unshareCommand(c.by, id, c.target)), c.code, nil)
	}
	s.sharedExactlyWith(owner, id, s.targets[:1], s.targets[1])

	s.unshare(owner, id, s.targets[0])
	s.refused(s.store.Unshare(s.Context(), unshareCommand(owner, id, s.targets[0])), sharing.CodeShareNotFound, nil)
	s.sharedExactlyWith(owner, id, nil, s.targets[0])
}

func unshareMakesRoom(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:sharing.MaxShares]...)
	extra := s.targets[sharing.MaxShares]
	_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, extra))
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 1})
	s.unshare(owner, id, s.targets[0])
	s.share(owner, id, extra)
	s.sharedExactlyWith(owner, id, s.targets[1:sharing.MaxShares+1], s.targets[0])
}

func unshareShareAgain(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	s.unshare(owner, id, s.targets[0])
	c := shareCommand(owner, id, s.targets[0])
	c.Now, c.Actor.Subject = at(9), "another"
	_, outcomes := s.shareAs(c)
	equal(s, "outcomes", outcomes, []sharing.ShareOutcome{{Share: newShare(c, s.targets[0]), Result: sharing.ShareCreated}})
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{newShare(c, s.targets[0])})
	r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: s.targets[0], ImageID: id})
	s.must(err)
	equal(s, "time of the received image", r.SharedAt, at(9))
}

func unshareUnavailable(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	s.putImage(owner, id, at(2), inState(sharing.Failed))
	s.unshare(owner, id, s.targets[0])
	s.sharedExactlyWith(owner, id, nil, s.targets[0])
}

func revokeCommand(owner sharing.ProjectID, id sharing.ImageID) sharing.RevokeSharesCommand {
	return sharing.RevokeSharesCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(100))}
}

func revokeAll(s *suite) {
	owner := s.project("owner")
	id, other := s.image(owner, "image"), s.image(owner, "other")
	s.share(owner, id, s.targets[:sharing.MaxShares]...)
	s.share(owner, other, s.targets[0])
	c := revokeCommand(owner, id)
	revoked, err := s.store.RevokeShares(s.Context(), c)
	s.must(err)
	equal(s, "revoked", revoked, sorted(s.targets[:sharing.MaxShares]))
	s.sharedExactlyWith(owner, id, nil, s.targets[:sharing.MaxShares]...)
	s.sharedExactlyWith(owner, other, s.targets[:1])
	want := leftOnImage(sharing.SharesRevoked, owner, id, c.Origin)
	want.Targets = revoked
	s.leaves(owner, want)

	s.share(owner, id, s.targets[sharing.MaxShares-1], s.targets[sharing.MaxShares]) // there is room again
	s.sharedExactlyWith(owner, id, s.targets[sharing.MaxShares-1:sharing.MaxShares+1], s.targets[0])
}

func revokeNone(s *suite) {
	owner, stranger := s.project("owner"), s.project("stranger")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	for _, c := range []sharing.RevokeSharesCommand{
		revokeCommand(stranger, id), revokeCommand(s.targets[0], id), revokeCommand(owner, s.imageID("unknown")),
	} {
		_, err := s.store.RevokeShares(s.Context(), c)
		s.notFound(err)
	}
	s.sharedExactlyWith(owner, id, s.targets[:1])
	s.unshare(owner, id, s.targets[0])
	before := s.activity(owner)
	for range 2 {
		revoked, err := s.store.RevokeShares(s.Context(), revokeCommand(owner, id))
		s.must(err)
		equal(s, "number of revoked", len(revoked), 0)
	}
	equal(s, "activity", s.activity(owner), before)
}

// Each share that is there in the end was made after the call had begun, and the
// one call ended all that were there before.
func revokeWhileShared(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:10]...)
	var revoked atomic.Value
	const sharers = 12
	for i, err := range concurrently(sharers+1, func(i int) error {
		return s.persistently(func() error {
			if i == sharers {
				ended, err := s.store.RevokeShares(s.Context(), revokeCommand(owner, id))
				if err == nil {
					revoked.Store(ended)
				}
				return err
			}
			_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, s.targets[20+i]))
			return err
		})
	}) {
		if err != nil {
			s.Errorf("%d: %v", i, err)
		}
	}
	ended, _ := revoked.Load().([]sharing.ProjectID)
	if !slices.Equal(ended[:min(len(ended), 10)], sorted(s.targets[:10])) {
		s.Errorf("ended were %v", ended)
	}
	left := s.stored(id).SharedWith
	if len(left)+len(ended) != 10+sharers {
		s.Errorf("%d were ended and %d are left, of %d", len(ended), len(left), 10+sharers)
	}
	for _, p := range left {
		if slices.Contains(ended, p) {
			s.Error(fmt.Sprint(p, " was ended and is there"))
		}
	}
	equal(s, "shares", len(s.sharesOf(owner, id)), len(left))
}

// revokeFullWhileShared: 20 callers want 6 shares each of a full image, whose shares one
// call ends. So whatever they get, they got after it; and never are there more than 50.
func revokeFullWhileShared(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	before := s.targets[:sharing.MaxShares]
	s.share(owner, id, before...)
	c := revokeCommand(owner, id)
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { s.watchLimit(owner, id, stop) })
	const sharers, each = 20, 6
	var ended atomic.Bool
	errs := concurrently(sharers+1, func(i int) error {
		if i < sharers {
			first := sharing.MaxShares + i*each
			return s.shareOnceEnded(owner, id, c.Now.Add(time.Second), s.targets[first:first+each], &ended)
		}
		return s.persistently(func() error {
			defer ended.Store(true)
			revoked, err := s.store.RevokeShares(s.Context(), c)
			if err == nil && !slices.Equal(revoked, sorted(before)) {
				return fmt.Errorf("ended were %v", revoked)
			}
			return err
		})
	})
	close(stop)
	watching.Wait()
	s.must(errors.Join(errs...))
	left := s.sharesOf(owner, id)
	equal(s, "shares", len(left), sharing.MaxShares)
	for _, share := range left {
		if !share.SharedAt.After(c.Now) {
			s.Errorf("%s was shared with at %v, and the call was at %v", share.ProjectID, share.SharedAt, c.Now)
		}
	}
}

// shareOnceEnded shares with one target after the other, and goes on while there is no room
// and the shares before have not ended.
func (s *suite) shareOnceEnded(owner sharing.ProjectID, id sharing.ImageID, now time.Time, targets []sharing.ProjectID, ended *atomic.Bool) error {
	for _, p := range targets {
		c := shareCommand(owner, id, p)
		c.Now = now
		for last := false; !last; {
			last = ended.Load()
			err := s.persistently(func() error {
				after, _, err := s.store.Share(s.Context(), c)
				if err == nil && len(after.SharedWith) > sharing.MaxShares {
					return fmt.Errorf("an answer shows %d shares", len(after.SharedWith))
				}
				return err
			})
			if except(err, sharing.CodeShareLimitExceeded) != nil {
				return err
			}
			last = last || err == nil
		}
	}
	return nil
}
