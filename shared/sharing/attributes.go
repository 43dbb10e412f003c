package sharing

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	maxTags           = 50
	maxTagKeyLength   = 128
	maxTagValueLength = 256
	// maxTagBytes is of all keys and values of an image, in UTF-8: a page has a hundred
	// images, and a function's response 6 MB (AWS Lambda, quotas).
	maxTagBytes      = 4096
	maxMessageLength = 1024
)

// Failure says why an image failed: a code for programs, a message for people.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Deprecation says that an image should not be used any more: since or from when
// on, what instead, and why. Without all of these it says just that.
type Deprecation struct {
	At                 *time.Time `json:"at,omitempty"`
	ReplacementImageID *ImageID   `json:"replacementImageId,omitempty"`
	Message            string     `json:"message,omitempty"`
}

// kept is the description as records can express it: its time in UTC, with
// microseconds. What it shares with the given one stays as it is.
func (s ImageSpec) kept() ImageSpec {
	if s.Deprecation != nil && s.Deprecation.At != nil {
		d := *s.Deprecation
		d.At = new(d.At.UTC().Truncate(time.Microsecond))
		s.Deprecation = &d
	}
	return s
}

// Those that follow bring the texts to their normal form, in a copy: what they get
// may be a part of an image that stands.

func (v *Violations) failure(f **Failure) {
	if *f == nil {
		return
	}
	copied := **f
	*f = &copied
	v.CheckID("failure.code", copied.Code)
	v.prose("failure.message", &copied.Message, 0, maxMessageLength)
}

func (v *Violations) tags(tags *map[string]string) {
	if len(*tags) > maxTags {
		v.Add("tags", fmt.Sprintf("must be at most %d, not %d", maxTags, len(*tags)))
		return
	}
	normal, size := make(map[string]string, len(*tags)), 0
	for _, key := range slices.Sorted(maps.Keys(*tags)) {
		value, before := (*tags)[key], len(*v)
		if v.text("tags.(key)", &key, 1, maxTagKeyLength); len(*v) > before {
			continue // only a valid key is shown
		}
		v.text("tags."+key, &value, 0, maxTagValueLength)
		_, twice := normal[key]
		v.Check(!twice, "tags."+key, "must be given once, in whatever normal form")
		normal[key] = value
		size += len(key) + len(value)
	}
	v.Check(size <= maxTagBytes, "tags", fmt.Sprintf("must have at most %d bytes in all, not %d", maxTagBytes, size))
	*tags = normal
}

func (v *Violations) deprecation(deprecation **Deprecation, id ImageID) {
	if *deprecation == nil {
		return
	}
	d := new(**deprecation)
	*deprecation = d
	if d.At != nil {
		year := d.At.UTC().Year()
		v.Check(year >= 1970 && year <= 9999, "deprecation.at", "must be of the years 1970 to 9999 in UTC")
	}
	if d.ReplacementImageID != nil {
		v.CheckID("deprecation.replacementImageId", string(*d.ReplacementImageID))
		v.Check(*d.ReplacementImageID != id, "deprecation.replacementImageId", "must be another image")
	}
	v.prose("deprecation.message", &d.Message, 0, maxMessageLength)
}
