package model

import (
	"maps"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/api"
)

// ShareImage shares an image with projects.
type ShareImage struct {
	Owner, Image, Region, By string
	Targets                  []string
	Acknowledged, DryRun     bool
}

// Form implements Request.
func (r ShareImage) Form() Form {
	body := Object{"projectIds": r.Targets, "acknowledgeSecurityReminder": r.Acknowledged, "dryRun": r.DryRun}
	if r.Region != "" {
		body["region"] = r.Region
	}
	return Form{
		By: r.By, Method: "POST", Path: api.SharesPath(r.Owner, r.Image), Body: body, Images: []string{r.Image},
		Outcomes: []string{
			"200", "404 ImageNotFound", "409 ImageNotAvailable", "409 ImageSuspended", "409 ShareLimitExceeded", "422 CannotShareWithOwner",
			"422 CrossRegionNotSupported", "422 ImageNotShareable", "422 ProjectNotFound", "422 RecipientRefuses", "422 SecurityReminderNotAcknowledged",
		},
	}
}

// Apply implements Request. It refuses in the order of the contract. All targets
// get the image or none; those that have it already do not count.
func (r ShareImage) Apply(s *State, o Observed) (*State, Response) {
	if !r.Acknowledged { // R7
		return s, refusal(422, "SecurityReminderNotAcknowledged", Object{"securityReminder": reminder()})
	}
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	targets := distinct(r.Targets)
	var unknown, added, refusing []string
	begins := map[string]string{} // the status of each new share
	for _, t := range targets {
		if p, registered := s.Projects[t]; !registered || p.Closed {
			unknown = append(unknown, t)
		}
		if _, has := img.Shares[t]; !has {
			added = append(added, t)
			if begins[t] = s.Projects[t].Policy.takes(r.Owner, s.Projects[r.Owner].Account); begins[t] == "" {
				refusing = append(refusing, t)
			}
		}
	}
	switch {
	case r.Region != "" && r.Region != img.Spec["region"]: // R2
		return s, crossRegion(text(img.Spec, "region"), r.Region)
	case img.Suspension != nil:
		return s, imageSuspended()
	case img.Spec["kind"] != "Custom": // R12
		return s, refusal(422, "ImageNotShareable", Object{"reason": "NotCustom"})
	case img.Spec["hostType"] == "LightweightUHost": // R4
		return s, refusal(422, "ImageNotShareable", Object{"reason": "LightweightUHost"})
	case img.Spec["state"] != "Available": // R12
		return s, imageNotAvailable(img.Spec["state"])
	case slices.Contains(targets, r.Owner):
		return s, refusal(422, "CannotShareWithOwner", nil)
	case len(unknown) > 0: // R1
		return s, refusal(422, "ProjectNotFound", Object{"projectIds": unknown})
	case len(refusing) > 0:
		return s, refusal(422, "RecipientRefuses", Object{"projectIds": refusing})
	case len(added) > 0 && len(img.Shares)+len(added) > s.Limit: // R3
		return s, refusal(409, "ShareLimitExceeded", Object{"limit": s.Limit, "current": len(img.Shares), "requested": len(added)})
	}
	after, shared := s, *img
	for _, t := range added {
		shared.Shares = with(shared.Shares, t, Share{At: o.Now, By: r.By, Status: begins[t]})
	}
	if !r.DryRun && len(added) > 0 {
		after = s.withImage(shared).withActivity(img.sharedActivity(r.By, added), r.Owner)
		for _, t := range added {
			after.Orphans = without(after.Orphans, ShareID{img.ID, t})
		}
	}
	outcomes := []Object{}
	for _, t := range targets {
		outcome := s.share(&shared, t)
		outcome["result"] = "unchanged"
		if slices.Contains(added, t) {
			outcome["result"] = "created"
		}
		outcomes = append(outcomes, outcome)
	}
	return after, Response{Status: 200, Body: Object{
		"imageId": img.ID, "shares": outcomes, "shareCount": len(shared.Shares), "shareLimit": s.Limit,
		"securityReminder": reminder(), "dryRun": r.DryRun,
	}}
}

func (r ShareImage) details(got Response, _ Scope) (func(Object), []Moment) {
	var details []Moment
	created := 0
	for _, outcome := range Objects(got.Body["shares"]) {
		if outcome["result"] == "created" {
			created++
			continue
		}
		target := text(outcome, "projectId")
		details = append(details, reads(func(s *State) bool {
			img, ok := s.received(target, r.Image)
			if !ok {
				return false
			}
			share := s.share(img, target)
			share["result"], share["status"] = "unchanged", Unknown
			return same(share, outcome)
		}), hasStatus(r.Image, target, outcome["status"]))
	}
	loosen := func(want Object) {
		unknown("shareCount")(want)
		for _, outcome := range Objects(want["shares"]) {
			if outcome["result"] == "unchanged" {
				unknown("sharedAt", "sharedBy", "acknowledgedReminder", "status")(outcome)
			}
		}
	}
	return loosen, append(details, countsShares(r.Image, created, got))
}

