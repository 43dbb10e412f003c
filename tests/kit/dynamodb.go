package kit

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/runner"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
)

// attemptTime is longer than a function's: the machine may be busy.
const attemptTime = 10 * time.Second

// DynamoDB returns a client, with the product's retries, for a DynamoDB Local.
func DynamoDB(endpoint string) *dynamodb.Client {
	return DynamoDBOver(awsclient.NewHTTPClient(attemptTime), endpoint)
}

// DynamoDBOver returns a client that sends over a transport of the test's own.
func DynamoDBOver(transport dynamodb.HTTPClient, endpoint string) *dynamodb.Client {
	return dynamo.NewClient(dynamo.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: endpoint, Credentials: dynamodblocal.Credentials(), HTTPClient: transport,
	})
}

// Table returns the table of a service on DynamoDB, past any proxy; nil on
// SQLite.
func (e *Environment) Table() *dynamo.Store {
	e.T.Helper()
	if e.Config.Store != runner.DynamoDB {
		return nil
	}
	return dynamo.New(DynamoDB(ddbtest.Endpoint(e.T)), e.Config.TableName)
}

// Inspect looks at the whole table of a service on DynamoDB.
func (e *Environment) Inspect() Inspection {
	e.T.Helper()
	found, err := Inspect(e.context(), e.Table(), dynamo.Whole)
	if err != nil {
		e.T.Fatal(err)
	}
	return found
}

// Items returns every item of a table as JSON, by its primary key, "pk sk".
// String sets are sorted, so that equal tables have equal texts.
func Items(t testing.TB, db *dynamodb.Client, table string) map[string]string {
	t.Helper()
	items := make(map[string]string)
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			for _, value := range item {
				if set, ok := value.(*types.AttributeValueMemberSS); ok {
					slices.Sort(set.Value)
				}
			}
			text, err := json.Marshal(item)
			if err != nil {
				t.Fatal(err)
			}
			items[textOf(item["pk"])+" "+textOf(item["sk"])] = string(text)
		}
	}
	return items
}

func textOf(value types.AttributeValue) string {
	text, _ := value.(*types.AttributeValueMemberS)
	return text.Value
}
