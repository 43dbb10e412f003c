// Package costs asserts what each use case costs on DynamoDB: round trips and
// capacity units, with few and with many shares on the image.
package costs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// recorder stands between the SDK and DynamoDB Local. It counts the calls and
// has DynamoDB Local report the capacity of reads. For transactions the emulator's
// figures are wrong, so their units follow AWS's published rule from the items
// really sent (DynamoDB Developer Guide, "Amazon DynamoDB Transactions: How it
// works", capacity management): two write units for each started KB of each
// item, one for each started KB of each index entry that changes.
type recorder struct {
	next dynamodb.HTTPClient

	mu    sync.Mutex
	calls []string
	reads float64
	wrote float64
}

// costs is what the recorder has counted.
type costs struct {
	calls string
	read  float64
	write float64
}

// take returns what was counted, and begins anew.
func (r *recorder) take() costs {
	r.mu.Lock()
	defer r.mu.Unlock()
	counted := costs{strings.Join(r.calls, " "), r.reads, r.wrote}
	r.calls, r.reads, r.wrote = nil, 0, 0
	return counted
}

func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	var units float64
	if operation == "TransactWriteItems" {
		if units, err = r.transactionUnits(request, body); err != nil {
			return nil, err
		}
	} else {
		body = bytes.Replace(body, []byte("{"), []byte(`{"ReturnConsumedCapacity":"TOTAL",`), 1)
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response, err := r.next.Do(request)
	if err != nil {
		return nil, err
	}
	reply, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(reply))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, operation)
	r.wrote += units
	r.reads += consumed(reply) + missing(operation, body, reply)
	return response, nil
}

// consumed sums the capacity in an reply, which is one object or a list.
func consumed(reply []byte) float64 {
	type capacity struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity capacity }
	if json.Unmarshal(reply, &one) == nil {
		return one.ConsumedCapacity.CapacityUnits
	}
	var many struct{ ConsumedCapacity []capacity }
	if json.Unmarshal(reply, &many) != nil {
		return 0
	}
	sum := 0.0
	for _, c := range many.ConsumedCapacity {
		sum += c.CapacityUnits
	}
	return sum
}

// missing is one unit for each key of a BatchGetItem without an item, and half a
// one for a Query of the index that finds none: DynamoDB charges a read of nothing,
// the emulator does not.
func missing(operation string, request, reply []byte) float64 {
	var asked struct {
		RequestItems map[string]struct{ Keys []wireItem }
	}
	var found struct {
		Responses map[string][]wireItem
		Items     []wireItem
	}
	if operation == "Query" && json.Unmarshal(reply, &found) == nil && len(found.Items) == 0 {
		return 0.5
	}
	if operation != "BatchGetItem" || json.Unmarshal(request, &asked) != nil || json.Unmarshal(reply, &found) != nil {
		return 0
	}
	n := 0
	for table, of := range asked.RequestItems {
		n += len(of.Keys) - len(found.Responses[table])
	}
	return float64(n)
}

type wireItem map[string]map[string]any

// operation is one of a TransactWriteItems request; exactly one is set.
type operation struct {
	Put, Update, Delete, ConditionCheck *struct {
		TableName string
		Item      wireItem
		Key       wireItem
		// Of an update only what adds to an image's sets grows an item much, and only
		// ":place" is in the index.
		ExpressionAttributeValues wireItem
	}
}

func (r *recorder) transactionUnits(request *http.Request, body []byte) (float64, error) {
	var transaction struct{ TransactItems []operation }
	if err := json.Unmarshal(body, &transaction); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, op := range transaction.TransactItems {
		units, err := r.operationUnits(request, op)
		if err != nil {
			return 0, err
		}
		sum += units
	}
	return sum, nil
}

func (r *recorder) operationUnits(request *http.Request, op operation) (float64, error) {
	switch {
	case op.Put != nil:
		return 2*started(op.Put.Item) + indexUnits(op.Put.Item), nil
	case op.Delete != nil:
		old, err := r.item(request, op.Delete.TableName, op.Delete.Key)
		return 2*started(old) + indexUnits(old), err
	case op.ConditionCheck != nil:
		old, err := r.item(request, op.ConditionCheck.TableName, op.ConditionCheck.Key)
		return 2 * started(old), err
	case op.Update != nil:
		old, err := r.item(request, op.Update.TableName, op.Update.Key)
		if err != nil {
			return 0, err
		}
		// The larger of before and after; the sets are not in the index.
		values, larger, index := op.Update.ExpressionAttributeValues, size(old), 0.0
		for _, name := range []string{":added", ":pending"} {
			if added, ok := values[name]; ok {
				larger += size(wireItem{"": added})
			}
		}
		if _, moves := values[":place"]; moves {
			index = 2 * indexUnits(old) // the old entry goes, and one like it comes
		}
		return 2*kilobytes(larger) + index, nil
	}
	return 0, fmt.Errorf("an operation of no known kind")
}

// item reads an item as it is before the transaction. It sends the transaction's
// own request with another content: DynamoDB Local checks no signature.
func (r *recorder) item(transaction *http.Request, table string, key wireItem) (wireItem, error) {
	body, err := json.Marshal(map[string]any{"TableName": table, "Key": key, "ConsistentRead": true})
	if err != nil {
		return nil, err
	}
	request := transaction.Clone(transaction.Context())
	request.Header.Set("X-Amz-Target", strings.Replace(request.Header.Get("X-Amz-Target"), "TransactWriteItems", "GetItem", 1))
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response, err := r.next.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, text)
	}
	if err != nil {
		return nil, err
	}
	var found struct{ Item wireItem }
	return found.Item, json.Unmarshal(text, &found)
}

func started(it wireItem) float64 { return kilobytes(size(it)) }

func kilobytes(bytes int) float64 { return float64(max(1, (bytes+1023)/1024)) }

// indexUnits is one unit for each started KB of the index entry: keys only.
func indexUnits(it wireItem) float64 {
	if _, indexed := it["gsi1pk"]; !indexed {
		return 0
	}
	return started(wireItem{"pk": it["pk"], "sk": it["sk"], "gsi1pk": it["gsi1pk"], "gsi1sk": it["gsi1sk"]})
}

// size is an item's size by the rules of the DynamoDB Developer Guide,
// "DynamoDB item sizes and formats".
func size(it wireItem) int {
	bytes := 0
	for name, value := range it {
		bytes += len(name)
		for _, v := range value {
			bytes += valueSize(v)
		}
	}
	return bytes
}

func valueSize(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []any:
		bytes := 3
		for _, element := range v {
			bytes += 1 + valueSize(element)
		}
		return bytes
	case map[string]any:
		bytes := 3
		for name, element := range v {
			bytes += 1 + len(name) + valueSize(element)
		}
		return bytes
	default:
		return 1
	}
}

func TestItemSizes(t *testing.T) {
	it := wireItem{"pk": {"S": "IMAGE#a"}, "sharedWith": {"SS": []any{"a", "bc"}}}
	if got := size(it); got != 2+7+10+3+2+3 {
		t.Errorf("size %d", got)
	}
	if kilobytes(0) != 1 || kilobytes(1024) != 1 || kilobytes(1025) != 2 {
		t.Error("kilobytes does not round up")
	}
}
