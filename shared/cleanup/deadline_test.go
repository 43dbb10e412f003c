package cleanup

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/dynamo"
)

// deletion is the record of a deleted image that one project had.
func deletion(number string) events.DynamoDBEventRecord {
	r := events.DynamoDBEventRecord{EventName: "REMOVE"}
	r.Change.SequenceNumber = number
	r.Change.Keys = map[string]events.DynamoDBAttributeValue{
		"pk": events.NewStringAttribute("IMAGE#img-1"), "sk": events.NewStringAttribute("IMAGE"),
	}
	r.Change.OldImage = map[string]events.DynamoDBAttributeValue{
		"uid": events.NewStringAttribute("u"), "sharedWith": events.NewStringSetAttribute([]string{"p"}),
	}
	return r
}

// handled runs a batch against a DynamoDB that is do.
func handled(t *testing.T, ctx context.Context, do doer, records ...events.DynamoDBEventRecord) events.DynamoDBEventResponse {
	t.Helper()
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: "eu-west-1", HTTPClient: do,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
		}),
	})
	reply, err := NewHandler(dynamo.New(db, "t"), slog.New(slog.DiscardHandler))(ctx, events.DynamoDBEvent{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func TestDynamoDBIsAskedInTimeForTheReply(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	var got time.Time
	handled(t, ctx, func(r *http.Request) (*http.Response, error) {
		got, _ = r.Context().Deadline()
		return nil, errors.New("no DynamoDB")
	}, deletion("1"))
	if !got.Equal(end.Add(-500 * time.Millisecond)) {
		t.Errorf("the deadline is %v, not half a second before %v", got, end)
	}
}

func TestARecordWithoutTimeIsTheNextToBeSent(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond) // less than the reply needs
	defer cancel()
	ignored := deletion("1")
	ignored.EventName = "MODIFY"
	reply := handled(t, ctx, func(r *http.Request) (*http.Response, error) {
		return nil, r.Context().Err()
	}, ignored, deletion("2"), deletion("3"))
	if len(reply.BatchItemFailures) != 1 || reply.BatchItemFailures[0].ItemIdentifier != "2" {
		t.Errorf("the reply is %+v, which does not name the second record", reply)
	}
}
