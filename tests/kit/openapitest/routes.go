package openapitest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi-validator/schema_validation"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Route is an operation of the OpenAPI document. Tests are made from it, so that
// a new route is in all of them by itself.
type Route struct {
	Method, Path  string
	Scope         string   // "" for a public one
	PlatformScope string   // of the platform's applications, for any project; "" for none
	Bodies        []any    // the examples; one nil for a route without a body
	Fields        []string // that a body may have
	Parameters    []Parameter
}

// Parameter is a parameter that a request may have: its example, and
// another value that is valid.
type Parameter struct {
	Name, In string // the query or the header
	Values   [2]string
}

// String names the route.
func (r Route) String() string { return r.Method + " " + r.Path }

// Public reports whether the route takes no token.
func (r Route) Public() bool { return r.Scope == "" && r.PlatformScope == "" }

// NamesImage reports whether an image is part of the address.
func (r Route) NamesImage() bool { return strings.Contains(r.Path, "{imageId}") }

// Routes returns every operation of the document, and the scopes of all.
func Routes(t testing.TB) (routes []Route, scopes []string) {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for path, item := range c.paths.PathItems.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			r := Route{
				Method: strings.ToUpper(method), Path: path, Bodies: exampleBodies(t, op), Fields: bodyFields(t, op),
				Parameters: parametersOf(t, slices.Concat(item.Parameters, op.Parameters)),
			}
			if security := op.Security; security == nil || len(security) > 0 {
				r.Scope, r.PlatformScope = extensionOf(op, "x-required-scope"), extensionOf(op, "x-platform-scope")
				if r.Public() {
					t.Fatalf("%s asks for a token, but has neither x-required-scope nor x-platform-scope", r)
				}
			}
			routes = append(routes, r)
			for _, scope := range []string{r.Scope, r.PlatformScope} {
				if scope != "" && !known[scope] {
					known[scope] = true
					scopes = append(scopes, scope)
				}
			}
		}
	}
	if len(routes) == 0 || len(scopes) < 2 {
		t.Fatalf("the document has the routes %v and the scopes %v", routes, scopes)
	}
	return routes, scopes
}

func extensionOf(op *v3.Operation, name string) string {
	if node := op.Extensions.GetOrZero(name); node != nil {
		return node.Value
	}
	return ""
}

func exampleBodies(t testing.TB, op *v3.Operation) []any {
	t.Helper()
	if op.RequestBody == nil {
		return []any{nil}
	}
	var bodies []any
	for _, example := range op.RequestBody.Content.GetOrZero("application/json").Examples.FromOldest() {
		var body any
		if err := example.Value.Decode(&body); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	if len(bodies) == 0 {
		t.Fatalf("%s has no example of its body", op.OperationId)
	}
	return bodies
}

func bodyFields(t testing.TB, op *v3.Operation) []string {
	t.Helper()
	if op.RequestBody == nil {
		return nil
	}
	properties := op.RequestBody.Content.GetOrZero("application/json").Schema.Schema().Properties
	if properties.Len() == 0 {
		t.Fatalf("%s has a body whose fields these tests cannot read: teach them", op.OperationId)
	}
	return slices.Collect(properties.KeysFromOldest())
}

// parametersOf leaves out those of the path.
func parametersOf(t testing.TB, all []*v3.Parameter) (parameters []Parameter) {
	t.Helper()
	for _, p := range all {
		if p.In == "path" {
			continue
		}
		required := p.Required != nil && *p.Required
		if p.In != "query" && p.In != "header" || required || p.Schema == nil || p.Example == nil {
			t.Fatalf("the parameter %s is not one that these tests can fill: teach them", p.Name)
		}
		example := p.Example.Value
		parameters = append(parameters, Parameter{p.Name, p.In, [2]string{example, otherValue(t, p, example)}})
	}
	return parameters
}

// otherValue is a valid value of a parameter that is not the example.
func otherValue(t testing.TB, p *v3.Parameter, example string) string {
	t.Helper()
	validator := schema_validation.NewSchemaValidator()
	values := []any{"elsewhere", 2, true, false}
	for _, node := range p.Schema.Schema().Enum {
		values = append(values, node.Value)
	}
	for _, value := range values {
		if valid, _ := validator.ValidateSchemaObject(p.Schema.Schema(), value); valid && fmt.Sprint(value) != example {
			return fmt.Sprint(value)
		}
	}
	t.Fatalf("the parameter %s has no other value that these tests know: teach them", p.Name)
	return ""
}
