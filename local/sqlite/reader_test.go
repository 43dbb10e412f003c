package sqlite

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"

	"image-sharing/shared/stored"
)

// FuzzReader holds reader and writer against a JSON library: what is read and what is
// written is the same, and what is written is read.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":"b"}`, `{"a":1,"b":-7,"c":[],"d":["x",{"y":"z"}],"e":{"f":{}}}`, `{"a":"quoted \"\\\" é 中 𝄞"}`,
		`{"\ue000":"a","𐀀":"b"}`, `{"a":"<&>\u2028\u0001\n\u007f","é\"":"x"}`, `{"a":1.5,"b":true,"c":null,"d":1e3}`, `{"a":"b"`, `{"a":"b"}}`, `{"a":}`, `{"a":tru}`, `{"a" : 1}`, `[]`, `{"a":"\x"}`, `{"":"",}`, `{"a":"\`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var values map[string]any
		readable := json.Unmarshal([]byte(text), &values) == nil
		lookup, err := lookupIn(text)
		if readable && err == nil {
			for name, value := range values {
				if got, ok := lookup(name); !ok || !same(got, value) {
					t.Errorf("%s: %s is %#v, not %#v", text, name, got, value)
				}
			}
		}
		if !readable || values == nil {
			return
		}
		kept := keptOf(values).(stored.Attributes)
		written, err := attributesText(kept)
		if want, wrong := json.Marshal(kept, json.Deterministic(true)); err != nil || wrong != nil || written != string(want) {
			t.Fatalf("%v is written as %s (%v), not as %s (%v)", kept, written, err, want, wrong)
		}
		if _, err := lookupIn(written); err != nil {
			t.Errorf("%s is not read: %v", written, err)
		}
	})
}

// keptOf makes a value as package stored has it of one of the library's. There is none
// of true, false and null, which become 0.
func keptOf(value any) any {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return int64(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = keptOf(v[i])
		}
		return list
	case map[string]any:
		record := stored.Attributes{}
		for name, element := range v {
			record[name] = keptOf(element)
		}
		return record
	}
	return int64(0)
}

// TestWhatIsNoAttributeIsNotWritten: a row that cannot be read again would take its
// image from everybody.
func TestWhatIsNoAttributeIsNotWritten(t *testing.T) {
	for _, value := range []any{nil, true, 1.5, 7, "\xff", []any{"a", nil}, stored.Attributes{"a": 7}, stored.Attributes{"\xff": "a"}} {
		if text, err := attributesText(stored.Attributes{"a": value}); err == nil {
			t.Errorf("%#v is written as %s", value, text)
		}
	}
}

// same compares a value as it was read with one of the library's, which has no
// int64. Of records the attributes cannot be listed.
func same(got, value any) bool {
	switch v := value.(type) {
	case string:
		return got == v
	case float64:
		n, ok := got.(int64)
		return !ok || float64(n) == v
	case []any:
		list, ok := got.([]any)
		for i := range list {
			ok = ok && len(list) == len(v) && same(list[i], v[i])
		}
		return ok && len(list) == len(v)
	case map[string]any:
		lookup, ok := got.(stored.Lookup)
		for name, element := range v {
			if !ok {
				return false
			}
			found, there := lookup(name)
			ok = there && same(found, element)
		}
		return ok
	}
	return reflect.ValueOf(got).Kind() == reflect.Invalid
}
