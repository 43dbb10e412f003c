package dynamodblocal_test

import (
	"crypto/rand"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

func TestCreateTable(t *testing.T) {
	t.Parallel()
	db := newClient(ddbtest.Endpoint(t))
	name := ddbtest.NewTable(t, db)
	if err := dynamodblocal.CreateTable(t.Context(), db, name); err != nil {
		t.Errorf("creating it again: %v", err)
	}
	out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Table.BillingModeSummary; got == nil || got.BillingMode != types.BillingModePayPerRequest {
		t.Errorf("billing is %v", got)
	}
	live, err := db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	if got := live.TimeToLiveDescription; got.TimeToLiveStatus != types.TimeToLiveStatusEnabled || aws.ToString(got.AttributeName) != "expiresAt" {
		t.Errorf("time to live is %+v", got)
	}
}

func TestCreateTableRefusesAnotherShape(t *testing.T) {
	t.Parallel()
	db := newClient(ddbtest.Endpoint(t))
	for fault, change := range map[string]func(*dynamodb.CreateTableInput){
		"keys": func(in *dynamodb.CreateTableInput) {
			in.KeySchema[0].AttributeName, in.KeySchema[1].AttributeName = aws.String("sk"), aws.String("pk")
		},
		"attribute gsi1sk": func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions[3].AttributeType = types.ScalarAttributeTypeN
		},
		"index": func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].Projection.ProjectionType = types.ProjectionTypeAll
		},
		"stream": func(in *dynamodb.CreateTableInput) {
			in.StreamSpecification.StreamViewType = types.StreamViewTypeKeysOnly
		},
	} {
		in := dynamodblocal.TableInput("test-" + rand.Text())
		change(in)
		if _, err := db.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		err := dynamodblocal.CreateTable(t.Context(), db, *in.TableName)
		if err == nil {
			t.Errorf("a table with other %s is accepted", fault)
			continue
		}
		wantContains(t, err.Error(), fault)
	}
}
