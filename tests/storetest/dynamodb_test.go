package storetest_test

import (
	"testing"
	"time"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/storetest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

func TestDynamoDB(t *testing.T) {
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: ddbtest.Region, Endpoint: ddbtest.Endpoint(t), Credentials: ddbtest.Credentials(),
		HTTPClient: awsclient.NewHTTPClient(10 * time.Second),
	})
	storetest.Run(t, dynamo.New(db, ddbtest.NewTable(t, db)))
}
