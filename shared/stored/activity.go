package stored

import (
	"time"

	"image-sharing/shared/sharing"
)

// activity leaves whose feed it is in, and under which image, to the stores.
func activity(f *form, e *sharing.FeedEntry) {
	always := f.always()
	text(always, "activityId", &e.ID)
	moment(always, "at", &e.At)
	text(always, "type", &e.Type)
	text(always, "projectId", &e.ProjectID)
	record(always, "actor", &e.Actor, actor)
	text(always, "requestId", &e.RequestID)
	second(always, "expiresAt", &e.KeepUntil)
	flag(f, "echo", &e.Echo)
	text(f, "imageId", &e.ImageID)
	text(f, "region", &e.Region)
	texts(f, "targets", &e.Targets)
	text(f, "reminderVersion", &e.ReminderVersion)
	optionalRecord(f, "source", &e.Source, imageRef)
	optionalRecord(f, "copy", &e.Copy, imageRef)
	texts(f, "changed", &e.Changed)
	text(f, "reason", &e.Reason)
	optionalRecord(f, "failure", &e.Failure, failure)
}

func actor(f *form, a *sharing.Actor) {
	text(f.always(), "subject", &a.Subject)
	text(f, "clientId", &a.ClientID)
}

func imageRef(f *form, r *sharing.ImageRef) {
	always := f.always()
	text(always, "imageId", &r.ImageID)
	text(always, "projectId", &r.ProjectID)
	text(always, "region", &r.Region)
}

// EncodeActivity returns what is kept of an activity in a feed, but for whose
// feed it is.
func EncodeActivity(e sharing.FeedEntry) Attributes { return encode(&e, activity) }

// DecodeActivity returns the activity that was kept, without whose feed it is in,
// and errors as DecodeProject.
func DecodeActivity(l Lookup) (sharing.FeedEntry, error) { return decode(l, activity) }

func flag(f *form, name string, field *bool) {
	if f.writing() {
		f.write(name, int64(1), !*field)
	} else if n, ok := read[int64](f, name); ok {
		*field = n != 0
	}
}

// second is a time as DynamoDB's time to live wants it: in seconds since 1970.
func second(f *form, name string, field *time.Time) {
	if f.writing() {
		f.write(name, field.Unix(), field.IsZero())
	} else if n, ok := read[int64](f, name); ok {
		*field = time.Unix(n, 0).UTC()
	}
}

func texts[S ~string](f *form, name string, field *[]S) {
	if f.writing() {
		elements := make([]any, len(*field))
		for i, s := range *field {
			elements[i] = string(s)
		}
		f.write(name, elements, len(elements) == 0)
	} else if elements, ok := read[[]any](f, name); ok {
		*field = nil
		for _, e := range elements {
			s, ok := e.(string)
			if !ok {
				f.fail(name, errWrongType)
			}
			*field = append(*field, S(s))
		}
	}
}
