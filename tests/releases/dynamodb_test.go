package releases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// dynamoDB is a table's items. They are kept as a JSON array, an item a line,
// written as DynamoDB itself writes items.
type dynamoDB struct{}

func (dynamoDB) file() string { return "dynamodb.json" }

func (dynamoDB) open(t *testing.T, kept []byte) opened {
	t.Helper()
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: ddbtest.Region, Endpoint: ddbtest.Endpoint(t), Credentials: ddbtest.Credentials(),
		HTTPClient: dynamo.NewHTTPClient(10 * time.Second),
	})
	table := ddbtest.NewTable(t, db)
	var items []map[string]value
	must(t, json.Unmarshal(kept, &items))
	for _, it := range items {
		attributes := make(map[string]types.AttributeValue, len(it))
		for name, v := range it {
			attributes[name] = v.AttributeValue
		}
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: attributes})
		must(t, err)
	}
	return opened{dynamo.New(db, table), func() []byte { return itemsIn(t, db, table) }}
}

func itemsIn(t *testing.T, db *dynamodb.Client, table string) []byte {
	t.Helper()
	out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
	must(t, err)
	var lines [][]byte
	for _, it := range out.Items {
		values := make(map[string]value, len(it))
		for name, v := range it {
			values[name] = value{v}
		}
		line, err := json.Marshal(values)
		must(t, err)
		lines = append(lines, line)
	}
	slices.SortFunc(lines, bytes.Compare)
	return fmt.Appendf(nil, "[\n%s\n]\n", bytes.Join(lines, []byte(",\n")))
}

func (dynamoDB) empty() []byte { return []byte("[]") }

func (dynamoDB) text(_ *testing.T, kept []byte) string { return string(kept) }

func (dynamoDB) byALaterRelease(_ *testing.T, kept []byte) []byte {
	return bytes.ReplaceAll(kept, []byte("\n{"), []byte("\n{\"later\":{\"S\":\"kept\"},"))
}

// value is an attribute's value as DynamoDB writes it in JSON: {"S":"text"}.
type value struct{ types.AttributeValue }

// wire has the types that the table uses.
type wire struct {
	S  *string          `json:",omitempty"`
	N  *string          `json:",omitempty"`
	SS []string         `json:",omitempty"`
	L  *[]value         `json:",omitempty"`
	M  map[string]value `json:",omitempty"`
}

func (v value) MarshalJSON() ([]byte, error) {
	var w wire
	switch v := v.AttributeValue.(type) {
	case *types.AttributeValueMemberS:
		w.S = &v.Value
	case *types.AttributeValueMemberN:
		w.N = &v.Value
	case *types.AttributeValueMemberSS:
		w.SS = slices.Sorted(slices.Values(v.Value))
	case *types.AttributeValueMemberL:
		list := make([]value, len(v.Value))
		for i, e := range v.Value {
			list[i] = value{e}
		}
		w.L = &list
	case *types.AttributeValueMemberM:
		w.M = make(map[string]value, len(v.Value))
		for name, e := range v.Value {
			w.M[name] = value{e}
		}
	default:
		return nil, fmt.Errorf("%T: give type wire a field for it", v)
	}
	return json.Marshal(w)
}

func (v *value) UnmarshalJSON(text []byte) error {
	var w wire
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	switch {
	case w.S != nil:
		v.AttributeValue = &types.AttributeValueMemberS{Value: *w.S}
	case w.N != nil:
		v.AttributeValue = &types.AttributeValueMemberN{Value: *w.N}
	case w.SS != nil:
		v.AttributeValue = &types.AttributeValueMemberSS{Value: w.SS}
	case w.L != nil:
		list := []types.AttributeValue{}
		for _, e := range *w.L {
			list = append(list, e.AttributeValue)
		}
		v.AttributeValue = &types.AttributeValueMemberL{Value: list}
	default:
		m := make(map[string]types.AttributeValue, len(w.M))
		for name, e := range w.M {
			m[name] = e.AttributeValue
		}
		v.AttributeValue = &types.AttributeValueMemberM{Value: m}
	}
	return nil
}
