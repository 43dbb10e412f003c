package hostile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// replacement is an example with one value replaced.
type replacement struct {
	name, body string
	wrongType  bool // so that it cannot be valid
}

// hostileValues are JSON, and may be what json.Marshal would never write.
var hostileValues = []string{
	"null", "true", "false", "0", "-1", "-0", "1.5", "1e3", "1e999", "-1e-999", "9223372036854775807", "9223372036854775808", strings.Repeat("9", 5000), kit.HugeNumber,
	`""`, `" "`, `"` + kit.Mark + `"`, `"` + strings.Repeat("x", 50000) + `"`, `"\u0000"`, `"a\nb"`, `"\ud83d\ude00"`, `"\uffff"`, `"\u202e"`, `"\ud800"`, "\"\xff\"", `"../a"`, `"a#b"`, `"%2f"`, `"'; DROP TABLE images; --"`, `"true"`, `"1"`,
	"[]", "[null]", "[[]]", "[1]", `["-"]`, `[{"a":1}]`, "{}", `{"a":1}`, `{"sizeGiB":1e999}`, `{"S":"a"}`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "[" + strings.Repeat(`"a",`, 15000) + `"a"]`,
}

// replacements puts each hostile value in the place of each value of the
// example.
func replacements(t testing.TB, example api.Object) []replacement {
	t.Helper()
	var all []replacement
	for _, place := range placesIn(example) {
		for _, value := range hostileValues {
			all = append(all, replacement{
				name: fmt.Sprintf("%s %.40s", place.name, value), body: strings.Replace(jsonOf(t, place.with(placeholder)), `"`+placeholder+`"`, value, 1),
				wrongType: value != "null" && kindOf(value) != reflect.TypeOf(place.value).Kind(),
			})
		}
	}
	return all
}

const placeholder = "the value's place"

// kindOf is the kind that encoding/json and the YAML decoder have for a value.
func kindOf(value string) reflect.Kind {
	switch value[0] {
	case '"':
		return reflect.String
	case '[':
		return reflect.Slice
	case '{':
		return reflect.Map
	case 't', 'f':
		return reflect.Bool
	default:
		return reflect.Int
	}
}

// valuePlace is a value in a document: with returns the document with another in
// its place.
type valuePlace struct {
	name  string
	value any
	with  func(any) any
}

func placesIn(document any) []valuePlace {
	places := []valuePlace{}
	inside := func(name string, value any, with func(any) any) {
		places = append(places, valuePlace{name, value, with})
		for _, p := range placesIn(value) {
			places = append(places, valuePlace{name + "." + p.name, p.value, func(v any) any { return with(p.with(v)) }})
		}
	}
	switch d := document.(type) {
	case api.Object:
		for _, name := range slices.Sorted(maps.Keys(d)) {
			inside(name, d[name], func(v any) any {
				copied := maps.Clone(d)
				copied[name] = v
				return copied
			})
		}
	case []any:
		for i, value := range d {
			inside(fmt.Sprint(i), value, func(v any) any {
				copied := slices.Clone(d)
				copied[i] = v
				return copied
			})
		}
	}
	return places
}
