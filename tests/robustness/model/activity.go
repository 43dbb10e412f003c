package model

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/api"
)

// Activity is the record of a change, but for its id, its time and the request:
// only the service knows these. Lists of names are joined by spaces.
type Activity struct {
	Type, Project, By                 string
	Image, Region                     string // "" for one of a project
	Targets, Changed, ReminderVersion string
	Reason                            string
	Owner, Copy, CopyRegion           string // of a save, copy or answer: the source's owner; and the copy
}

// concerns reports whether an activity is of an image.
func (a Activity) concerns(image string) bool { return a.Image == image || a.Copy == image }

// withActivity returns the state after a change with the activity that it leaves:
// one, which is in the feed of each project that it concerns. State is a new one,
// made for the change.
func (s *State) withActivity(a Activity, feeds ...string) *State {
	if s.Unlisted {
		return s
	}
	for _, feed := range feeds {
		s.Activities = with(s.Activities, feed, with(s.Activities[feed], a, s.Activities[feed][a]+1))
	}
	return s
}

func (r PutProject) activity(kind string, changed []string) Activity {
	return Activity{Type: kind, Project: r.Project, By: Platform, Changed: strings.Join(changed, " ")}
}

func (img *Image) activity(kind, by string) Activity {
	return Activity{Type: kind, Project: img.Owner, By: by, Image: img.ID, Region: text(img.Spec, "region")}
}

// changed are the fields of a new description that are not as before.
func changed(before, after Object) (fields []string) {
	for field, value := range after {
		if !sameJSON(value, before[field]) {
			fields = append(fields, field)
		}
	}
	for field := range before {
		if _, stays := after[field]; !stays {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// sameJSON reports whether two values are written alike; fmt writes maps in the
// order of their keys.
func sameJSON(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func (a Activity) view() Object {
	view := Object{
		"activityId": Unknown, "at": Unknown, "requestId": Unknown,
		"type": a.Type, "projectId": a.Project, "actor": Object{"subject": a.By},
	}
	for field, value := range map[string]string{"imageId": a.Image, "region": a.Region, "reminderVersion": a.ReminderVersion, "reason": a.Reason} {
		if value != "" {
			view[field] = value
		}
	}
	for field, joined := range map[string]string{"targets": a.Targets, "changed": a.Changed} {
		if joined != "" {
			view[field] = strings.Fields(joined)
		}
	}
	if a.Owner != "" {
		view["source"] = Object{"imageId": a.Image, "projectId": a.Owner, "region": a.Region}
	}
	if a.Copy != "" {
		view["copy"] = Object{"imageId": a.Copy, "projectId": a.Project, "region": a.CopyRegion}
	}
	return view
}

// ListActivity reads what was done to an image, of a type or of all.
type ListActivity struct{ Project, Image, Type string }

// mostActivities is the longest page there is.
const mostActivities = 100

// Form implements Request.
func (r ListActivity) Form() Form {
	query := url.Values{"imageId": {r.Image}, "limit": {fmt.Sprint(mostActivities)}}
	if r.Type != "" {
		query.Set("type", r.Type)
	}
	return Form{
		By: Tester, Method: "GET", Path: api.ActivityPath(r.Project) + "?" + query.Encode(), Images: []string{r.Image},
		Outcomes: []string{"200"},
	}
}

// Apply implements Request.
func (r ListActivity) Apply(s *State, _ Observed) (*State, Response) {
	var all bag
	for a, n := range s.Activities[r.Project] {
		if a.concerns(r.Image) && (r.Type == "" || r.Type == a.Type) {
			all = append(all, slices.Repeat([]Object{a.view()}, n)...)
		}
	}
	body := Object{"activities": all}
	if len(all) > mostActivities {
		body["nextToken"] = Unknown
	}
	return s, Response{Status: 200, Body: body}
}

// inOrder also sees that no activity is listed twice.
func (r ListActivity) inOrder(got Response) bool {
	seen := map[string]bool{}
	var last Object
	for _, a := range Objects(got.Body["activities"]) {
		if seen[text(a, "activityId")] || last != nil && text(a, "at") > text(last, "at") {
			return false
		}
		seen[text(a, "activityId")], last = true, a
	}
	return true
}

// bag has objects in any order, of which a response shows the newest. What was
// done at the same time may have been decided in another order than that of the
// clocks.
type bag []Object

func (w bag) is(got any) bool {
	g := Objects(got)
	left := slices.Clone(w)
	// Those whose copy nobody knows go last: they match any copy.
	slices.SortStableFunc(left, func(a, b Object) int { return strings.Compare(copyOf(b), copyOf(a)) })
	for _, o := range g {
		i := slices.IndexFunc(left, func(one Object) bool { return same(one, o) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(g) == min(len(w), mostActivities)
}

func copyOf(a Object) string {
	o, _ := a["copy"].(Object)
	return text(o, "imageId") // Unknown sorts below every id
}

// sharedActivity is of a share with targets that did not have the image.
func (img *Image) sharedActivity(by string, added []string) Activity {
	a := img.activity("ImageShared", by)
	a.Targets, a.ReminderVersion = strings.Join(added, " "), sharing.Reminder.Version
	return a
}

func sortedTargets(shares map[string]Share) string {
	return strings.Join(slices.Sorted(maps.Keys(shares)), " ")
}
