package disks

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/buckets"
	"image-sharing/shared/sharing"
)

// refusing is an S3 that answers all calls alike.
type refusing struct {
	status int
	code   string
}

func (s refusing) Do(r *http.Request) (*http.Response, error) {
	body := strings.NewReader("<Error><Code>" + s.code + "</Code></Error>")
	return &http.Response{StatusCode: s.status, Request: r, Body: io.NopCloser(body)}, nil
}

// TestARemovalThatFailsSaysWhetherItPasses: the log of who calls it goes by that.
func TestARemovalThatFailsSaysWhetherItPasses(t *testing.T) {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
	})
	for answer, want := range map[refusing]sharing.Code{
		{503, "SlowDown"}: sharing.CodeThrottled, {500, "InternalError"}: sharing.CodeBusy, {403, "AccessDenied"}: "",
	} {
		synctest.Test(t, func(t *testing.T) {
			places := NewPlaces(buckets.ByRegion{"eu-west": {Name: "disks", Region: "eu-west-1"}}, func(region string) *s3.Client {
				return NewClient(ClientConfig{Region: region, Credentials: keys, HTTPClient: answer})
			})
			err := places.Remove(t.Context(), "eu-west", "img", "uid")
			var refusal *sharing.Error
			if got := errors.As(err, &refusal); err == nil || got != (want != "") || got && refusal.Code != want {
				t.Errorf("%v gives %v", answer, err)
			}
		})
	}
}
