package storetest

import (
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var policyTests = []test{
	{"decides how a share begins", policyDecides},
	{"refuses a share as a whole, in its place among the refusals", policyRefusesAll},
	{"counts with the owner's present account", policyOfPresentAccount},
	{"changes no share that stands", policyChangesNoShare},
	{"is put, repeated and kept", policyIsPut},
	{"of a project that is closed or not there", policyRefusals},
}

func policyCommand(p sharing.ProjectID, spec sharing.PolicySpec, n int) sharing.PutPolicyCommand {
	return sharing.PutPolicyCommand{Project: p, PolicySpec: spec, Origin: sample.Origin(at(n))}
}

func (s *suite) setPolicy(p sharing.ProjectID, spec sharing.PolicySpec) {
	s.Helper()
	_, err := s.store.PutPolicy(s.Context(), policyCommand(p, spec, 0))
	s.must(err)
}

// wantsToBeAsked is a project whose policy asks for consent.
func (s *suite) wantsToBeAsked(name string) sharing.ProjectID {
	s.Helper()
	p := s.project(name)
	s.setPolicy(p, sharing.PolicySpec{Incoming: sharing.IncomingConsent})
	return p
}

// policyDecides tries each policy by itself; the suite's accounts are all "account-1".
func policyDecides(s *suite) {
	owner, other := s.project("owner"), s.projectID("other")
	id := s.image(owner, "image")
	const refused = sharing.ShareStatus("refused")
	owners, others := []sharing.ProjectID{other, owner}, []sharing.ProjectID{other}
	for i, c := range []struct {
		spec sharing.PolicySpec
		want sharing.ShareStatus
	}{
		{sharing.PolicySpec{Incoming: sharing.IncomingOpen}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingConsent}, sharing.Pending},
		{sharing.PolicySpec{Incoming: sharing.IncomingClosed}, refused},
		{sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedProjects: owners}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedProjects: others, TrustedAccounts: []string{"account-2"}}, sharing.Pending},
		{sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedAccounts: []string{"account-1"}}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingClosed, TrustedProjects: owners}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingClosed, TrustedAccounts: []string{"account-1"}}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingOpen, BlockedProjects: owners}, refused},
		{sharing.PolicySpec{Incoming: sharing.IncomingOpen, BlockedProjects: others, BlockedAccounts: []string{"account-2"}}, sharing.Accepted},
		{sharing.PolicySpec{Incoming: sharing.IncomingOpen, BlockedAccounts: []string{"account-1"}}, refused},
		{sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedProjects: owners, BlockedAccounts: []string{"account-1"}}, refused},
		{sharing.PolicySpec{Incoming: sharing.IncomingClosed, TrustedAccounts: []string{"account-1"}, BlockedProjects: owners}, refused},
	} {
		target := s.project("target-" + string(rune('a'+i)))
		s.setPolicy(target, c.spec)
		share := shareCommand(owner, id, target)
		for _, share.DryRun = range []bool{true, false} {
			_, outcomes, err := s.store.Share(s.Context(), share)
			if c.want == refused {
				s.refused(err, sharing.CodeRecipientRefuses, map[string]any{"projectIds": share.Targets})
				continue
			}
			s.must(err)
			want := newShare(share, target)
			want.Status = c.want
			equal(s, "outcomes", outcomes, []sharing.ShareOutcome{{Share: want, Result: sharing.ShareCreated}})
		}
		if c.want == refused {
			_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: target, ImageID: id})
			s.notFound(err)
		} else {
			s.hasStatus(owner, id, target, c.want)
		}
	}
}

func policyRefusesAll(s *suite) {
	owner, asked := s.project("owner"), s.wantsToBeAsked("asked")
	closed, blocking, unknown := s.project("closed"), s.project("blocking"), s.projectID("unknown")
	s.setPolicy(closed, sharing.PolicySpec{Incoming: sharing.IncomingClosed})
	s.setPolicy(blocking, sharing.PolicySpec{Incoming: sharing.IncomingOpen, BlockedProjects: []sharing.ProjectID{owner}})
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:sharing.MaxShares]...)
	before := s.activity(owner)
	for _, r := range []struct {
		targets   []sharing.ProjectID
		code      sharing.Code
		extension map[string]any
	}{
		{[]sharing.ProjectID{closed, unknown}, sharing.CodeProjectNotFound, map[string]any{"projectIds": []sharing.ProjectID{unknown}}},
		// The limit is full too.
		{[]sharing.ProjectID{s.targets[0], closed, asked, blocking}, sharing.CodeRecipientRefuses, map[string]any{"projectIds": []sharing.ProjectID{closed, blocking}}},
		// One that waits for its recipient takes a place too.
		{[]sharing.ProjectID{asked}, sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 1}},
	} {
		_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, r.targets...))
		s.refused(err, r.code, r.extension)
	}
	s.sharedExactlyWith(owner, id, s.targets[:sharing.MaxShares], closed, asked, blocking)
	equal(s, "activity", s.activity(owner), before)
}

