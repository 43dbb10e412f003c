package dynamodblocal_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

func newClient(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint), Region: dynamodblocal.Region, Credentials: dynamodblocal.Credentials(),
	})
}

// eventually waits for what must come, up to a time that only bounds a test
// that fails.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
	}
}
