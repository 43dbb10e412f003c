package faultinjection

import (
	"errors"
	"fmt"
	"regexp"

	"image-sharing/shared/sharing"
)

// response is what a caller gets of a use case.
type response struct {
	code sharing.Code // of a refusal or a failure, "" for success
	text string       // all of it
}

func (r response) String() string { return fmt.Sprintf("%.1000s", r.text) }

// same reports whether the caller gets the same, whichever id a new image has.
func (r response) same(other response) bool { return masked(r.text) == masked(other.text) }

// codeOf is the code of an error: Internal of one that is no refusal.
func codeOf(err error) sharing.Code {
	var refusal *sharing.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return refusal.Code
	}
	return sharing.CodeInternal
}

var (
	imageID    = regexp.MustCompile(`img-[a-z2-7]{26}`)
	activityID = regexp.MustCompile(`act-[a-z2-7]{26}`)
	uid        = regexp.MustCompile(`^[A-Z2-7]{26}$`)
)

// masked is a text without what is new at each run: the id of an activity, and
// that of a copy that no key names.
func masked(text string) string {
	text = activityID.ReplaceAllString(text, "a-new-activity")
	return imageID.ReplaceAllStringFunc(text, func(id string) string {
		if id == string(copyOf0) || id == string(copyOf1) || id == string(copyOf2) || id == string(oldCopy) {
			return id
		}
		return "a-new-copy"
	})
}
