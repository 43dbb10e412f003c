package cleanup

import (
	"errors"
	"fmt"
	"testing"

	"image-sharing/shared/sharing"
)

func TestAFailureHasItsCode(t *testing.T) {
	cause := errors.New("cause")
	for want, err := range map[string]error{
		"Busy":      fmt.Errorf("image i: %w", sharing.Busy(cause)),
		"Throttled": sharing.Throttled(cause),
		"failed":    cause,
	} {
		if got := failure(err); got != want {
			t.Errorf("%v is %s, not %s", err, got, want)
		}
	}
}