// hasStatus: the share stands, and has the status.
func hasStatus(image, target string, status any) Moment {
	return reads(func(s *State) bool {
		img, ok := s.received(target, image)
		return ok && same(img.Shares[target].Status, status)
	})
}

func reminder() Object {
	return Object{"version": sharing.Reminder.Version, "text": sharing.Reminder.Text}
}

func distinct(ids []string) (all []string) {
	for _, id := range ids {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// share is a share as the owner sees it, with the project's present name and
// account, and who acknowledged which reminder when (R7).
func (s *State) share(img *Image, target string) Object {
	p, share := s.Projects[target], img.Shares[target]
	return Object{
		"projectId": target, "projectName": p.Name, "accountId": p.Account,
		"sharedAt": share.At, "sharedBy": share.By, "acknowledgedReminder": sharing.Reminder.Version,
		"status": share.Status,
	}
}

// UnshareImage cancels the share with one target. Only the sharer can (R10).
type UnshareImage struct{ Owner, Image, Target string }

// Form implements Request.
func (r UnshareImage) Form() Form {
	return Form{
		By: Tester, Method: "DELETE", Path: api.SharePath(r.Owner, r.Image, r.Target), Images: []string{r.Image},
		Outcomes: []string{"204", "404 ImageNotFound", "404 ShareNotFound"},
	}
}

// Apply implements Request.
func (r UnshareImage) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	if _, has := img.Shares[r.Target]; !has {
		return s, refusal(404, "ShareNotFound", nil)
	}
	left := *img
	left.Shares = without(img.Shares, r.Target)
	a := img.activity("ShareCancelled", Tester)
	a.Targets = r.Target
	return s.withImage(left).withActivity(a, r.Owner), Response{Status: 204}
}

// RevokeShares ends all shares of an image.
type RevokeShares struct{ Owner, Image string }

// Form implements Request.
func (r RevokeShares) Form() Form {
	return Form{
		By: Tester, Method: "DELETE", Path: api.SharesPath(r.Owner, r.Image), Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound"},
	}
}

// Apply implements Request.
func (r RevokeShares) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	body := Object{"imageId": img.ID, "revoked": slices.Sorted(maps.Keys(img.Shares)), "shareCount": 0}
	if len(img.Shares) == 0 {
		body["revoked"] = []string{}
		return s, Response{Status: 200, Body: body}
	}
	left := *img
	left.Shares = nil
	a := img.activity("SharesRevoked", Tester)
	a.Targets = sortedTargets(img.Shares)
	return s.withImage(left).withActivity(a, r.Owner), Response{Status: 200, Body: body}
}

// ListShares lists who has an own image, newest first and then by project.
type ListShares struct{ Owner, Image string }

// Form implements Request.
func (r ListShares) Form() Form {
	return Form{
		By: Tester, Method: "GET", Path: api.SharesPath(r.Owner, r.Image), Images: []string{r.Image},
		Outcomes: []string{"200", "404 ImageNotFound"},
	}
}

// Apply implements Request.
func (r ListShares) Apply(s *State, _ Observed) (*State, Response) {
	img, ok := s.owned(r.Owner, r.Image)
	if !ok {
		return s, imageNotFound()
	}
	shares := set{"projectId", map[string]Object{}}
	for target := range img.Shares {
		shares.objects[target] = s.share(img, target)
	}
	return s, Response{Status: 200, Body: Object{"imageId": img.ID, "shares": shares, "shareCount": len(img.Shares), "shareLimit": s.Limit}}
}

func (r ListShares) inOrder(got Response) bool {
	return slices.IsSortedFunc(Objects(got.Body["shares"]), func(a, b Object) int {
		if c := instant(text(b, "sharedAt")).Compare(instant(text(a, "sharedAt"))); c != 0 {
			return c
		}
		return strings.Compare(text(a, "projectId"), text(b, "projectId"))
	})
}

func (r ListShares) details(got Response, scope Scope) (func(Object), []Moment) {
	shares := Objects(got.Body["shares"])
	details := []Moment{reads(func(*State) bool { return same(len(shares), got.Body["shareCount"]) })}
	listed := map[string]bool{}
	for _, share := range shares {
		target := text(share, "projectId")
		listed[target] = true
		details = append(details, reads(func(s *State) bool {
			img, ok := s.received(target, r.Image)
			if !ok || img.Owner != r.Owner {
				return false
			}
			want := s.share(img, target)
			want["status"] = Unknown
			return same(want, share)
		}), hasStatus(r.Image, target, share["status"]))
	}
	for _, target := range scope.Projects {
		if !listed[target] {
			details = append(details, reads(func(s *State) bool {
				img, ok := s.received(target, r.Image)
				return !ok || img.Owner != r.Owner
			}))
		}
	}
	return unknown("shares", "shareCount"), details
}
