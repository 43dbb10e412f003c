package storetest

import (
	"fmt"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var answerTests = []test{
	{"to a pending share, and another", answerChanges},
	{"repeated", answerRepeated},
	{"to what is not shared", answerRefused},
	{"whatever the image's state", answerInAnyState},
	{"end with the share", answerEnds},
	{"are of one recipient each", answersOfSeveral},
	{"find their images by status", answersInLists},
	{"behind 130 images of a stranger", answersToAFlood},
	{"and cancellations at the same time", answersWhileCancelled},
	{"by many at the same time", answersAtOnce},
	{"of a closed project end with its shares", answersOfClosed},
}

func answerCommand(p sharing.ProjectID, id sharing.ImageID, answer sharing.Answer, n int) sharing.AnswerShareCommand {
	return sharing.AnswerShareCommand{Project: p, ImageID: id, Answer: answer, Origin: sample.Origin(at(n))}
}

func (s *suite) answer(p sharing.ProjectID, id sharing.ImageID, answer sharing.Answer) {
	s.Helper()
	_, err := s.store.AnswerShare(s.Context(), answerCommand(p, id, answer, 60))
	s.must(err)
}

// hasStatus fails unless all that tells of a share agrees on its status: who may use the
// image, who may see it, and in which list it is.
func (s *suite) hasStatus(owner sharing.ProjectID, id sharing.ImageID, p sharing.ProjectID, want sharing.ShareStatus) {
	s.Helper()
	img := s.stored(id)
	equal(s, "status in the image", img.StatusOf(p), want)
	for _, share := range s.sharesOf(owner, id) {
		if share.ProjectID == p {
			equal(s, "status in its shares", share.Status, want)
		}
	}
	r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
	s.must(err)
	equal(s, "status of the received image", r.Status, want)
	_, launch := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: p, ImageID: id})
	_, save := s.store.Save(s.Context(), saveCommand(p, id, ""))
	for _, err := range []error{launch, save} {
		if want == sharing.Accepted {
			s.must(err)
		} else {
			s.refused(err, sharing.CodeShareNotAccepted, map[string]any{"shareStatus": want})
		}
	}
	place := []sharing.Position{{Region: img.Region, At: r.SharedAt, Image: id}}
	for _, status := range append(sharing.ShareStatuses(), "") {
		var listed []sharing.Position
		if status == want || status == "" {
			listed = place
		}
		s.settled(received, sharing.PageQuery{Project: p, Status: status, Owner: owner, Name: img.Name}, listed)
	}
}

func answerChanges(s *suite) {
	owner, target := s.project("owner"), s.wantsToBeAsked("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	s.hasStatus(owner, id, target, sharing.Pending)
	before := s.stored(id)
	for i, answer := range []sharing.Answer{sharing.Decline, sharing.Accept, sharing.Decline, sharing.Accept} {
		c := answerCommand(target, id, answer, 30+i)
		r, err := s.store.AnswerShare(s.Context(), c)
		s.must(err)
		s.equalImage("image in the response", r.Image, s.stored(id))
		equal(s, "time in the response", r.SharedAt, at(1))
		equal(s, "status in the response", r.Status, sharing.ShareStatus(answer))
		want := leftOnImage(map[sharing.Answer]sharing.ActivityType{sharing.Accept: sharing.ShareAccepted, sharing.Decline: sharing.ShareDeclined}[answer], target, id, c.Origin)
		want.Source = &sharing.ImageRef{ImageID: id, ProjectID: owner, Region: region}
		s.leaves(owner, want)
		equal(s, "the recipient's activity of the image", s.activity(target, ofImage(id), ofType(want.Type))[0], want)
		s.hasStatus(owner, id, target, sharing.ShareStatus(answer))
	}
	after := s.stored(id)
	before.Pending, after.Pending = nil, nil
	s.equalImage("but for the answer the image", after, before)
}

func answerRepeated(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	for _, answer := range []sharing.Answer{sharing.Accept, sharing.Decline} {
		s.answer(target, id, answer)
		before, theirs, img := s.activity(owner), s.activity(target), s.stored(id)
		for range 3 {
			r, err := s.store.AnswerShare(s.Context(), answerCommand(target, id, answer, 70))
			s.must(err)
			s.equalImage("image in the response", r.Image, img)
			equal(s, "status in the response", r.Status, sharing.ShareStatus(answer))
		}
		equal(s, "the owner's activity", s.activity(owner), before)
		equal(s, "the recipient's activity", s.activity(target), theirs)
	}
	s.hasStatus(owner, id, target, sharing.Declined)
}

func answerRefused(s *suite) {
	owner, target, stranger := s.project("owner"), s.project("target"), s.project("stranger")
	id, deleted := s.image(owner, "image"), s.image(owner, "deleted")
	s.share(owner, id, target, s.targets[0])
	s.share(owner, deleted, target)
	s.unshare(owner, id, target)
	s.deleteImage(owner, deleted)
	before := s.stored(id)
	for _, answer := range []sharing.Answer{sharing.Accept, sharing.Decline} {
		for _, c := range []sharing.AnswerShareCommand{
			answerCommand(target, id, answer, 70), answerCommand(target, deleted, answer, 70), answerCommand(stranger, id, answer, 70),
			answerCommand(owner, id, answer, 70), answerCommand(target, s.imageID("unknown"), answer, 70),
		} {
			_, err := s.store.AnswerShare(s.Context(), c)
			s.notFound(err)
		}
	}
	s.equalImage("image", s.stored(id), before)

	// What comes back under the id is another image, and nobody has answered to it.
	s.putImage(stranger, deleted, at(90))
	_, err := s.store.AnswerShare(s.Context(), answerCommand(target, deleted, sharing.Accept, 91))
	s.notFound(err)
}

func answerInAnyState(s *suite) {
	owner, target := s.project("owner"), s.wantsToBeAsked("target")
	failed, suspended := s.image(owner, "failed"), s.image(owner, "suspended")
	s.share(owner, failed, target)
	s.share(owner, suspended, target)
	s.putImage(owner, failed, at(2), inState(sharing.Failed))
	_, err := s.store.SuspendImage(s.Context(), suspendCommand(owner, suspended, "spam", 2))
	s.must(err)
	extension := map[sharing.ImageID]map[string]any{failed: {"state": sharing.Failed}}
	for id, code := range map[sharing.ImageID]sharing.Code{failed: sharing.CodeImageNotAvailable, suspended: sharing.CodeImageSuspended} {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: target, ImageID: id})
		s.refused(err, sharing.CodeShareNotAccepted, map[string]any{"shareStatus": sharing.Pending}) // it comes first
		s.answer(target, id, sharing.Accept)
		_, err = s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: target, ImageID: id})
		s.refused(err, code, extension[id])
	}
}

