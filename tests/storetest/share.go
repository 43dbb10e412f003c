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
	c := shareCommand(owner, id, target)
	c.Region = new(region)
	after, outcomes := s.shareAs(c)

	share := newShare(c, target)
	equal(s, "outcomes", outcomes, []sharing.ShareOutcome{{Share: share, Result: sharing.ShareCreated}})
	s.equalImage("response", after, s.stored(id))
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{share})
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{target}, owner, s.targets[0])
	r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: target, ImageID: id})
	s.must(err)
	equal(s, "time of the received image", r.SharedAt, c.Now)
}

// newShare is the share a command makes for a project as s.project registers it.
func newShare(c sharing.ShareCommand, target sharing.ProjectID) sharing.Share {
	return sharing.Share{
		ProjectID: target, ProjectName: "name of " + string(target), AccountID: "account-1",
		SharedAt: c.Now, SharedBy: c.Actor.Subject, AcknowledgedReminder: sharing.Reminder.Version,
		Status: sharing.Accepted,
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
	s.share(owner, full, s.targets[:sharing.MaxShares]...)
	images := []sharing.ImageID{plain, creating, failed, lightweight, public, full}

	before := make(map[sharing.ImageID]sharing.Image)
	for _, id := range images {
		before[id] = s.stored(id)
	}
	for _, r := range []struct {
		image     sharing.ImageID
		by        sharing.ProjectID
		region    string
		targets   []sharing.ProjectID
		code      sharing.Code
		extension map[string]any
	}{
		{s.imageID("missing"), owner, "region-2", wrong, sharing.CodeImageNotFound, nil},
		{public, stranger, "region-2", wrong, sharing.CodeImageNotFound, nil},
		{full, s.targets[0], "", wrong, sharing.CodeImageNotFound, nil}, // a recipient cannot share on
		{public, owner, "region-2", wrong, sharing.CodeCrossRegionNotSupported, map[string]any{"imageRegion": region, "region": "region-2"}},
		{public, owner, region, wrong, sharing.CodeImageNotShareable, map[string]any{"reason": "NotCustom"}},
		{lightweight, owner, "", wrong, sharing.CodeImageNotShareable, map[string]any{"reason": "LightweightUHost"}},
		{creating, owner, "", wrong, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Creating}},
		{failed, owner, "", wrong, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed}},
		{full, owner, "", []sharing.ProjectID{unknown, s.targets[60], owner}, sharing.CodeCannotShareWithOwner, nil},
		{full, owner, "", []sharing.ProjectID{unknown2, s.targets[60], unknown, s.targets[0]}, sharing.CodeProjectNotFound,
			map[string]any{"projectIds": []sharing.ProjectID{unknown2, unknown}}},
		{full, owner, "", []sharing.ProjectID{s.targets[60], s.targets[0], s.targets[61]}, sharing.CodeShareLimitExceeded,
			map[string]any{"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 2}},
	} {
		c := shareCommand(r.by, r.image, r.targets...)
		c.Region = regionOrNil(r.region)
		for _, dryRun := range []bool{true, false} {
			c.DryRun = dryRun
			_, _, err := s.store.Share(s.Context(), c)
			s.refused(err, r.code, r.extension)
			if r.code == sharing.CodeImageNotFound {
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
	c := shareCommand(owner, id, s.targets[:sharing.MaxShares]...)
	after, outcomes := s.shareAs(c)
	equal(s, "projects in the response", sorted(after.SharedWith), sorted(c.Targets))
	for i, o := range outcomes {
		equal(s, "outcome", o, sharing.ShareOutcome{Share: newShare(c, c.Targets[i]), Result: sharing.ShareCreated})
	}
	s.sharedExactlyWith(owner, id, c.Targets, s.targets[sharing.MaxShares])
}

func shareMostlyUnchanged(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	old, all := s.targets[1:sharing.MaxShares], s.targets[:sharing.MaxShares]
	s.share(owner, id, old...)

	// 48 that have it and two more: 51 in all.
	c := shareCommand(owner, id, append(append([]sharing.ProjectID{}, old[1:]...), s.targets[0], s.targets[60])...)
	_, _, err := s.store.Share(s.Context(), c)
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": 49, "requested": 2})
	s.sharedExactlyWith(owner, id, old, s.targets[0], s.targets[60])

	c = shareCommand(owner, id, all...)
	c.Now = at(5)
	after, outcomes := s.shareAs(c)
	equal(s, "projects in the response", sorted(after.SharedWith), sorted(all))
	equal(s, "the new one", outcomes[0], sharing.ShareOutcome{Share: newShare(c, all[0]), Result: sharing.ShareCreated})
	for _, o := range outcomes[1:] {
		equal(s, "result of "+string(o.ProjectID), o.Result, sharing.ShareUnchanged)
		equal(s, "time of "+string(o.ProjectID), o.SharedAt, at(1))
	}
	s.sharedExactlyWith(owner, id, all, s.targets[60])

	c.Now = at(6) // all 50 again
	after, outcomes = s.shareAs(c)
	equal(s, "projects in the second response", sorted(after.SharedWith), sorted(all))
	equal(s, "the new one again", outcomes[0].Result, sharing.ShareUnchanged)
}

func shareAllOrNothing(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	for _, targets := range [][]sharing.ProjectID{
		{s.targets[1], s.projectID("unknown")},
		{s.targets[1], owner},
		s.targets[1 : sharing.MaxShares+1],
	} {
		if _, _, err := s.store.Share(s.Context(), shareCommand(owner, id, targets...)); err == nil {
			s.Fatalf("sharing with %v was not refused", targets)
		}
		s.sharedExactlyWith(owner, id, s.targets[:1], s.targets[1:3]...)
	}
}

func shareUnchanged(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	s.share(owner, id, target)
	s.putProject(target, sharing.ProjectSpec{AccountID: "account-2", Name: "renamed"}, at(2))

	c := shareCommand(owner, id, s.targets[0], target)
	c.Actor.Subject, c.Now = "another", at(3)
	_, outcomes := s.shareAs(c)
	first := newShare(shareCommand(owner, id, target), target)
	first.ProjectName, first.AccountID = "renamed", "account-2"
	equal(s, "outcomes in the order of the command", outcomes, []sharing.ShareOutcome{
		{Share: newShare(c, s.targets[0]), Result: sharing.ShareCreated},
		{Share: first, Result: sharing.ShareUnchanged},
	})
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{newShare(c, s.targets[0]), first})
}

func shareLowerLimit(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:3]...)

	c := shareCommand(owner, id, s.targets[1], s.targets[3])
	c.Limit = 2
	_, _, err := s.store.Share(s.Context(), c)
	s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{"limit": 2, "current": 3, "requested": 1})

	c.Targets = []sharing.ProjectID{s.targets[2], s.targets[0]}
	after, outcomes := s.shareAs(c)
	equal(s, "projects in the response", sorted(after.SharedWith), sorted(s.targets[:3]))
	for _, o := range outcomes {
		equal(s, "result", o.Result, sharing.ShareUnchanged)
	}
	s.sharedExactlyWith(owner, id, s.targets[:3], s.targets[3])
}

