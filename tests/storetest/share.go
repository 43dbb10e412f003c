package storetest

import (
	"time"

	"image-sharing/shared/sharing"
)

var shareTests = []test{
	{"one project", shareOne},
	{"refusals and their order", shareRefusals},
	{"a full batch on an unshared image", shareFullBatch},
	{"a batch with only one new project", shareMostlyUnchanged},
	{"nothing of a batch that is refused", shareAllOrNothing},
	{"projects that have the image already", shareUnchanged},
	{"a limit lower than what is shared", shareLowerLimit},
	{"a dry run", shareDryRun},
	{"sharing information", shareInformation},
}

func shareOne(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	w := shareCommand(owner, id, target)
	w.Region = new(region)
	after, outcomes := s.shareAs(w)

	share := newShare(w, target)
	equal(s, "outcomes", outcomes, []sharing.ShareOutcome{{Share: share, Result: sharing.ShareCreated}})
	s.equalImage("answer", after, s.stored(id))
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{share})
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{target}, owner, s.crowd[0])
	r, err := s.engine.Received(s.Context(), target, id)
	s.must(err)
	equal(s, "time of the received image", r.SharedAt, w.Now)
}

// newShare is the share a command makes for a project as s.project registers it.
func newShare(w sharing.ShareCommand, target sharing.ProjectID) sharing.Share {
	return sharing.Share{
		ProjectID: target, ProjectName: "name of " + string(target), AccountID: "account-1",
		SharedAt: w.Now, SharedBy: w.SharedBy, AcknowledgedReminder: sharing.Reminder.Version,
	}
}

// shareRefusals asks for more than one thing that is wrong: each case has the
// faults of all that follow it, as far as they go together.
func shareRefusals(s *suite) {
	owner, stranger := s.project("owner"), s.project("stranger")
	unknown, unknown2 := s.projectID("unknown"), s.projectID("unknown-2")
	wrong := []sharing.ProjectID{unknown, owner}

	plain := s.image(owner, "plain")
	creating := s.image(owner, "creating", inState(sharing.Creating))
	failed := s.image(owner, "failed", inState(sharing.Failed))
	lightweight := s.image(owner, "lightweight", inState(sharing.Creating), fromLightweight)
	public := s.image(owner, "public", inState(sharing.Creating), fromLightweight, func(spec *sharing.ImageSpec) { spec.Kind = sharing.Public })
	full := s.image(owner, "full")
	s.share(owner, full, s.crowd[:sharing.MaxShares]...)
	images := []sharing.ImageID{plain, creating, failed, lightweight, public, full}

	before := make(map[sharing.ImageID]sharing.Image)
	for _, id := range images {
		before[id] = s.stored(id)
	}
	for _, c := range []struct {
		image     sharing.ImageID
		by        sharing.ProjectID
		region    string
		targets   []sharing.ProjectID
		code      sharing.Code
		extension map[string]any
	}{
		{s.imageID("missing"), owner, "region-2", wrong, sharing.CodeImageNotFound, nil},
		{public, stranger, "region-2", wrong, sharing.CodeImageNotFound, nil},
		{full, s.crowd[0], "", wrong, sharing.CodeImageNotFound, nil}, // a recipient cannot share on
		{public, owner, "region-2", wrong, sharing.CodeCrossRegionNotSupported, map[string]any{"imageRegion": region, "region": "region-2"}},
		{public, owner, region, wrong, sharing.CodeImageNotShareable, map[string]any{"reason": "NotCustom"}},
		{lightweight, owner, "", wrong, sharing.CodeImageNotShareable, map[string]any{"reason": "LightweightUHost"}},
		{creating, owner, "", wrong, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Creating}},
		{failed, owner, "", wrong, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed}},
		{full, owner, "", []sharing.ProjectID{unknown, s.crowd[60], owner}, sharing.CodeCannotShareWithOwner, nil},
		{full, owner, "", []sharing.ProjectID{unknown2, s.crowd[60], unknown, s.crowd[0]}, sharing.CodeProjectNotFound,
			map[string]any{"projectIds": []sharing.ProjectID{unknown2, unknown}}},
		{full, owner, "", []sharing.ProjectID{s.crowd[60], s.crowd[0], s.crowd[61]}, sharing.CodeShareLimitExceeded,
			map[string]any{"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 2}},
	} {
		w := shareCommand(c.by, c.image, c.targets...)
		w.Region = regionOrNil(c.region)
		for _, dryRun := range []bool{true, false} {
			w.DryRun = dryRun
			_, _, err := s.engine.Share(s.Context(), w)
			s.refused(err, c.code, c.extension)
			if c.code == sharing.CodeImageNotFound {
				s.notFound(err)
			}
		}
	}
	for id, want := range before {
		s.equalImage("image after the refusals", s.stored(id), want)
	}
}

func inState(state sharing.State) func(*sharing.ImageSpec) {
	return func(spec *sharing.ImageSpec) { spec.State = state }
}

func fromLightweight(spec *sharing.ImageSpec) { spec.HostType = sharing.LightweightUHost }

func shareFullBatch(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	w := shareCommand(owner, id, s.crowd[:sharing.MaxShares]...)
	after, outcomes := s.shareAs(w)
	equal(s, "projects in the answer", sorted(after.SharedWith), sorted(w.Targets))
	for i, o := range outcomes {
		equal(s, "outcome", o, sharing.ShareOutcome{Share: newShare(w, w.Targets[i]), Result: sharing.ShareCreated})
	}
	s.sharedExactlyWith(owner, id, w.Targets, s.crowd[sharing.MaxShares])
}

