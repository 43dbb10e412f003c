package hostile

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// malformedBodies are no JSON api.Object, or one with names that it must not have.
func malformedBodies(t testing.TB, example api.Object) map[string]string {
	t.Helper()
	valid := jsonOf(t, example)
	inside := valid[1:]
	bodies := map[string]string{
		"nothing": "", "spaces": "  \r\n\t", "null": "null", "true": "true", "a number": "1", "a string": `"` + kit.Mark + `"`,
		"an array": "[]", "itself in an array": "[" + valid + "]", "an empty object": "{}", "a brace": "{", "the other brace": "}",
		"half of it": valid[:len(valid)/2], "all but the end": valid[:len(valid)-1], "a brace more": valid + "}", "two of it": valid + valid,
		"a comma at the end": valid[:len(valid)-1] + ",}", "a comment": "/* " + kit.Mark + " */" + valid, "single quotes": strings.ReplaceAll(valid, `"`, "'"),
		"a byte order mark": "\xef\xbb\xbf" + valid, "UTF-16": utf16Of(valid), "NUL before it": "\x00" + valid, "NUL after it": valid + "\x00",
		"NaN": `{"name":NaN}`, "a form": "name=" + kit.Mark, "XML": "<name>" + kit.Mark + "</name>", "YAML": "name: " + kit.Mark, "gzip": "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"deep arrays": strings.Repeat("[", 64<<10), "deep arrays, closed": strings.Repeat("[", 32<<10) + strings.Repeat("]", 32<<10),
		"deep objects": strings.Repeat(`{"name":`, 8000), "deep objects, closed": strings.Repeat(`{"name":`, 7000) + "1" + strings.Repeat("}", 7000),
		"an unknown field": `{"` + kit.Mark + `":1,` + inside, "an unknown field that is deep": `{"unknown":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "," + inside,
		"__proto__": `{"__proto__":{"projectIds":[]},` + inside, "an empty name": `{"":1,` + inside, "a name with NUL": `{"\u0000":1,` + inside,
		"a long name": `{"` + strings.Repeat("n", 60000) + `":1,` + inside, "a name that is no UTF-8": "{\"\xff\":1," + inside, "thousands of names": "{" + thousandsOfNames() + inside,
		"a half character": `{"\ud800":1,` + inside, "a huge disk": `{"systemDisk":{"sizeGiB":` + kit.HugeNumber + "}}",
	}
	for name, value := range example {
		member := jsonOf(t, name) + ":" + jsonOf(t, value)
		bodies[name+" a huge number"] = "{" + jsonOf(t, name) + ":" + kit.HugeNumber + "}"
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
