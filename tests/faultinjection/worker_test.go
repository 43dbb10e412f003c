package faultinjection

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
)

// lane is a table of its own, reached in two ways: through the transport, and
// beside it.
type lane struct {
	transport *transport
	troubled  *dynamo.Store
	plain     *dynamo.Store
	db        *dynamodb.Client // plain
	name      string
	holds     state // what the table was last seen to hold
}

func newLane(t *testing.T) *lane {
	l := &lane{transport: &transport{real: dynamo.NewHTTPClient(time.Minute)}}
	l.db = newClient(t, l.transport.real)
	l.name = ddbtest.NewTable(t, l.db)
	l.plain = dynamo.New(l.db, l.name)
	l.troubled = dynamo.New(newClient(t, l.transport), l.name)
	return l
}

func newClient(t *testing.T, http dynamodb.HTTPClient) *dynamodb.Client {
	return dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: ddbtest.Endpoint(t), HTTPClient: http,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

type item = map[string]types.AttributeValue

// state is everything a table holds, by primary key.
type state map[string]item

func keyOf(it item) string {
	return it["pk"].(*types.AttributeValueMemberS).Value + " " + it["sk"].(*types.AttributeValueMemberS).Value
}

// difference is empty when both are the same; otherwise it says where.
func difference(got, want state) string {
	for k, it := range got {
		if !reflect.DeepEqual(it, want[k]) {
			return fmt.Sprintf("%s is in the way, or not as it should be", k)
		}
	}
	for k := range want {
		if got[k] == nil {
			return fmt.Sprintf("%s is missing", k)
		}
	}
	return ""
}

// asOnce is the state as if no request had been repeated: the second copy has
// the id of the first; what was changed twice at one time, which makes the
// second change a microsecond later, was changed once; and shares were
// cancelled once or not at all. It is an error if both copies are there.
func (s state) asOnce() (state, error) {
	once := strings.NewReplacer(secondCopy, firstCopy, ".000001Z", ".000000Z")
	after := make(state, len(s))
	for _, it := range s {
		it = maps.Clone(it)
		for name, value := range it {
			if name == "cancelled" {
				it[name] = &types.AttributeValueMemberN{Value: "1"}
			}
			if text, ok := value.(*types.AttributeValueMemberS); ok {
				it[name] = &types.AttributeValueMemberS{Value: once.Replace(text.Value)}
			}
		}
		if after[keyOf(it)] != nil {
			return nil, fmt.Errorf("there are two of %s", keyOf(it))
		}
		after[keyOf(it)] = it
	}
	return after, nil
}

// read reads the whole table.
func (l *lane) read(ctx context.Context) (state, error) {
	l.holds = state{}
	pages := dynamodb.NewScanPaginator(l.db, &dynamodb.ScanInput{TableName: &l.name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			if set, ok := it["sharedWith"].(*types.AttributeValueMemberSS); ok {
				slices.Sort(set.Value) // a set is in no order
			}
			l.holds[keyOf(it)] = it
		}
	}
	return l.holds, nil
}

// batch is the most items BatchWriteItem takes.
const batch = 25

// restore brings the table, as it was last seen, to hold want.
func (l *lane) restore(ctx context.Context, want state) error {
	var changes []types.WriteRequest
	for k, it := range want {
		if !reflect.DeepEqual(it, l.holds[k]) {
			changes = append(changes, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
	}
	for k, it := range l.holds {
		if want[k] == nil {
			changes = append(changes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"pk": it["pk"], "sk": it["sk"]}}})
		}
	}
	for some := range slices.Chunk(changes, batch) {
		if _, err := l.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{l.name: some}}); err != nil {
			return err
		}
	}
	l.holds = want
	return nil
}
