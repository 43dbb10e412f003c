package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	lambda "github.com/aws/aws-lambda-go/events"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/dynamo"
)

type sender func(*http.Request) (*http.Response, error)

func (s sender) Do(r *http.Request) (*http.Response, error) { return s(r) }

// TestAStopIsNoError: what it cuts off of the clean-up, the next start does. A failure
// is one.
func TestAStopIsNoError(t *testing.T) {
	for name, stops := range map[string]bool{"a failure": false, "a stop": true} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		table := dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
			Region: dynamodblocal.Region, Endpoint: "http://dynamodb", Credentials: dynamodblocal.Credentials(),
			HTTPClient: sender(func(*http.Request) (*http.Response, error) {
				if stops {
					cancel()
					return nil, errors.New("the connection is gone")
				}
				return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(`{"__type":"ValidationException"}`))}, nil
			}),
		}), "table")
		var log bytes.Buffer
		text, err := os.ReadFile("../../events/on-image-deleted.json")
		if err != nil {
			t.Fatal(err)
		}
		var e lambda.DynamoDBEvent
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		reply, err := onImageDeleted(table, slog.New(slog.NewTextHandler(&log, nil)))(ctx, e)
		if err == nil && len(reply.BatchItemFailures) == 0 {
			t.Fatalf("%s: the record is done", name)
		}
		if said := strings.Contains(log.String(), "level=ERROR"); said == stops {
			t.Errorf("%s is logged as %q", name, log.String())
		}
	}
}