func policyOfPresentAccount(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	first, second := s.image(owner, "first"), s.image(owner, "second", func(spec *sharing.ImageSpec) { spec.Name = "second" })
	s.setPolicy(target, sharing.PolicySpec{Incoming: sharing.IncomingConsent, TrustedAccounts: []string{"account-1"}, BlockedAccounts: []string{"account-2"}})
	s.share(owner, first, target)
	s.putProject(owner, sharing.ProjectSpec{AccountID: "account-2", Name: "moved"}, at(2))
	_, _, err := s.store.Share(s.Context(), shareCommand(owner, second, target))
	s.refused(err, sharing.CodeRecipientRefuses, map[string]any{"projectIds": []sharing.ProjectID{target}})
	s.putProject(owner, sharing.ProjectSpec{AccountID: "account-3", Name: "moved"}, at(3))
	s.share(owner, second, target)
	s.hasStatus(owner, first, target, sharing.Accepted)
	s.hasStatus(owner, second, target, sharing.Pending)
}

func policyChangesNoShare(s *suite) {
	owner, accepting, asked := s.project("owner"), s.project("accepting"), s.wantsToBeAsked("asked")
	id := s.image(owner, "image")
	s.share(owner, id, accepting, asked)
	s.setPolicy(accepting, sharing.PolicySpec{Incoming: sharing.IncomingClosed, BlockedProjects: []sharing.ProjectID{owner}})
	s.setPolicy(asked, sharing.PolicySpec{Incoming: sharing.IncomingOpen})

	_, outcomes := s.shareAs(shareCommand(owner, id, asked, accepting))
	for i, want := range []sharing.ShareStatus{sharing.Pending, sharing.Accepted} {
		equal(s, "result", outcomes[i].Result, sharing.ShareUnchanged)
		equal(s, "status", outcomes[i].Status, want)
	}
	s.hasStatus(owner, id, asked, sharing.Pending)
	s.hasStatus(owner, id, accepting, sharing.Accepted)

	// To share anew begins by the policy of then.
	s.unshare(owner, id, asked)
	s.unshare(owner, id, accepting)
	c := shareCommand(owner, id, asked)
	c.Now = at(101)
	s.shareAs(c)
	s.hasStatus(owner, id, asked, sharing.Accepted)
	_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, accepting))
	s.refused(err, sharing.CodeRecipientRefuses, map[string]any{"projectIds": []sharing.ProjectID{accepting}})
}

func policyIsPut(s *suite) {
	p := s.project("project")
	want := sharing.Project{ID: p, AccountID: "account-1", Name: projectSpec(p).Name, State: sharing.Active, CreatedAt: at(0), UpdatedAt: at(0)}
	put := func(spec sharing.PolicySpec, n int, changed ...string) {
		s.Helper()
		before, c := s.activity(p), policyCommand(p, spec, n)
		got, err := s.store.PutPolicy(s.Context(), c)
		s.must(err)
		if changed != nil {
			want.Policy = &sharing.SharingPolicy{PolicySpec: spec, UpdatedAt: at(n)}
			a := left(sharing.PolicyChanged, p, c.Origin)
			a.Changed = changed
			before = append([]sharing.Activity{a}, before...)
		}
		equal(s, "policy in the response", got.SharingPolicy(), want.SharingPolicy())
		s.storedProject(want)
		equal(s, "activity", s.activity(p), before)
	}
	put(sharing.PolicySpec{Incoming: sharing.IncomingOpen}, 5) // which it has by itself
	full := sharing.PolicySpec{
		Incoming:        sharing.IncomingConsent,
		TrustedProjects: []sharing.ProjectID{"a", "b"}, TrustedAccounts: []string{"c"},
		BlockedProjects: []sharing.ProjectID{"d"}, BlockedAccounts: []string{"e", "f"},
	}
	put(full, 6, "blockedAccounts", "blockedProjects", "incoming", "trustedAccounts", "trustedProjects")
	put(full, 7)

	// The catalog keeps the policy, and the policy what the catalog says.
	s.putProject(p, sharing.ProjectSpec{AccountID: "account-2", Name: "moved"}, at(8))
	want.AccountID, want.Name, want.UpdatedAt = "account-2", "moved", at(8)
	s.storedProject(want)
	full.TrustedAccounts = nil
	put(full, 9, "trustedAccounts")
	put(sharing.PolicySpec{Incoming: sharing.IncomingOpen}, 10, "blockedAccounts", "blockedProjects", "incoming", "trustedProjects")
}

func policyRefusals(s *suite) {
	closed, unknown := s.project("closed"), s.projectID("unknown")
	s.setPolicy(closed, sharing.PolicySpec{Incoming: sharing.IncomingConsent})
	s.must(s.store.CloseProject(s.Context(), closeCommand(closed)))
	for p, code := range map[sharing.ProjectID]sharing.Code{closed: sharing.CodeProjectClosed, unknown: sharing.CodeProjectNotFound} {
		_, err := s.store.PutPolicy(s.Context(), policyCommand(p, sharing.PolicySpec{Incoming: sharing.IncomingOpen}, 91))
		var extension map[string]any
		if p == unknown {
			extension = map[string]any{"projectIds": []sharing.ProjectID{unknown}}
		}
		s.refused(err, code, extension)
	}
	stored, err := s.store.Project(s.Context(), closed)
	s.must(err)
	equal(s, "policy of the closed project", stored.SharingPolicy().Incoming, sharing.IncomingConsent)
}
