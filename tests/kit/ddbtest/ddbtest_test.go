package ddbtest

import (
	"errors"
	"fmt"
	"testing"

	"image-sharing/local/dynamodblocal"
)

// outcome keeps how a test would have ended.
type outcome struct {
	testing.TB
	how string
}

func (o *outcome) Helper()      {}
func (o *outcome) Skip(...any)  { o.how = "skipped" }
func (o *outcome) Fatal(...any) { o.how = "failed" }

func TestAMissingProgramSkipsOnlyOutsideCI(t *testing.T) {
	missing := fmt.Errorf("%w: java", dynamodblocal.ErrMissing)
	for _, c := range []struct {
		ci   string
		err  error
		want string
	}{
		{"", missing, "skipped"},
		{"true", missing, "failed"},
		{"", errors.New("npm found no network"), "failed"},
		{"true", nil, ""},
	} {
		t.Setenv("CI", c.ci)
		var o outcome
		if need(&o, c.err); o.how != c.want {
			t.Errorf("CI=%q and %v: %q, want %q", c.ci, c.err, o.how, c.want)
		}
	}
}