func shareMostlyUnchanged(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	old, all := s.crowd[1:sharing.MaxShares], s.crowd[:sharing.MaxShares]
	s.share(owner, id, old...)

	// 48 that have it and two more: 51 in all.
	w := shareCommand(owner, id, append(append([]sharing.ProjectID{}, old[1:]...), s.crowd[0], s.crowd[60])...)
	_, _, err := s.engine.Share(s.Context(), w)
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": 49, "requested": 2})
	s.sharedExactlyWith(owner, id, old, s.crowd[0], s.crowd[60])

	w = shareCommand(owner, id, all...)
	w.Now = at(5)
	after, outcomes := s.shareAs(w)
	equal(s, "projects in the answer", sorted(after.SharedWith), sorted(all))
	equal(s, "the new one", outcomes[0], sharing.ShareOutcome{Share: newShare(w, all[0]), Result: sharing.ShareCreated})
	for _, o := range outcomes[1:] {
		equal(s, "result of "+string(o.ProjectID), o.Result, sharing.ShareUnchanged)
		equal(s, "time of "+string(o.ProjectID), o.SharedAt, at(1))
	}
	s.sharedExactlyWith(owner, id, all, s.crowd[60])

	w.Now = at(6) // all 50 again
	after, outcomes = s.shareAs(w)
	equal(s, "projects in the second answer", sorted(after.SharedWith), sorted(all))
	equal(s, "the new one again", outcomes[0].Result, sharing.ShareUnchanged)
}

func shareAllOrNothing(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.crowd[0])
	for _, targets := range [][]sharing.ProjectID{
		{s.crowd[1], s.projectID("unknown")},
		{s.crowd[1], owner},
		s.crowd[1 : sharing.MaxShares+1],
	} {
		if _, _, err := s.engine.Share(s.Context(), shareCommand(owner, id, targets...)); err == nil {
			s.Fatalf("sharing with %v was not refused", targets)
		}
		s.sharedExactlyWith(owner, id, s.crowd[:1], s.crowd[1:3]...)
	}
}

func shareUnchanged(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	s.putProject(target, sharing.ProjectSpec{AccountID: "account-2", Name: "renamed"}, at(2))

	w := shareCommand(owner, id, s.crowd[0], target)
	w.SharedBy, w.Now = "another", at(3)
	_, outcomes := s.shareAs(w)
	first := newShare(shareCommand(owner, id, target), target)
	first.ProjectName, first.AccountID = "renamed", "account-2"
	equal(s, "outcomes in the order of the command", outcomes, []sharing.ShareOutcome{
		{Share: newShare(w, s.crowd[0]), Result: sharing.ShareCreated},
		{Share: first, Result: sharing.ShareUnchanged},
	})
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{newShare(w, s.crowd[0]), first})
}

func shareLowerLimit(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.crowd[:3]...)

	w := shareCommand(owner, id, s.crowd[1], s.crowd[3])
	w.Limit = 2
	_, _, err := s.engine.Share(s.Context(), w)
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": 2, "current": 3, "requested": 1})

	w.Targets = []sharing.ProjectID{s.crowd[2], s.crowd[0]}
	after, outcomes := s.shareAs(w)
	equal(s, "projects in the answer", sorted(after.SharedWith), sorted(s.crowd[:3]))
	for _, o := range outcomes {
		equal(s, "result", o.Result, sharing.ShareUnchanged)
	}
	s.sharedExactlyWith(owner, id, s.crowd[:3], s.crowd[3])
}

func shareDryRun(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.crowd[0])
	before := s.stored(id)

	w := shareCommand(owner, id, s.crowd[2], s.crowd[0], s.crowd[1])
	w.Now, w.DryRun = at(2), true
	after, outcomes := s.shareAs(w)
	s.equalImage("image after the dry run", s.stored(id), before)
	s.sharedExactlyWith(owner, id, s.crowd[:1], s.crowd[1], s.crowd[2])

	w.DryRun = false
	realAfter, realOutcomes := s.shareAs(w)
	s.equalImage("answers of dry and real run", after, realAfter)
	equal(s, "outcomes of dry and real run", outcomes, realOutcomes)
	s.sharedExactlyWith(owner, id, s.crowd[:3])
}

func shareInformation(s *suite) {
	owner, renamed := s.project("owner"), s.project("renamed")
	id := s.image(owner, "image")
	equal(s, "number of shares of an image never shared", len(s.sharesOf(owner, id)), 0)

	shareAt := func(now time.Time, targets ...sharing.ProjectID) sharing.ShareCommand {
		w := shareCommand(owner, id, targets...)
		w.Now, w.SharedBy = now, "by "+string(targets[0])
		s.shareAs(w)
		return w
	}
	second := shareAt(at(2), s.crowd[5], s.crowd[3], s.crowd[4])
	third := shareAt(at(3), renamed)
	first := shareAt(at(1), s.crowd[9])
	s.putProject(renamed, sharing.ProjectSpec{AccountID: "account-9", Name: "new name"}, at(4))
	newest := newShare(third, renamed)
	newest.ProjectName, newest.AccountID = "new name", "account-9"

	img, shares, err := s.engine.Shares(s.Context(), owner, id)
	s.must(err)
	s.equalImage("image of the shares", img, s.stored(id))
	equal(s, "shares, newest first, then by project", shares, []sharing.Share{
		newest,
		newShare(second, s.crowd[3]), newShare(second, s.crowd[4]), newShare(second, s.crowd[5]),
		newShare(first, s.crowd[9]),
	})
	for _, p := range []sharing.ProjectID{renamed, s.project("stranger")} {
		_, _, err = s.engine.Shares(s.Context(), p, id)
		s.notFound(err)
	}
}
