package httpapi

import (
	"fmt"
	"strings"
	"testing"
)

// Every parameter, body, response and header has an example, and every example
// is as its schema says.
func TestExamplesMatchTheirSchemas(t *testing.T) {
	e := examples{document: openAPI(), t: t}
	e.in("#", e.root)
	if e.found < 50 {
		t.Errorf("only %d examples found", e.found)
	}
}

type examples struct {
	*document
	t     *testing.T
	found int
}

func (e *examples) in(place string, node any) {
	if list, isList := node.([]any); isList {
		for i, element := range list {
			e.in(fmt.Sprint(place, "/", i), element)
		}
	}
	if at(node, "schema") != nil {
		before := e.found
		for name, example := range inOrder(objectAt(node, "examples")) {
			e.match(place+"/schema", name, e.resolved(example)["value"])
		}
		if example := at(node, "example"); example != nil {
			e.match(place+"/schema", "example", example)
		}
		if e.found == before {
			e.t.Errorf("%s has no example", place)
		}
	}
	for i, example := range listAt(node, "examples") { // of a schema
		e.match(place, fmt.Sprint("example ", i), example)
	}
	for name, member := range inOrder(objectAt(node)) {
		if name != "example" && name != "examples" {
			e.in(place+"/"+strings.ReplaceAll(name, "/", "~1"), member)
		}
	}
}

func (e *examples) match(place, name string, value any) {
	e.found++
	if err := e.refused(place, value); err != nil {
		e.t.Errorf("%s %s: %v", place, name, err)
	}
}
