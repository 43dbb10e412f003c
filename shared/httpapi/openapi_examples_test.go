package httpapi

import (
	"fmt"
	"testing"

	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// example is a value in the document and the schema it has to match.
type example struct {
	where  string
	schema *base.SchemaProxy
	value  any
}

func TestExamplesMatchTheirSchemas(t *testing.T) {
	examples := examplesIn(t, openAPI(t))
	if len(examples) < 100 {
		t.Fatalf("only %d examples found", len(examples))
	}
	validator := schema_validation.NewSchemaValidator(config.WithFormatAssertions())
	for _, e := range examples {
		_, errs := validator.ValidateSchemaObject(e.schema.Schema(), e.value)
		for _, err := range errs {
			t.Errorf("%s: %s", e.where, err.Reason)
			for _, failure := range err.SchemaValidationErrors {
				t.Errorf("%s: %s %s", e.where, failure.FieldPath, failure.Reason)
			}
		}
	}
}

// examplesIn finds all examples, and reports what should have one and has
// none.
func examplesIn(t *testing.T, doc *v3.Document) []example {
	t.Helper()
	var all []example
	add := func(where string, schema *base.SchemaProxy, node interface{ Decode(any) error }) {
		e := example{where: where, schema: schema}
		if err := node.Decode(&e.value); err != nil {
			t.Errorf("%s: %v", where, err)
		}
		all = append(all, e)
	}
	content := func(where string, media *v3.MediaType) {
		if media.Examples.Len() == 0 {
			t.Errorf("%s has no example", where)
		}
		for name, e := range media.Examples.FromOldest() {
			add(where+" "+name, media.Schema, e.Value)
		}
	}
	for name, op := range operations(doc) {
		for _, p := range op.parameters {
			add(name+" parameter "+p.Name, p.Schema, p.Example)
		}
		if op.RequestBody != nil {
			for kind, media := range op.RequestBody.Content.FromOldest() {
				content(name+" "+kind, media)
			}
		}
	}
	for where, response := range responsesIn(doc) {
		for kind, media := range response.Content.FromOldest() {
			content(where+" "+kind, media)
		}
		for header, h := range response.Headers.FromOldest() {
			add(where+" header "+header, h.Schema, h.Example)
		}
	}
	for name, schema := range doc.Components.Schemas.FromOldest() {
		for i, node := range schema.Schema().Examples {
			add(fmt.Sprintf("schema %s example %d", name, i), schema, node)
		}
	}
	return all
}

func responsesIn(doc *v3.Document) map[string]*v3.Response {
	all := make(map[string]*v3.Response)
	for name, op := range operations(doc) {
		for status, response := range op.Responses.Codes.FromOldest() {
			all[name+" "+status] = response
		}
	}
	for name, response := range doc.Components.Responses.FromOldest() {
		all["response "+name] = response
	}
	return all
}
