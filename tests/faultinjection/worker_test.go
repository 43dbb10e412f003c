package faultinjection

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/iam"
)

// worker has a table of its own, with the product on it, and looks at the table
// beside the product.
type worker struct {
	transport    *transport
	small, large *product // by the limit of shares
	plain        *dynamo.Store
	db           *dynamodb.Client // plain
	table        string
	holds        state // what the table holds
}

func newWorker(t *testing.T, calls *iam.Calls) *worker {
	real := awsclient.NewHTTPClient(time.Minute)
	w := &worker{
		transport: &transport{real: real, beside: newOutside()},
		db:        kit.DynamoDBOver(real, ddbtest.Endpoint(t)),
		table:     "test-" + rand.Text(), // it goes with DynamoDB Local
		holds:     state{},
	}
	if err := dynamodblocal.CreateTable(t.Context(), w.db, w.table); err != nil {
		t.Fatal(err)
	}
	w.plain = dynamo.New(w.db, w.table)
	store := dynamo.New(kit.DynamoDBOver(calls.Around(w.transport), ddbtest.Endpoint(t)), w.table)
	w.small, w.large = newProduct(store, limit), newProduct(store, sharing.MaxShares)
	return w
}

// call has somebody do something in the situation of a use case, and somebody
// else a concurrent write, nil for none.
func (w *worker) call(t *testing.T, u useCase, act action, p plan, concurrent func() error) (*run, response, error) {
	r := &run{plan: p, concurrent: concurrent, after: u.after}
	product := w.small
	if u.large {
		product = w.large
	}
	got, err := w.transport.during(t, r, act, product)
	return r, got, errors.Join(err, r.err)
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

// oneActivity returns an error unless a use case that has changed something has
// left one activity, and any other none. What is left of deleted images is cleared
// away without one.
func oneActivity(before, after state) error {
	changed, left := false, map[string]bool{}
	for k, it := range after {
		if id, is := it["activityId"].(*types.AttributeValueMemberS); is {
			if before[k] == nil {
				left[id.Value] = true
			}
			continue
		}
		changed = changed || !reflect.DeepEqual(recorded(it), recorded(before[k]))
	}
	for k := range before {
		changed = changed || after[k] == nil && strings.HasSuffix(k, " IMAGE")
	}
	if want := map[bool]int{true: 1}[changed]; len(left) != want {
		return fmt.Errorf("it left %d activities, not %d %v", len(left), want, left)
	}
	return nil
}

// counts are of what was asked, and go up also when that only makes a lost attempt
// void: of an image's cancelled shares and suspensions, of answers, and of policies.
var counts = []string{"cancelled", "suspensionAsked", "answers", "policyAsked"}

// steps are of a copy under way: to keep an upload, or how far it has come, is no
// change of the image.
var steps = []string{"uploads", "copying"}

// recorded is an item without what leaves no activity.
func recorded(it item) item {
	it = maps.Clone(it)
	for _, name := range slices.Concat(counts, steps) {
		delete(it, name)
	}
	return it
}

// comparable is the state without the ids that are new at each run, and without
// the moment of a use case whose reads come before its stamp. It is an error if
// there are two items where only such an id makes them two.
func (s state) comparable(u useCase) (state, error) {
	after, err := s.mapped(func(name, text string) string {
		if u.stampedLate {
			text = firstSeconds.ReplaceAllString(text, "2000-01-01T00:00:00.000000Z")
		}
		if name == "uid" {
			return uid.ReplaceAllString(text, "a-new-uid")
		}
		return masked(text)
	})
	for _, it := range after {
		if u.stampedLate {
			delete(it, "expiresAt") // follows from the activity's time
		}
	}
	return after, err
}

// firstSeconds are the times between the start of a use case and what others do
// concurrently, who have the 40th second.
var firstSeconds = regexp.MustCompile(`2000-01-01T00:00:[0-3]\d\.\d{6}Z`)

// once is the state as if no request had been repeated: what was changed twice at
// one time, which makes the second change a microsecond later, was changed once;
// and what is counted was asked once or not at all.
func (s state) once() (state, error) {
	after, err := s.mapped(func(_, text string) string { return strings.ReplaceAll(text, ".000001Z", ".000000Z") })
	for _, it := range after {
		for _, count := range counts {
			if it[count] != nil {
				it[count] = &types.AttributeValueMemberN{Value: "1"}
			}
		}
	}
	return after, err
}

func (s state) mapped(text func(name, text string) string) (state, error) {
	after := make(state, len(s))
	for _, it := range s {
		it = maps.Clone(it)
		mapTexts(it, text)
		if after[keyOf(it)] != nil {
			return nil, fmt.Errorf("there are two of %s", keyOf(it))
		}
		after[keyOf(it)] = it
	}
	return after, nil
}

func mapTexts(it item, text func(name, text string) string) {
	for name, value := range it {
		switch value := value.(type) {
		case *types.AttributeValueMemberS:
			it[name] = &types.AttributeValueMemberS{Value: text(name, value.Value)}
		case *types.AttributeValueMemberM:
			inner := maps.Clone(value.Value)
			mapTexts(inner, text)
			it[name] = &types.AttributeValueMemberM{Value: inner}
		}
	}
}

// read reads the whole table.
func (w *worker) read(ctx context.Context) error {
	w.holds = state{}
	pages := dynamodb.NewScanPaginator(w.db, &dynamodb.ScanInput{TableName: &w.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			if set, ok := it["sharedWith"].(*types.AttributeValueMemberSS); ok {
				slices.Sort(set.Value) // a set is in no order
			}
			w.holds[keyOf(it)] = it
		}
	}
	return nil
}

// batch is the most items BatchWriteItem takes.
const batch = 25

// restore brings the table to hold want.
func (w *worker) restore(ctx context.Context, want state) error {
	var changes []types.WriteRequest
	for k, it := range want {
		if !reflect.DeepEqual(it, w.holds[k]) {
			changes = append(changes, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
	}
	for k, it := range w.holds {
		if want[k] == nil {
			changes = append(changes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"pk": it["pk"], "sk": it["sk"]}}})
		}
	}
	for some := range slices.Chunk(changes, batch) {
		if _, err := w.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.table: some}}); err != nil {
			return err
		}
	}
	w.holds = want
	return nil
}