func answerEnds(s *suite) {
	owner, asked, open := s.project("owner"), s.wantsToBeAsked("asked"), s.project("open")
	id := s.image(owner, "image")
	for i, end := range []func(){
		func() { s.unshare(owner, id, asked); s.unshare(owner, id, open) },
		func() {
			revoked, err := s.store.RevokeShares(s.Context(), revokeCommand(owner, id))
			s.must(err)
			equal(s, "revoked", revoked, sorted([]sharing.ProjectID{asked, open}))
		},
		func() { s.deleteImage(owner, id); s.putImage(owner, id, at(110)) },
	} {
		c := shareCommand(owner, id, asked, open)
		c.Now = at(i + 1)
		s.shareAs(c)
		s.hasStatus(owner, id, asked, sharing.Pending)
		s.hasStatus(owner, id, open, sharing.Accepted)
		s.answer(open, id, sharing.Decline)
		if i > 0 {
			s.answer(asked, id, sharing.Accept)
		}
		end()
		s.sharedExactlyWith(owner, id, nil, asked, open)
		img := s.stored(id)
		equal(s, "answers that are left", len(img.Pending)+len(img.Declined), 0)
	}
}

func answersOfSeveral(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:sharing.MaxShares]...)
	for i, p := range s.targets[:sharing.MaxShares] {
		if i%3 == 0 {
			s.answer(p, id, sharing.Decline)
		}
	}
	for i, p := range s.targets[:sharing.MaxShares] {
		want := sharing.Accepted
		if i%3 == 0 {
			want = sharing.Declined
		}
		r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.must(err)
		equal(s, "status of "+string(p), r.Status, want)
	}
	// A declined share takes its place.
	_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, s.targets[sharing.MaxShares]))
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 1})
}

func answersInLists(s *suite) {
	owner, other, target := s.project("owner"), s.project("other"), s.wantsToBeAsked("target")
	byStatus := map[sharing.ShareStatus][]sharing.Position{}
	byOwner := map[sharing.ShareStatus][]sharing.Position{}
	for i, p := range s.listed() {
		from := []sharing.ProjectID{owner, other}[i/3%2]
		s.putImage(from, p.Image, at(0), inRegion(p.Region))
		c := shareCommand(from, p.Image, target)
		c.Now = p.At
		s.shareAs(c)
		status := sharing.ShareStatuses()[i%3]
		if status != sharing.Pending {
			s.answer(target, p.Image, sharing.Answer(status))
		}
		for _, status := range []sharing.ShareStatus{status, ""} {
			byStatus[status] = append(byStatus[status], p)
			if from == owner {
				byOwner[status] = append(byOwner[status], p)
			}
		}
	}
	for status, places := range byStatus {
		s.checkPages(received, sharing.PageQuery{Project: target, Status: status}, inListOrder(places))
		s.settled(received, sharing.PageQuery{Project: target, Status: status, Owner: owner}, inListOrder(byOwner[status]))
	}
}

