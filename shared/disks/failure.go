package disks

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/sharing"
)

// failure ends a copy: to try again would lead to the same.
type failure sharing.Failure

func (f *failure) Error() string { return f.Code + ": " + f.Message }

// The failures of the contract.
var (
	sourceMissing    = &failure{"SourceDiskMissing", "A disk of the source image is not there any more."}
	sourceChanged    = &failure{"SourceDiskChanged", "A disk of the source image was changed while it was copied."}
	checksumMismatch = &failure{"ChecksumMismatch", "What was copied is not what the source image has."}
	accessDenied     = &failure{"AccessDenied", "The disks of the source image or of the copy may not be accessed."}
	timedOut         = &failure{"TimedOut", "The disks could not be copied within a day."}
)

// The codes of S3 that the copier acts on. A HEAD's are made of its status, because
// it has no body.
const (
	codeNotFound           = "NotFound"
	codeForbidden          = "Forbidden"
	codeAccessDenied       = "AccessDenied"
	codeNoSuchKey          = "NoSuchKey"
	codeNoSuchUpload       = "NoSuchUpload"
	codePreconditionFailed = "PreconditionFailed"
	codeConditionConflict  = "ConditionalRequestConflict"
)

func codeOf(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

// denied makes of S3's refusal the failure that it is.
func denied(err error) error {
	switch codeOf(err) {
	case codeForbidden, codeAccessDenied:
		return accessDenied
	}
	return err
}

// copyError is denied for a call that names the source.
func copyError(err error) error {
	switch codeOf(err) {
	case codeNoSuchKey:
		return sourceMissing
	case codePreconditionFailed:
		return sourceChanged
	}
	return denied(err)
}

// outcomeOf names for the log why a message failed. What passes by itself is Throttled
// or Busy, as everywhere.
func outcomeOf(err error) string {
	var refusal *sharing.Error
	switch {
	case errors.As(err, &refusal):
		return string(refusal.Code)
	case awsclient.IsThrottled(err):
		return string(sharing.CodeThrottled)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), awsclient.IsRetryable(err):
		return string(sharing.CodeBusy)
	}
	return "failed"
}
