package storetest_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/storetest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

func TestDynamoDB(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store {
		db := dynamo.NewClient(dynamo.ClientConfig{
			Region: "us-east-1", Endpoint: ddbtest.Endpoint(t), HTTPClient: dynamo.NewHTTPClient(10 * time.Second),
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
			}),
		})
		return dynamo.New(db, ddbtest.NewTable(t, db))
	})
}