// Before recipients had a say, 130 images of a stranger left none of the trusted ones on
// the first page.
func answersToAFlood(s *suite) {
	trusted, stranger, target := s.project("trusted"), s.project("stranger"), s.project("target")
	mine := s.image(trusted, "image")
	s.setPolicy(target, sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedProjects: []sharing.ProjectID{trusted}})
	s.share(trusted, mine, target)
	var flood []sharing.Position
	for i := range 130 {
		c := shareCommand(stranger, s.image(stranger, fmt.Sprint("flood-", i)), target)
		c.Now = at(10 + i)
		s.shareAs(c)
		flood = append(flood, sharing.Position{Region: region, At: c.Now, Image: c.ImageID})
	}
	first := []sharing.Position{{Region: region, At: at(1), Image: mine}}
	s.settled(received, sharing.PageQuery{Project: target, Status: sharing.Pending}, inListOrder(flood))
	page := func(q sharing.PageQuery) []sharing.Position {
		q.Project, q.Limit = target, sharing.DefaultPageLimit
		places, next := received(s, q)
		equal(s, "next", next, nil)
		return places
	}
	equal(s, "the first page", page(sharing.PageQuery{Status: sharing.Accepted}), first)
	equal(s, "the trusted owner's", page(sharing.PageQuery{Owner: trusted}), first)
	s.setPolicy(target, sharing.PolicySpec{Incoming: sharing.IncomingOpen, BlockedProjects: []sharing.ProjectID{stranger}})
	_, _, err := s.store.Share(s.Context(), shareCommand(stranger, s.image(stranger, "flood-131"), target))
	s.refused(err, sharing.CodeRecipientRefuses, map[string]any{"projectIds": []sharing.ProjectID{target}})
}

// Whatever comes first: in the end the image is not shared, and nothing of the answers
// is left.
func answersWhileCancelled(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	const recipients = 8
	s.share(owner, id, s.targets[:recipients]...)
	for i, err := range concurrently(2*recipients, func(i int) error {
		return s.persistently(func() error {
			p := s.targets[i/2]
			if i%2 == 0 {
				return s.store.Unshare(s.Context(), unshareCommand(owner, id, p))
			}
			_, err := s.store.AnswerShare(s.Context(), answerCommand(p, id, sharing.Decline, 61))
			if code(err) == sharing.CodeImageNotFound {
				return nil
			}
			return err
		})
	}) {
		if err != nil {
			s.Errorf("%d: %v", i, err)
		}
	}
	img := s.stored(id)
	equal(s, "shares and answers", len(img.SharedWith)+len(img.Pending)+len(img.Declined), 0)
	equal(s, "shares", len(s.sharesOf(owner, id)), 0)
}

// Of a recipient's two callers the one who comes last is right, and each change is one
// activity.
func answersAtOnce(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	before := len(s.activity(owner))
	for i, err := range concurrently(12, func(i int) error {
		return s.persistently(func() error {
			_, err := s.store.AnswerShare(s.Context(), answerCommand(target, id, []sharing.Answer{sharing.Accept, sharing.Decline}[i%2], 61))
			return err
		})
	}) {
		if err != nil {
			s.Errorf("%d: %v", i, err)
		}
	}
	activity := s.activity(owner)
	accepted, declined := 0, 0
	for _, a := range activity[:len(activity)-before] {
		if a.Type == sharing.ShareAccepted {
			accepted++
		} else {
			declined++
		}
	}
	// They take turns, and the first was declined.
	want := sharing.Accepted
	if declined > accepted {
		want = sharing.Declined
	}
	if declined-accepted != 0 && declined-accepted != 1 {
		s.Errorf("it was declined %d times and accepted %d times", declined, accepted)
	}
	s.hasStatus(owner, id, target, want)
}

func answersOfClosed(s *suite) {
	owner, target := s.project("owner"), s.wantsToBeAsked("target")
	var places []sharing.Position
	for i := range 3 {
		id := s.image(owner, fmt.Sprint("image-", i))
		c := shareCommand(owner, id, target)
		c.Now = at(10 - i)
		s.shareAs(c)
		if i > 0 {
			s.answer(target, id, []sharing.Answer{sharing.Accept, sharing.Decline}[i-1])
		}
		places = append(places, sharing.Position{Region: region, At: c.Now, Image: id})
	}
	s.settled(received, sharing.PageQuery{Project: target}, places)
	s.must(s.store.CloseProject(s.Context(), closeCommand(target)))
	deadline := time.Now().Add(5 * time.Second)
	for ended := 0; ended < len(places); { // the index may be late
		done, err := s.service().EndReceivedShares(s.Context(), s.closing(target))
		s.must(err)
		if ended += done.Ended; time.Now().After(deadline) {
			s.Fatalf("%d were ended", ended)
		}
	}
	for _, p := range places {
		s.sharedExactlyWith(owner, p.Image, nil, target)
	}
}
