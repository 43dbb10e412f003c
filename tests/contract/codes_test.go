package e2e

import (
	"sync"

	"image-sharing/tests/kit/openapitest"
)

// contractCodes are all codes of the contract: docs/design.md.
var contractCodes = []string{
	"InvalidRequest", "InvalidNextToken", "Unauthenticated", "ProjectAccessDenied", "MissingScope",
	"ImageNotFound", "ShareNotFound", "RouteNotFound", "MethodNotAllowed",
	"ShareLimitExceeded", "ImageNotAvailable", "ImageConflict", "IdempotencyConflict", "RequestTooLarge",
	"SecurityReminderNotAcknowledged", "CrossRegionNotSupported", "ImageNotShareable", "CannotShareWithOwner", "ProjectNotFound",
	"Throttled", "Busy", "OutcomeUnknown", "Internal",
}

var codes struct {
	mu   sync.Mutex
	seen map[string]int
}

func seen(v *openapitest.Validator) {
	codes.mu.Lock()
	defer codes.mu.Unlock()
	if codes.seen == nil {
		codes.seen = map[string]int{}
	}
	_, counts := v.Seen()
	for code, n := range counts {
		codes.seen[code] += n
	}
}

func neverSeen() (missing []string) {
	codes.mu.Lock()
	defer codes.mu.Unlock()
	for _, code := range contractCodes {
		if codes.seen[code] == 0 {
			missing = append(missing, code)
		}
	}
	return missing
}
