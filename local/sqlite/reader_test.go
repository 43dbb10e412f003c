package sqlite

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"

	"image-sharing/shared/stored"
)

// FuzzReader holds the reader against a JSON library: what it reads is the same, and
// what this package would write is read.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":"b"}`, `{"a":1,"b":-7,"c":[],"d":["x",{"y":"z"}],"e":{"f":{}}}`, `{"a":"quoted \"\\\" é 中 𝄞"}`,
		`{"a":1.5,"b":true,"c":null,"d":1e3}`, `{"a":"b"`, `{"a":"b"}}`, `{"a":}`, `{"a":tru}`, `{"a" : 1}`, `[]`, `{"a":"\x"}`, `{"":"",}`, `{"a":"\`,
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
		written, err := attributesText(stored.Attributes(values))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lookupIn(written); err != nil {
			t.Errorf("%s is not read: %v", written, err)
		}
	})
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
