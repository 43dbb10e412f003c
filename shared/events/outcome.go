package events

import (
	"context"
	"errors"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/sharing"
)

// entryError is what the bus reports of one entry of a call.
type entryError struct{ code, message string }

func (e *entryError) Error() string { return e.code + ": " + e.message }

// The codes of entries that may be taken another time (EventBridge API,
// "PutEventsResultEntry").
const (
	throttlingException = "ThrottlingException"
	internalFailure     = "InternalFailure"
)

func (e *entryError) passes() bool { return e.code == throttlingException || e.code == internalFailure }

// outcomeOf names a failure for the log. What passes by itself is Throttled or
// Busy, as everywhere: no deployment is stopped by Busy.
func outcomeOf(err error) string {
	var entry *entryError
	var refusal *sharing.Error
	switch {
	case errors.As(err, &refusal):
		return string(refusal.Code) // of the store
	case errors.As(err, &entry) && entry.code == throttlingException, awsclient.IsThrottled(err):
		return string(sharing.CodeThrottled)
	case entry != nil && entry.passes(), errors.Is(err, errNotSent),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), awsclient.IsRetryable(err):
		return string(sharing.CodeBusy)
	}
	return "failed"
}
