package sharing

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// The days for which activities are kept, unless a deployment says otherwise, and
// the most it may say.
const (
	DefaultActivityRetentionDays = 400
	MaxActivityRetentionDays     = 3650
)

// ActivityID names an activity. It is a random id, new for each change.
type ActivityID string

// ActivityType says what was done.
type ActivityType string

// The types of the contract.
const (
	ProjectRegistered ActivityType = "ProjectRegistered"
	ProjectChanged    ActivityType = "ProjectChanged"
	ProjectClosed     ActivityType = "ProjectClosed"
	PolicyChanged     ActivityType = "PolicyChanged"
	ImageRegistered   ActivityType = "ImageRegistered"
	ImageChanged      ActivityType = "ImageChanged"
	ImageDeleted      ActivityType = "ImageDeleted"
	ImageSuspended    ActivityType = "ImageSuspended"
	ImageResumed      ActivityType = "ImageResumed"
	ImageShared       ActivityType = "ImageShared"
	ShareCancelled    ActivityType = "ShareCancelled"
	SharesRevoked     ActivityType = "SharesRevoked"
	ShareAccepted     ActivityType = "ShareAccepted"
	ShareDeclined     ActivityType = "ShareDeclined"
	ImageSaved        ActivityType = "ImageSaved"
	ImageCopied       ActivityType = "ImageCopied"
	CopyCompleted     ActivityType = "CopyCompleted"
	CopyFailed        ActivityType = "CopyFailed"
)

// ActivityTypes are all of them, in the order of the contract.
func ActivityTypes() []ActivityType {
	return []ActivityType{
		ProjectRegistered, ProjectChanged, ProjectClosed, PolicyChanged,
		ImageRegistered, ImageChanged, ImageDeleted, ImageSuspended, ImageResumed,
		ImageShared, ShareCancelled, SharesRevoked, ShareAccepted, ShareDeclined,
		ImageSaved, ImageCopied, CopyCompleted, CopyFailed,
	}
}

// Actor is who did something: the token's sub, and its client_id or azp.
type Actor struct {
	Subject  string `json:"subject"`
	ClientID string `json:"clientId,omitempty"`
}

// System is the actor of what the system does by itself, for a reason that the
// activity names.
var System = Actor{Subject: "system"}

// Origin is where a command comes from: who asks, as which request, and when.
// ActivityID is that of the activity that it leaves if it changes something,
// and KeepUntil when that may go; a command that is decided anew keeps the id,
// so that one change is one activity.
type Origin struct {
	Actor      Actor
	RequestID  string
	Now        time.Time
	ActivityID ActivityID
	KeepUntil  time.Time
	Reason     string // why the system does it, "" of what somebody asked for
}

// ImageRef names an image, whose it is, and where.
type ImageRef struct {
	ImageID   ImageID   `json:"imageId"`
	ProjectID ProjectID `json:"projectId"`
	Region    string    `json:"region"`
}

// Activity is the record of one change: who did what, on whom, and why. It is
// written in the very transaction of the change, and never changes.
type Activity struct {
	ID   ActivityID   `json:"activityId"`
	At   time.Time    `json:"at"`
	Type ActivityType `json:"type"`
	// ProjectID is the project in the request's path, ImageID the image in it.
	ProjectID       ProjectID   `json:"projectId"`
	ImageID         ImageID     `json:"imageId,omitempty"`
	Region          string      `json:"region,omitempty"` // of the image
	Actor           Actor       `json:"actor"`
	RequestID       string      `json:"requestId"`
	Targets         []ProjectID `json:"targets,omitempty"`
	ReminderVersion string      `json:"reminderVersion,omitempty"` // that was acknowledged (R7)
	Source          *ImageRef   `json:"source,omitempty"`          // what was saved or copied, or accepted or declined
	Copy            *ImageRef   `json:"copy,omitempty"`            // the image that was made of it
	Changed         []string    `json:"changed,omitempty"`         // the fields
	Reason          string      `json:"reason,omitempty"`
	Failure         *Failure    `json:"failure,omitempty"` // of a copy
	KeepUntil       time.Time   `json:"-"`
}

// FeedEntry makes an activity visible to a project, and under an image's id if
// it is of one. One change has one activity, and an entry in the feed of each
// project that it concerns.
type FeedEntry struct {
	Activity
	Feed  ProjectID
	Under ImageID // "" for an activity of the project itself
	// Echo is true of all entries but the first: only the first is published, so
	// that one change is one event.
	Echo bool
}

// Feeds are the entries of an activity: the owner's first, and then that of a recipient
// who did it, of a save under the copy's id. What a recipient says to a share is under
// no image in its feed: two entries under one image would be one.
func (a Activity) Feeds() []FeedEntry {
	first := FeedEntry{Activity: a, Feed: a.ProjectID, Under: a.ImageID}
	if a.Source == nil || a.Source.ProjectID == a.ProjectID {
		return []FeedEntry{first}
	}
	first.Feed = a.Source.ProjectID
	second := FeedEntry{Activity: a, Feed: a.ProjectID, Echo: true}
	if a.Copy != nil {
		second.Under = a.Copy.ImageID
	}
	return []FeedEntry{first, second}
}

// Concerns reports whether an activity is of the image: what was done to it, or
// what made it.
func (a Activity) Concerns(id ImageID) bool {
	return a.ImageID == id || a.Copy != nil && a.Copy.ImageID == id
}

func (o Origin) activity(t ActivityType, now time.Time, p ProjectID) Activity {
	return Activity{ID: o.ActivityID, At: now, Type: t, ProjectID: p, Actor: o.Actor, RequestID: o.RequestID, Reason: o.Reason, KeepUntil: o.KeepUntil}
}

func (o Origin) imageActivity(t ActivityType, now time.Time, img Image) Activity {
	a := o.activity(t, now, img.Owner)
	a.ImageID, a.Region = img.ID, img.Region
	return a
}

// changedFields names the fields, as the contract does, in which two values of
// a type differ.
func changedFields[T any](before, after T) []string {
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	var names []string
	for i := range b.NumField() {
		if !sameValue(b.Field(i), a.Field(i)) {
			names = append(names, jsonName(b.Type().Field(i)))
		}
	}
	slices.Sort(names)
	return names
}

// jsonName is what the contract calls a field.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// sameValue takes no slice and an empty one for the same; maps alike.
func sameValue(a, b reflect.Value) bool {
	if (a.Kind() == reflect.Slice || a.Kind() == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
