package sharing

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorsCompareByCode(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("sharing: %w", &Error{Code: CodeBusy, Detail: "detail", Cause: cause})
	switch {
	case !errors.Is(err, &Error{Code: CodeBusy}):
		t.Error("not the refusal with its own code")
	case errors.Is(err, &Error{Code: CodeThrottled}):
		t.Error("the refusal with another code")
	case !errors.Is(err, cause):
		t.Error("the cause is lost")
	case !strings.Contains(err.Error(), "Busy: detail: cause"):
		t.Errorf("the log shows %q", err)
	}
	if got := ShareNotFound("i", "p").Error(); got != "ShareNotFound: The image i is not shared with the project p, so there is nothing to cancel." {
		t.Errorf("the log shows %q", got)
	}
}
