package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

// owned is an image as its owner sees it.
func (m *reference) owned(img *refImage) object {
	view := maps.Clone(img.spec)
	maps.Copy(view, object{
		"imageId": img.id, "projectId": img.owner, "accountId": img.account,
		"createdAt": img.created, "updatedAt": img.updated,
		"shareCount": len(img.shares), "shareLimit": m.limit,
		"billing": object{"billedProjectId": img.owner, "plan": "custom-image"}, // R9
	})
	if img.source != nil {
		view["source"] = img.source
	}
	return view
}

// shared is an image as a recipient sees it: no data disks, no snapshots, no
// other recipients (R5), and a notice (R8).
func (img *refImage) shared(target string) object {
	view := object{
		"imageId": img.id, "createdAt": img.created, "sharedAt": img.shares[target],
		"systemDisk":     object{"sizeGiB": img.spec["systemDisk"].(object)["sizeGiB"]},
		"owner":          object{"projectId": img.owner, "accountId": img.account},
		"billing":        object{"billedProjectId": img.owner, "recipientFee": "none"},
		"securityNotice": sharing.SecurityNotice,
	}
	for _, same := range []string{"name", "description", "region", "state", "osName", "osType", "architecture"} {
		view[same] = img.spec[same]
	}
	return view
}

// shareView is a share as the owner sees it, with the project's present name
// and account (R7).
func (m *reference) shareView(target, since, by string) object {
	p := m.projects[target]
	return object{
		"projectId": target, "projectName": p["name"], "accountId": p["accountId"],
		"sharedAt": since, "sharedBy": by, "acknowledgedReminder": sharing.Reminder.Version,
	}
}

// shares lists the shares of an image, newest first and then by project.
func (m *reference) shares(owner, id string) expected {
	img := m.images[id]
	if img == nil || img.owner != owner {
		return imageNotFound()
	}
	shares := []object{}
	for target, since := range img.shares {
		shares = append(shares, m.shareView(target, since, img.sharers[target]))
	}
	slices.SortFunc(shares, func(a, b object) int {
		if c := instant(b["sharedAt"]).Compare(instant(a["sharedAt"])); c != 0 {
			return c
		}
		return strings.Compare(a["projectId"].(string), b["projectId"].(string))
	})
	return expected{status: 200, body: object{"imageId": id, "shares": shares, "shareCount": len(shares), "shareLimit": m.limit}}
}

// instant is the time in an answer; the zero time when it is none.
func instant(text any) time.Time {
	s, _ := text.(string)
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}

// refPlace is the place of an entry in a list.
type refPlace struct {
	region string
	at     time.Time
	image  string
}

func (img *refImage) place(at string) refPlace {
	return refPlace{img.spec["region"].(string), instant(at), img.id}
}

// before reports whether a place is listed before another: lists are in
// descending order.
func (p refPlace) before(q refPlace) bool {
	switch {
	case p.region != q.region:
		return p.region > q.region
	case !p.at.Equal(q.at):
		return p.at.After(q.at)
	default:
		return p.image > q.image
	}
}

// refList is a project's list of its own images, or of those it received.
type refList struct {
	project  string
	received bool
	region   string // "" lists all regions
}

func (l refList) path() string {
	if l.received {
		return "/v1/projects/" + l.project + "/shared-images"
	}
	return "/v1/projects/" + l.project + "/images"
}

// address is of a page of the list, without its token.
func (l refList) address(limit int) string {
	address := fmt.Sprintf("%s?limit=%d", l.path(), limit)
	if l.region != "" {
		address += "&region=" + l.region
	}
	return address
}

type refEntry struct {
	refPlace
	view object
}

// list is a whole list.
func (m *reference) list(l refList) (entries []refEntry) {
	for _, img := range m.images {
		switch {
		case l.region != "" && l.region != img.spec["region"]:
		case l.received && img.shares[l.project] != "":
			entries = append(entries, refEntry{img.place(img.shares[l.project]), img.shared(l.project)})
		case !l.received && img.owner == l.project:
			entries = append(entries, refEntry{img.place(img.created), m.owned(img)})
		}
	}
	slices.SortFunc(entries, func(a, b refEntry) int {
		if a.before(b.refPlace) {
			return -1
		}
		return 1
	})
	return entries
}

// after is the part of a list behind a place, nil for its beginning.
func after(entries []refEntry, place *refPlace) []refEntry {
	if place == nil {
		return entries
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e refEntry) bool { return !place.before(e.refPlace) })
}

// mayGoOn reports whether there may be leftovers in a list behind a place.
func (m *reference) mayGoOn(l refList, place refPlace) bool {
	for share, at := range m.leftovers {
		if l.received && share.target == l.project && place.before(at) && (l.region == "" || l.region == at.region) {
			return true
		}
	}
	return false
}
