package storetest_test

import (
	"testing"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/storetest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

func TestDynamoDB(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store {
		db := dynamo.NewClient(dynamo.ClientConfig{
			Region: ddbtest.Region, Endpoint: ddbtest.Endpoint(t), Credentials: ddbtest.Credentials(),
			HTTPClient: dynamo.NewHTTPClient(10 * time.Second),
		})
		return dynamo.New(db, ddbtest.NewTable(t, db))
	})
}
