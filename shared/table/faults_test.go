package table

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/sharing"
)

// TestNothingIsSentWithoutAConnection: the caller's time ends while net/http
// still waits for a connection. The SDK puts an error of its own in the place
// of net/http's then.
func TestNothingIsSentWithoutAConnection(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	client := NewHTTPClient(time.Minute).WithDialerOptions(func(d *net.Dialer) {
		d.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			giveUp()
			<-ctx.Done()
			return ctx.Err()
		}
	})
	db := NewClient(ClientConfig{
		Region: "us-east-1", Endpoint: "http://127.0.0.1:1", HTTPClient: client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	err := New(db, "table").Unshare(ctx, sharing.UnshareWish{Owner: "owner", ImageID: imageID, Target: "t1", Now: instant})
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
		t.Errorf("told %v, not Busy", err)
	}
}
