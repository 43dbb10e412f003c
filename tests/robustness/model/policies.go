package model

import (
	"slices"
	"strings"

	"image-sharing/tests/kit/api"
)

// Policy is what a project says of the shares that it takes. Lists of names are sorted
// and joined by spaces.
type Policy struct {
	Incoming                                                           string
	TrustedProjects, TrustedAccounts, BlockedProjects, BlockedAccounts string
	Updated                                                            string // "" of one that was never set
}

// open is the policy of a project that never set any.
var open = Policy{Incoming: "open"}

// What a recipient says to a share.
const accepted, pending, declined = "accepted", "pending", "declined"

// takes is the status with which a share by the owner, of the account, begins; "" if it
// is refused. A block wins over trust, and trust over what is said of everybody.
func (p Policy) takes(owner, account string) string {
	named := func(projects, accounts string) bool {
		return slices.Contains(strings.Fields(projects), owner) || slices.Contains(strings.Fields(accounts), account)
	}
	switch {
	case named(p.BlockedProjects, p.BlockedAccounts):
		return ""
	case named(p.TrustedProjects, p.TrustedAccounts) || p.Incoming == "open":
		return accepted
	case p.Incoming == "consent":
		return pending
	}
	return ""
}

func (p Policy) view() Object {
	view := p.spec()
	if p.Updated != "" {
		view["updatedAt"] = p.Updated
	}
	return view
}

// spec is what can be said of a policy.
func (p Policy) spec() Object {
	return Object{
		"incoming": p.Incoming, "trustedProjects": strings.Fields(p.TrustedProjects), "trustedAccounts": strings.Fields(p.TrustedAccounts),
		"blockedProjects": strings.Fields(p.BlockedProjects), "blockedAccounts": strings.Fields(p.BlockedAccounts),
	}
}

// PutPolicy replaces a project's policy.
type PutPolicy struct {
	Project string
	Policy  Policy
}

// Form implements Request.
func (r PutPolicy) Form() Form {
	return Form{
		By: Tester, Method: "PUT", Path: api.PolicyPath(r.Project), Body: r.Policy.spec(),
		Outcomes: []string{"200", "404 ProjectNotFound", "409 ProjectClosed"},
	}
}

// Apply implements Request. No share that stands is changed.
func (r PutPolicy) Apply(s *State, o Observed) (*State, Response) {
	p, ok := s.Projects[r.Project]
	switch {
	case !ok:
		return s, refusal(404, "ProjectNotFound", Object{"projectIds": []string{r.Project}})
	case p.Closed:
		return s, refusal(409, "ProjectClosed", nil)
	}
	a := Activity{Type: "PolicyChanged", Project: r.Project, By: Tester, Changed: strings.Join(changed(p.Policy.spec(), r.Policy.spec()), " ")}
	if a.Changed == "" {
		return s, Response{Status: 200, Body: p.Policy.view()}
	}
	p.Policy = r.Policy
	p.Policy.Updated = o.Now
	return s.withProject(r.Project, p).withActivity(a, r.Project), Response{Status: 200, Body: p.Policy.view()}
}

// GetPolicy looks at a project's policy.
type GetPolicy struct{ Project string }

// Form implements Request.
func (r GetPolicy) Form() Form {
	return Form{
		By: Tester, Method: "GET", Path: api.PolicyPath(r.Project),
		Outcomes: []string{"200", "404 ProjectNotFound"},
	}
}

// Apply implements Request.
func (r GetPolicy) Apply(s *State, _ Observed) (*State, Response) {
	p, ok := s.Projects[r.Project]
	if !ok {
		return s, refusal(404, "ProjectNotFound", Object{"projectIds": []string{r.Project}})
	}
	return s, Response{Status: 200, Body: p.Policy.view()}
}

// AnswerShare accepts or declines an image.
type AnswerShare struct{ Project, Image, Status string }

// Form implements Request.
func (r AnswerShare) Form() Form {
	return Form{
		By: Tester, Method: "PUT", Path: api.StatusPath(r.Project, r.Image), Body: Object{"status": r.Status}, Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound"},
	}
}

// Apply implements Request. The share stands on, whatever is said of it.
func (r AnswerShare) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.received(r.Project, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	share := img.Shares[r.Project]
	if share.Status == r.Status {
		return s, Response{Status: 200, Body: s.shown(img, r.Project)}
	}
	share.Status = r.Status
	after := *img
	after.Shares = with(img.Shares, r.Project, share)
	a := Activity{
		Type: map[string]string{accepted: "ShareAccepted", declined: "ShareDeclined"}[r.Status], Project: r.Project, By: Tester,
		Image: img.ID, Region: text(img.Spec, "region"), Owner: img.Owner,
	}
	return s.withImage(after).withActivity(a, img.Owner, r.Project), Response{Status: 200, Body: s.shown(&after, r.Project)}
}

func (r AnswerShare) details(got Response, _ Scope) (func(Object), []Moment) {
	loosen := func(want Object) {
		status := want["status"]
		clear(want)
		for field := range got.Body {
			want[field] = Unknown
		}
		want["status"] = status
	}
	return loosen, []Moment{reads(func(s *State) bool {
		img, ok := s.received(r.Project, r.Image)
		if !ok {
			return false
		}
		view := s.shown(img, r.Project)
		unknown("sharedAt", "status")(view)
		return same(view, got.Body)
	}), reads(func(s *State) bool {
		img, ok := s.received(r.Project, r.Image)
		return ok && same(img.Shares[r.Project].At, got.Body["sharedAt"])
	})}
}

func shareNotAccepted(share Share) Response {
	return refusal(409, "ShareNotAccepted", Object{"shareStatus": share.Status})
}
