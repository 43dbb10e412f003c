package storetest

import "image-sharing/shared/sharing"

var deletionTests = []test{
	{"hides the image at once", deletionHides},
	{"only by the owner", deletionByOwner},
	{"a full image", deletionFull},
	{"the id again does not revive shares", deletionIDAgain},
	{"the id again by another project", deletionIDByAnother},
}

func deletionHides(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id, kept := s.image(owner, "image"), s.image(owner, "kept")
	s.share(owner, id, target, s.targets[0])
	s.share(owner, kept, target)
	s.deleteImage(owner, id)

	_, err := s.store.Image(s.Context(), owner, id)
	s.notFound(err)
	_, _, err = s.store.Shares(s.Context(), owner, id)
	s.notFound(err)
	_, _, err = s.store.Share(s.Context(), shareCommand(owner, id, target))
	s.notFound(err)
	s.notFound(s.store.Unshare(s.Context(), unshareCommand(owner, id, target)))
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	for _, p := range []sharing.ProjectID{target, s.targets[0]} {
		_, err = s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.notFound(err)
		_, err = s.store.Save(s.Context(), saveCommand(p, id, ""))
		s.notFound(err)
	}
	s.settled(owned, sharing.PageQuery{Project: owner}, []sharing.Position{{Region: region, At: at(0), Image: kept}})
	s.settled(received, sharing.PageQuery{Project: target}, []sharing.Position{{Region: region, At: at(1), Image: kept}})
	s.sharedExactlyWith(owner, kept, []sharing.ProjectID{target})
}

func deletionByOwner(s *suite) {
	owner, stranger := s.project("owner"), s.project("stranger")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: stranger, ImageID: id}))
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: s.targets[0], ImageID: id})) // a recipient
	s.sharedExactlyWith(owner, id, s.targets[:1])
}

func deletionFull(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:sharing.MaxShares]...)
	s.deleteImage(owner, id)
	for _, p := range s.targets[:sharing.MaxShares] {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.notFound(err)
	}
}

func deletionIDAgain(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target, s.targets[0], s.targets[1])
	s.deleteImage(owner, id)

	c := putCommand(owner, id, at(10))
	got, created, err := s.store.PutImage(s.Context(), c)
	s.must(err)
	equal(s, "created", created, true)
	s.equalImage("response", got, registered(c, "account-1"))
	s.sharedExactlyWith(owner, id, nil, target, s.targets[0], s.targets[1])
	equal(s, "the target's list", len(s.all(received, sharing.PageQuery{Project: target, Limit: 10})), 0)
	_, err = s.store.Save(s.Context(), saveCommand(target, id, ""))
	s.notFound(err)
	s.refused(s.store.Unshare(s.Context(), unshareCommand(owner, id, target)), sharing.CodeShareNotFound, nil)

	// Shares of the former image do not stand in the way of new ones.
	again := shareCommand(owner, id, target, s.targets[2], s.targets[0])
	again.Now, again.Actor.Subject = at(11), "another"
	_, outcomes := s.shareAs(again)
	for _, o := range outcomes {
		equal(s, "result", o.Result, sharing.ShareCreated)
		equal(s, "time", o.SharedAt, at(11))
	}
	s.sharedExactlyWith(owner, id, again.Targets, s.targets[1])
	for _, share := range s.sharesOf(owner, id) {
		equal(s, "who shared", share.SharedBy, "another")
	}
	s.settled(received, sharing.PageQuery{Project: target}, []sharing.Position{{Region: region, At: at(11), Image: id}})
}

func deletionIDByAnother(s *suite) {
	owner, other, target := s.project("owner"), s.project("other"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target, other)
	s.deleteImage(owner, id)

	_, created := s.putImage(other, id, at(10), inRegion("region-2"))
	equal(s, "created", created, true)
	s.sharedExactlyWith(other, id, nil, target, owner, other)
	_, _, err := s.store.Shares(s.Context(), owner, id)
	s.notFound(err)
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	s.settled(owned, sharing.PageQuery{Project: owner}, nil)
	s.settled(owned, sharing.PageQuery{Project: other}, []sharing.Position{{Region: "region-2", At: at(10), Image: id}})

	s.share(other, id, target)
	s.settled(received, sharing.PageQuery{Project: target}, []sharing.Position{{Region: "region-2", At: at(1), Image: id}})
}
