package dynamo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
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
	err := New(clientBy(client, "http://127.0.0.1:1"), "table").Unshare(ctx, sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Now: instant})
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
		t.Errorf("told %v, not Busy", err)
	}
}

// hiddenByConflict has the first transaction told that its first condition was
// not even looked at, because of another transaction on the item.
type hiddenByConflict struct {
	dynamodb.HTTPClient
	done bool
}

func (h *hiddenByConflict) Do(r *http.Request) (*http.Response, error) {
	response, err := h.HTTPClient.Do(r)
	if err != nil || h.done || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return response, err
	}
	h.done = true
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	answer = bytes.Replace(answer, []byte("ConditionalCheckFailed\""), []byte("TransactionConflict\""), 1)
	response.Header.Del("X-Amz-Crc32")
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(answer)), int64(len(answer))
	return response, nil
}

// TestAConflictHidesNothing: DynamoDB may find a conflict on one item of a
// transaction and a false condition on another. To cancel a share that is not
// there is refused as such all the same.
func TestAConflictHidesNothing(t *testing.T) {
	_, direct, _ := newDetour(t, nil)
	h := &hiddenByConflict{HTTPClient: NewHTTPClient(10 * time.Second)}
	err := New(clientBy(h, ddbtest.Endpoint(t)), *direct.name).
		Unshare(t.Context(), sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Now: instant})
	if !errors.Is(err, sharing.ShareNotFound()) {
		t.Errorf("told %v, not ShareNotFound", err)
	}
	if !h.done {
		t.Error("there was no conflict")
	}
}
