package releases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// dynamoDB is a table's items. They are kept as a JSON array, an item a line,
// written as DynamoDB itself writes items.
type dynamoDB struct{}

func (dynamoDB) file() string { return "dynamodb.json" }

func (dynamoDB) open(t *testing.T, kept []byte) opened {
	t.Helper()
	db := kit.DynamoDB(ddbtest.Endpoint(t))
	table := ddbtest.NewTable(t, db)
	var items []json.RawMessage
	must(t, json.Unmarshal(kept, &items))
	for _, it := range items {
		call(t, "PutItem", map[string]any{"TableName": table, "Item": it}, &struct{}{})
	}
	return opened{dynamo.New(db, table), func() []byte { return itemsIn(t, table) }}
}

func itemsIn(t *testing.T, table string) []byte {
	t.Helper()
	var found struct{ Items []map[string]map[string]any }
	call(t, "Scan", map[string]any{"TableName": table}, &found)
	var lines [][]byte
	for _, it := range found.Items {
		for _, value := range it {
			if set, ok := value["SS"].([]any); ok { // in no order
				slices.SortFunc(set, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			}
		}
		line, err := json.Marshal(it)
		must(t, err)
		lines = append(lines, line)
	}
	slices.SortFunc(lines, bytes.Compare)
	return fmt.Appendf(nil, "[\n%s\n]\n", bytes.Join(lines, []byte(",\n")))
}

// call sends JSON to DynamoDB Local as it is: the SDK's types have another form.
func call(t *testing.T, operation string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	must(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ddbtest.Endpoint(t), bytes.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	// It looks for a signature, and not at it.
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261124/"+ddbtest.Region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=none")
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", operation, response.Status)
	}
	must(t, json.NewDecoder(response.Body).Decode(out))
}

func (dynamoDB) empty() []byte { return []byte("[]") }

func (dynamoDB) text(_ *testing.T, kept []byte) string { return string(kept) }

func (dynamoDB) byALaterRelease(_ *testing.T, kept []byte) []byte {
	return bytes.ReplaceAll(kept, []byte("\n{"), []byte("\n{\"later\":{\"S\":\"kept\"},"))
}
