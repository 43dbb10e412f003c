package dynamo

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"image-sharing/shared/sharing"
)

// throttling is an HTTP client of a DynamoDB that throttles every request.
type throttling struct{ requests int }

func (c *throttling) Do(r *http.Request) (*http.Response, error) {
	c.requests++
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}`)),
	}, nil
}

// TestEveryCallHasAllItsAttempts: after a hundred or so retries the SDK's own quota
// would let no call more have any, and so make one tenant's throttling the
// errors of all.
func TestEveryCallHasAllItsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // no waiting
		client := &throttling{}
		store := New(clientBy(client, "http://dynamodb.invalid"), "table")
		for call := range 300 {
			client.requests = 0
			_, readErr := store.Image(t.Context(), "owner", imageID)
			writeErr := store.write(t.Context(), store.put(projectItem(sharing.Project{ID: "p"}), nil, nil))
			for _, err := range []error{readErr, writeErr} {
				if !errors.Is(err, &sharing.Error{Code: sharing.CodeThrottled}) {
					t.Fatalf("call %d: the error is %v, not Throttled", call, err)
				}
			}
			if client.requests != 2*5 { // docs/design.md, "Retries"
				t.Fatalf("call %d: a read and a write were sent %d times, not 5 times each", call, client.requests)
			}
		}
	})
}