func shareDryRun(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[0])
	before := s.stored(id)

	c := shareCommand(owner, id, s.targets[2], s.targets[0], s.targets[1])
	c.Now, c.DryRun = at(2), true
	after, outcomes := s.shareAs(c)
	s.equalImage("image after the dry run", s.stored(id), before)
	s.sharedExactlyWith(owner, id, s.targets[:1], s.targets[1], s.targets[2])

	c.DryRun = false
	realAfter, realOutcomes := s.shareAs(c)
	s.equalImage("responses of dry and real run", after, realAfter)
	equal(s, "outcomes of dry and real run", outcomes, realOutcomes)
	s.sharedExactlyWith(owner, id, s.targets[:3])
}

func shareInformation(s *suite) {
	owner, renamed := s.project("owner"), s.project("renamed")
	id := s.image(owner, "image")
	equal(s, "number of shares of an image never shared", len(s.sharesOf(owner, id)), 0)

	shareAt := func(now time.Time, targets ...sharing.ProjectID) sharing.ShareCommand {
		c := shareCommand(owner, id, targets...)
		c.Now, c.Actor.Subject = now, "by "+string(targets[0])
		s.shareAs(c)
		return c
	}
	second := shareAt(at(2), s.targets[5], s.targets[3], s.targets[4])
	third := shareAt(at(3), renamed)
	first := shareAt(at(1), s.targets[9])
	s.putProject(renamed, sharing.ProjectSpec{AccountID: "account-9", Name: "new name"}, at(4))
	newest := newShare(third, renamed)
	newest.ProjectName, newest.AccountID = "new name", "account-9"

	img, shares, err := s.store.Shares(s.Context(), owner, id)
	s.must(err)
	s.equalImage("image of the shares", img, s.stored(id))
	equal(s, "shares, newest first, then by project", shares, []sharing.Share{
		newest,
		newShare(second, s.targets[3]), newShare(second, s.targets[4]), newShare(second, s.targets[5]),
		newShare(first, s.targets[9]),
	})
	for _, p := range []sharing.ProjectID{renamed, s.project("stranger")} {
		_, _, err = s.store.Shares(s.Context(), p, id)
		s.notFound(err)
	}
}
