package dynamodblocal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The table as template.yaml declares it (docs/design.md).
const (
	index        = "gsi1"
	partitionKey = "pk"
	sortKey      = "sk"
	indexPK      = "gsi1pk"
	indexSK      = "gsi1sk"
	endOfLife    = "expiresAt"
)

const tableTime = time.Minute

// CreateTable makes the project's single table and returns when it is ready.
// A table of this name that exists already is fine if it has the keys, the
// index and the stream that the project needs; if not, the error names what
// differs.
func CreateTable(ctx context.Context, db *dynamodb.Client, name string) error {
	_, err := db.CreateTable(ctx, tableInput(name))
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("cannot create the table %s: %w", name, err)
	}
	waiter := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second // made for the cloud: 20 s
	})
	out, err := waiter.WaitForOutput(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)}, tableTime)
	if err != nil {
		return fmt.Errorf("the table %s did not become ready: %w", name, err)
	}
	if err := checkShape(out.Table); err != nil {
		return fmt.Errorf("there is a table %s already, but %w: choose another name", name, err)
	}
	return enableTimeToLive(ctx, db, name)
}

// Empty reports whether a table has no item.
func Empty(ctx context.Context, db *dynamodb.Client, name string) (bool, error) {
	out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(name), Limit: aws.Int32(1), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return false, fmt.Errorf("cannot read the table %s: %w", name, err)
	}
	return out.Count == 0, nil
}

// enableTimeToLive has activities removed when their time is over. To enable it
// again is an error, so it asks first.
func enableTimeToLive(ctx context.Context, db *dynamodb.Client, name string) error {
	out, err := db.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(name)})
	if err != nil {
		return fmt.Errorf("cannot read the time to live of the table %s: %w", name, err)
	}
	switch out.TimeToLiveDescription.TimeToLiveStatus {
	case types.TimeToLiveStatusEnabled, types.TimeToLiveStatusEnabling:
		return nil
	}
	_, err = db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(name),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(endOfLife), Enabled: aws.Bool(true)},
	})
	if err != nil {
		return fmt.Errorf("cannot set the time to live of the table %s: %w", name, err)
	}
	return nil
}

func tableInput(name string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(name),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			stringAttribute(partitionKey), stringAttribute(sortKey),
			stringAttribute(indexPK), stringAttribute(indexSK),
		},
		KeySchema: keySchema(partitionKey, sortKey),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String(index),
			KeySchema:  keySchema(indexPK, indexSK),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}
}

func stringAttribute(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
}

func keySchema(partition, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(partition), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

func checkShape(t *types.TableDescription) error {
	for _, name := range []string{partitionKey, sortKey, indexPK, indexSK} {
		if !slices.ContainsFunc(t.AttributeDefinitions, func(a types.AttributeDefinition) bool {
			return aws.ToString(a.AttributeName) == name && a.AttributeType == types.ScalarAttributeTypeS
		}) {
			return fmt.Errorf("it has no string attribute %s among its keys", name)
		}
	}
	if !hasKeys(t.KeySchema, partitionKey, sortKey) {
		return fmt.Errorf("its keys are not %s and %s", partitionKey, sortKey)
	}
	if !slices.ContainsFunc(t.GlobalSecondaryIndexes, func(i types.GlobalSecondaryIndexDescription) bool {
		return aws.ToString(i.IndexName) == index && hasKeys(i.KeySchema, indexPK, indexSK) &&
			i.Projection != nil && i.Projection.ProjectionType == types.ProjectionTypeKeysOnly
	}) {
		return fmt.Errorf("it has no keys-only index %s on %s and %s", index, indexPK, indexSK)
	}
	if s := t.StreamSpecification; s == nil || !aws.ToBool(s.StreamEnabled) || s.StreamViewType != types.StreamViewTypeNewAndOldImages {
		return fmt.Errorf("it has no stream of new and old images")
	}
	return nil
}

func hasKeys(schema []types.KeySchemaElement, partition, sort string) bool {
	return slices.EqualFunc(schema, keySchema(partition, sort), func(a, b types.KeySchemaElement) bool {
		return aws.ToString(a.AttributeName) == aws.ToString(b.AttributeName) && a.KeyType == b.KeyType
	})
}
