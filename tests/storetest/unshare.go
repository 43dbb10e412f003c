package storetest

import "image-sharing/shared/sharing"

var unshareTests = []test{
	{"one of several", unshareOne},
	{"refusals and their order", unshareRefusals},
	{"makes room", unshareMakesRoom},
	{"and share again", unshareShareAgain},
	{"of an image that cannot be shared any more", unshareUnavailable},
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
	r, err := s.store.Received(s.Context(), s.targets[0], id)
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
