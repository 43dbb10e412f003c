package storetest

import (
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var suspensionTests = []test{
	{"stays as it is until it ends", suspensionLasts},
	{"of a foreign image", suspensionOfForeign},
}

func suspendCommand(owner sharing.ProjectID, id sharing.ImageID, reason string, n int) sharing.SuspendImageCommand {
	return sharing.SuspendImageCommand{Owner: owner, ImageID: id, Reason: reason, Origin: sample.Origin(at(n))}
}

func resumeCommand(owner sharing.ProjectID, id sharing.ImageID, n int) sharing.ResumeImageCommand {
	return sharing.ResumeImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(n))}
}

func suspensionLasts(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	want := s.stored(id)
	become := func(what string, img sharing.Image, err error, suspension *sharing.Suspension, updated int, left sharing.Activity) {
		s.Helper()
		s.must(err)
		want.Suspension, want.UpdatedAt = suspension, at(updated)
		s.equalImage(what, img, want)
		s.equalImage(what+", stored", s.stored(id), want)
		s.leaves(owner, left)
	}

	c := suspendCommand(owner, id, "spam", 10)
	first := leftOnImage(sharing.ImageSuspended, owner, id, c.Origin)
	first.Reason = "spam"
	img, err := s.store.SuspendImage(s.Context(), c)
	become("suspended", img, err, &sharing.Suspension{Reason: "spam", SuspendedAt: at(10)}, 10, first)
	img, err = s.store.SuspendImage(s.Context(), suspendCommand(owner, id, "spam", 11))
	become("suspended again", img, err, want.Suspension, 10, first)
	c = suspendCommand(owner, id, "worse", 12)
	second := leftOnImage(sharing.ImageSuspended, owner, id, c.Origin)
	second.Reason = "worse"
	img, err = s.store.SuspendImage(s.Context(), c)
	become("for another reason", img, err, &sharing.Suspension{Reason: "worse", SuspendedAt: at(10)}, 12, second)

	_, _, err = s.store.Share(s.Context(), shareCommand(owner, id, s.targets[0]))
	s.refused(err, sharing.CodeImageSuspended, nil)
	_, err = s.store.Save(s.Context(), saveCommand(target, id, ""))
	s.refused(err, sharing.CodeImageSuspended, nil)
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{target}, s.targets[0])

	end := resumeCommand(owner, id, 20)
	img, err = s.store.ResumeImage(s.Context(), end)
	become("resumed", img, err, nil, 20, leftOnImage(sharing.ImageResumed, owner, id, end.Origin))
	img, err = s.store.ResumeImage(s.Context(), resumeCommand(owner, id, 21))
	become("resumed again", img, err, nil, 20, leftOnImage(sharing.ImageResumed, owner, id, end.Origin))
	s.save(saveCommand(target, id, ""))
	s.share(owner, id, s.targets[0])
}

func suspensionOfForeign(s *suite) {
	owner, recipient := s.project("owner"), s.project("recipient")
	id := s.image(owner, "image")
	s.share(owner, id, recipient)
	_, err := s.store.SuspendImage(s.Context(), suspendCommand(recipient, id, "spam", 10))
	s.notFound(err)
	_, err = s.store.ResumeImage(s.Context(), resumeCommand(owner, s.imageID("missing"), 10))
	s.notFound(err)
	if img := s.stored(id); img.Suspension != nil {
		s.Errorf("%+v is suspended", img)
	}
}
