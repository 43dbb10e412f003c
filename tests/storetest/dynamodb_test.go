package compliance_test

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
	compliance.Run(t, func(t *testing.T) service.Engine {
		db := table.NewClient(table.ClientConfig{
			Region: "us-east-1", Endpoint: ddbtest.Endpoint(t), HTTPClient: table.NewHTTPClient(10 * time.Second),
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
			}),
		})
		return table.New(db, ddbtest.NewTable(t, db))
	})
}
