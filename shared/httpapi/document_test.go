package httpapi

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

type object = map[string]any

// document is the OpenAPI document as plain values, so that a test can change a
// word of it.
type document struct {
	root    object
	schemas *jsonschema.Compiler
	whole   map[string]string // by place, what is there and all it refers to
	// published is the document that this one differs from by a word, nil for
	// that document itself.
	published *document
}

const documentURL = "https://api.test/openapi.yaml"

func documentOf(root object) *document {
	d := &document{root, jsonschema.NewCompiler(), map[string]string{}, nil}
	d.schemas.AssertFormat()
	if err := d.schemas.AddResource(documentURL, root); err != nil {
		panic(err)
	}
	return d
}

func openAPI() *document {
	var root object
	if err := yaml.Unmarshal(OpenAPI, &root); err != nil {
		panic(err)
	}
	return documentOf(root)
}

// refused says why the schema at a place, such as "#/components/schemas/Id",
// does not take a value; nil if it does.
func (d *document) refused(place string, value any) error {
	schema, err := d.schemas.Compile(documentURL + place)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// at is what a node has at a path of keys, nil for nothing.
func at(node any, keys ...string) any {
	for _, key := range keys {
		o, _ := node.(object)
		node = o[key]
	}
	return node
}

func objectAt(node any, keys ...string) object {
	o, _ := at(node, keys...).(object)
	return o
}

func listAt(node any, keys ...string) []any {
	list, _ := at(node, keys...).([]any)
	return list
}

func textAt(node any, keys ...string) string {
	text, _ := at(node, keys...).(string)
	return text
}

// inOrder yields the members of an object by name.
func inOrder(o object) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if !yield(name, o[name]) {
				return
			}
		}
	}
}

const schemasPlace = "#/components/schemas/"

// resolved is what a reference leads to, or the node itself.
func (d *document) resolved(node any) object {
	for {
		place, isReference := at(node, "$ref").(string)
		if !isReference {
			return objectAt(node)
		}
		node = d.node(place)
	}
}

// node is what is at a place.
func (d *document) node(place string) object {
	var node any = d.root
	for key := range strings.SplitSeq(strings.TrimPrefix(place, "#/"), "/") {
		if list, isList := node.([]any); isList {
			i, _ := strconv.Atoi(key)
			node = list[i]
		} else {
			node = at(node, strings.ReplaceAll(key, "~1", "/"))
		}
	}
	return objectAt(node)
}

// asPublished reports whether a place has nothing to check, because it is the
// published document's.
func (d *document) asPublished(place string) bool {
	return d.published != nil && d.at(place) == d.published.at(place)
}

func (d *document) at(place string) string {
	if d.whole[place] == "" {
		d.whole[place] = string(encoded(d.inlined(d.node(place))))
	}
	return d.whole[place]
}

func (d *document) inlined(node any) any {
	if elements, isList := node.([]any); isList {
		all := make([]any, len(elements))
		for i, element := range elements {
			all[i] = d.inlined(element)
		}
		return all
	}
	if o, isObject := node.(object); isObject {
		all := object{"$ref": o["$ref"]}
		for name, member := range d.resolved(o) {
			all[name] = d.inlined(member)
		}
		return all
	}
	return node
}

// checks report what is not as the service has it, quick ones first.
var checks = []struct {
	name  string
	check func(d *document, report func(format string, args ...any))
}{
	{"routes", checkRoutes},
	{"types", checkTypes},
	{"names", checkNames},
	{"responses", checkResponses},
	{"problems", checkProblems},
	{"edges", checkEdges},
	{"requests", checkRequests},
}

func TestTheDocumentSaysWhatTheServiceDoes(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { c.check(openAPI(), t.Errorf) })
	}
}

func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
