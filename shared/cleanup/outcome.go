package cleanup

import (
	"errors"

	"image-sharing/shared/sharing"
)

// failure names for the log why a record failed: by its code where the store
// gave one. A deployment is stopped by failures of the function, and Busy is
// none.
func failure(err error) string {
	var refusal *sharing.Error
	if errors.As(err, &refusal) {
		return string(refusal.Code)
	}
	return "failed"
}
