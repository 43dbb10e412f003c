package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"image-sharing/local/runner"
)

// hostileMark and hostileNumber are in many of the bodies and tokens, and must be
// in no line of the log.
const hostileMark = "hostile!mark"

var hostileNumber = strings.Repeat("7", 400) // too large for any type

// bodyTests sends bodies to every route that takes one.
func bodyTests(w *world, test func(r accessRoute, example object, send func(body string) answer)) {
	w.t.Helper()
	routes, _ := accessRoutes(w.t)
	tokens := newAccessTokens(w)
	registerExampleProjects(w, tokens)
	c := newAccessCast(w, tokens, w.id("self"))
	token := tokens.of(tenantScope+" catalog:write", c.self)
	tested := 0
	for _, r := range routes {
		if example, ok := r.bodies[0].(object); ok {
			tested++
			test(r, example, func(body string) answer { return w.send(token, r.method, c.address(r), body) })
		}
	}
	if tested < 4 {
		w.t.Errorf("only %d routes have a body", tested)
	}
}

// These never reach an engine, so one is enough.
func TestMalformedBodiesAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, runner.Config{DataDir: runner.InMemory, Engine: runner.SQLite, Log: quietLog(t)})
	bodyTests(w, func(r accessRoute, example object, send func(string) answer) {
		refused := func(name, body string) {
			if a := send(body); a.status != 400 || a.body["code"] != "InvalidRequest" {
				t.Errorf("%s with %s answered %d %s", r, name, a.status, a.raw)
			}
		}
		for name, body := range malformedBodies(t, example) {
			refused(name, body)
		}
		for _, m := range replacements(t, example) {
			if m.wrongType {
				refused(m.name, m.body)
			}
		}
		valid := jsonOf(t, example)
		send(valid+strings.Repeat(" ", 64<<10+1-len(valid))).refused(413, "RequestTooLarge")
		send(strings.Repeat(" ", 200<<10)).refused(413, "RequestTooLarge")
		if a := send(valid + strings.Repeat(" ", 64<<10-len(valid))); a.status > 299 {
			t.Errorf("%s with 64 KiB answered %d %s", r, a.status, a.raw)
		}
	})
}

// What is accepted here has to be valid by the OpenAPI document, as always.
func TestOddValuesAreTakenOrRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		bodyTests(w, func(r accessRoute, example object, send func(string) answer) {
			for _, m := range replacements(w.t, example) {
				if m.wrongType {
					continue
				}
				if a := send(m.body); a.status >= 500 {
					w.t.Errorf("%s with %s answered %d %s", r, m.name, a.status, a.raw)
				}
			}
		})
	})
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// malformedBodies are no JSON object, or one with names that it must not have.
func malformedBodies(t testing.TB, example object) map[string]string {
	t.Helper()
	valid := jsonOf(t, example)
	inside := valid[1:]
	bodies := map[string]string{
		"nothing": "", "spaces": "  \r\n\t", "null": "null", "true": "true", "a number": "1", "a string": `"` + hostileMark + `"`,
		"an array": "[]", "itself in an array": "[" + valid + "]", "an empty object": "{}", "a brace": "{", "the other brace": "}",
		"half of it": valid[:len(valid)/2], "all but the end": valid[:len(valid)-1], "a brace more": valid + "}", "two of it": valid + valid,
		"a comma at the end": valid[:len(valid)-1] + ",}", "a comment": "/* " + hostileMark + " */" + valid, "single quotes": strings.ReplaceAll(valid, `"`, "'"),
		"a byte order mark": "\xef\xbb\xbf" + valid, "UTF-16": utf16Of(valid), "NUL before it": "\x00" + valid, "NUL after it": valid + "\x00",
		"NaN": `{"name":NaN}`, "a form": "name=" + hostileMark, "XML": "<name>" + hostileMark + "</name>", "YAML": "name: " + hostileMark, "gzip": "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"deep arrays": strings.Repeat("[", 64<<10), "deep arrays, closed": strings.Repeat("[", 32<<10) + strings.Repeat("]", 32<<10),
		"deep objects": strings.Repeat(`{"name":`, 8000), "deep objects, closed": strings.Repeat(`{"name":`, 7000) + "1" + strings.Repeat("}", 7000),
		"an unknown field": `{"` + hostileMark + `":1,` + inside, "an unknown field that is deep": `{"unknown":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "," + inside,
		"__proto__": `{"__proto__":{"projectIds":[]},` + inside, "an empty name": `{"":1,` + inside, "a name with NUL": `{"\u0000":1,` + inside,
		"a long name": `{"` + strings.Repeat("n", 60000) + `":1,` + inside, "a name that is no UTF-8": "{\"\xff\":1," + inside, "thousands of names": "{" + thousandsOfNames() + inside,
		"a half character": `{"\ud800":1,` + inside,
	}
	for name, value := range example {
		member := jsonOf(t, name) + ":" + jsonOf(t, value)
		bodies[name+" twice"] = "{" + member + "," + inside
		bodies[name+" twice, once escaped"] = fmt.Sprintf(`{"\u%04x%s":%s,%s`, name[0], name[1:], jsonOf(t, value), inside)
		bodies[name+" in capitals, too"] = "{" + jsonOf(t, strings.ToUpper(name)) + ":" + jsonOf(t, value) + "," + inside
	}
	return bodies
}

func thousandsOfNames() string {
	var names strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&names, `"n%d":1,`, i)
	}
	return names.String()
}

func utf16Of(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + s)) {
		b.WriteByte(byte(unit >> 8))
		b.WriteByte(byte(unit))
	}
	return b.String()
}

// replacement is an example with one value replaced.
type replacement struct {
	name, body string
	wrongType  bool // so that it cannot be valid
}

// hostileValues are JSON, and may be what json.Marshal would never write.
var hostileValues = []string{
	"null", "true", "false", "0", "-1", "-0", "1.5", "1e3", "1e999", "-1e-999", "9223372036854775807", "9223372036854775808", strings.Repeat("9", 5000), hostileNumber,
	`""`, `" "`, `"` + hostileMark + `"`, `"` + strings.Repeat("x", 50000) + `"`, `"\u0000"`, `"a\nb"`, `"\ud83d\ude00"`, `"\uffff"`, `"\u202e"`, `"\ud800"`, "\"\xff\"", `"../a"`, `"a#b"`, `"%2f"`, `"'; DROP TABLE images; --"`, `"true"`, `"1"`,
	"[]", "[null]", "[[]]", "[1]", `["-"]`, `[{"a":1}]`, "{}", `{"a":1}`, `{"sizeGiB":1e999}`, `{"S":"a"}`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "[" + strings.Repeat(`"a",`, 15000) + `"a"]`,
}

// replacements puts each hostile value in the place of each value of the
// example.
func replacements(t testing.TB, example object) []replacement {
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
	case object:
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
