package table

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal/ddbtest"
	"image-sharing/shared/sharing"
)

// detour is an HTTP client that keeps the first transaction back: the SDK is
// told that its time is over, and the request arrives when release is called.
type detour struct {
	dynamodb.HTTPClient
	meanwhile func()
	held      *http.Request
}

func (d *detour) Do(r *http.Request) (*http.Response, error) {
	if d.held != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return d.HTTPClient.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d.held = r.Clone(context.Background())
	d.held.Body = io.NopCloser(bytes.NewReader(body))
	d.meanwhile()
	return nil, context.DeadlineExceeded
}

func (d *detour) release(t *testing.T) {
	t.Helper()
	response, err := d.HTTPClient.Do(d.held)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

// newDetour returns the engine by way of the detour, and directly. Both have
// an image and targets to share it with.
func newDetour(t *testing.T, meanwhile func(direct *Table)) (*Table, *Table, *detour) {
	t.Helper()
	direct := newTable(t)
	d := &detour{HTTPClient: NewHTTPClient(10 * time.Second), meanwhile: func() { meanwhile(direct) }}
	db := NewClient(ClientConfig{
		Region: "us-east-1", Endpoint: ddbtest.Endpoint(t), HTTPClient: d,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	for _, p := range append(everyTarget, "owner") {
		_, _, err := direct.PutProject(t.Context(), p, sharing.ProjectSpec{AccountID: "a", Name: "n"}, instant)
		fatal(t, err)
	}
	_, _, err := direct.PutImage(t.Context(), sharing.PutImageWish{
		Owner: "owner", ImageID: imageID, UID: "u1", Now: instant,
		Spec: sharing.ImageSpec{Name: "n", Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available},
	})
	fatal(t, err)
	return New(db, *direct.name), direct, d
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lateWish(limit int, targets ...sharing.ProjectID) sharing.ShareWish {
	return sharing.ShareWish{Owner: "owner", ImageID: imageID, Targets: targets, Acknowledged: true, Now: instant, Limit: limit}
}

// TestALateAttemptIsNotRefused: an attempt that was lost arrives after the
// SDK's second one was refused, and takes effect. Who was told of a refusal
// was told something untrue.
func TestALateAttemptIsNotRefused(t *testing.T) {
	late, direct, d := newDetour(t, func(direct *Table) {
		_, _, err := direct.Share(t.Context(), lateWish(1, "t2"))
		fatal(t, err)
	})
	_, _, err := late.Share(t.Context(), lateWish(1, "t1"))
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		t.Errorf("told %v, not OutcomeUnknown", err)
	}
	fatal(t, direct.Unshare(t.Context(), "owner", imageID, "t2"))
	d.release(t)
	if _, err := direct.Received(t.Context(), "t1", imageID); err != nil {
		t.Errorf("the late attempt took no effect, so this proves nothing: %v", err)
	}
}

// TestALateAttemptIsNotDecidedAnew: if the share were decided anew and
// succeeded, the lost attempt could bring it back after it was cancelled.
func TestALateAttemptIsNotDecidedAnew(t *testing.T) {
	late, direct, _ := newDetour(t, func(direct *Table) {
		fatal(t, direct.Unshare(t.Context(), "owner", imageID, "t2"))
	})
	_, _, err := direct.Share(t.Context(), lateWish(limit, "t2"))
	fatal(t, err)
	_, _, err = late.Share(t.Context(), lateWish(limit, "t1", "t2"))
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		t.Errorf("told %v, not OutcomeUnknown", err)
	}
	if _, err := direct.Received(t.Context(), "t1", imageID); err == nil {
		t.Error("it was decided anew")
	}
}
