package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"image-sharing/shared/httpapi"
)

// accessRoute is an operation of the OpenAPI document. The tests of access are
// made from the document, so that a new route is in all of them by itself.
type accessRoute struct {
	method, path string
	scope        string // "" for a public one
	anyProject   bool
	bodies       []any    // the examples; one nil for a route without a body
	fields       []string // that a body may have
	parameters   []accessParameter
}

// accessParameter is a parameter that a request may have: its example, and
// another value that is valid.
type accessParameter struct {
	name, in string // the query or the header
	values   [2]string
}

func (r accessRoute) String() string { return r.method + " " + r.path }

func (r accessRoute) public() bool { return r.scope == "" }

// namesImage reports whether an image is part of the address.
func (r accessRoute) namesImage() bool { return strings.Contains(r.path, "{imageId}") }

// accessRoutes returns every operation of the document, and the scopes of all.
func accessRoutes(t *testing.T) (routes []accessRoute, scopes []string) {
	t.Helper()
	document, err := libopenapi.NewDocument(httpapi.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for path, item := range model.Model.Paths.PathItems.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			r := accessRoute{
				method: strings.ToUpper(method), path: path, bodies: exampleBodies(t, op), fields: bodyFields(t, op),
				parameters: parametersOf(t, slices.Concat(item.Parameters, op.Parameters)),
			}
			if security := op.Security; security == nil || len(security) > 0 {
				r.scope = extensionOf(op, "x-required-scope")
				if r.scope == "" {
					t.Fatalf("%s asks for a token, but has no x-required-scope", r)
				}
			}
			r.anyProject = extensionOf(op, "x-any-project") == "true"
			routes = append(routes, r)
			if !r.public() && !known[r.scope] {
				known[r.scope] = true
				scopes = append(scopes, r.scope)
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

func exampleBodies(t *testing.T, op *v3.Operation) []any {
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

func bodyFields(t *testing.T, op *v3.Operation) []string {
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

// parametersOf leaves out those of the path, which accessCast fills.
func parametersOf(t *testing.T, all []*v3.Parameter) (parameters []accessParameter) {
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
		parameters = append(parameters, accessParameter{p.Name, p.In, [2]string{example, otherValue(t, p, example)}})
	}
	return parameters
}

// otherValue is a valid value of a parameter that is not the example.
func otherValue(t *testing.T, p *v3.Parameter, example string) string {
	t.Helper()
	validator := schema_validation.NewSchemaValidator()
	for _, value := range []any{"elsewhere", 2, true, false} {
		if valid, _ := validator.ValidateSchemaObject(p.Schema.Schema(), value); valid && fmt.Sprint(value) != example {
			return fmt.Sprint(value)
		}
	}
	t.Fatalf("the parameter %s has no other value that these tests know: teach them", p.Name)
	return ""
}

// accessCast is a project with an image of its own, shared with a target, and
// one that another project shares with it: what the examples of the document
// need to succeed.
type accessCast struct {
	w                   *world
	self, target, other string
	own, received       string
}

// Where the examples' images are, and the projects they are shared with.
const exampleRegion = "cn-bj2"

var exampleProjects = []string{"prj-lab", "prj-ops"}

// registerExampleProjects registers what other tests of the same service may
// have registered.
func registerExampleProjects(w *world, tokens *accessTokens) {
	w.t.Helper()
	for _, p := range exampleProjects {
		a := w.send(tokens.of("catalog:write"), "PUT", "/v1/projects/"+p, object{"accountId": "acct", "name": "Project"})
		if a.status != 200 && a.status != 201 {
			w.t.Fatalf("%s answered %s", a.what, a.raw)
		}
	}
}

func newAccessCast(w *world, tokens *accessTokens, self string) accessCast {
	w.t.Helper()
	c := accessCast{w: w, self: self, target: self + "-target", other: self + "-other", own: self + "-own", received: self + "-received"}
	platform := tokens.of("catalog:write")
	for _, p := range []string{c.self, c.target, c.other} {
		w.send(platform, "PUT", "/v1/projects/"+p, object{"accountId": "acct", "name": "Project"}).is(201)
	}
	w.send(platform, "PUT", imagePath(c.self, c.own), spec(object{"region": exampleRegion})).is(201)
	w.send(platform, "PUT", imagePath(c.other, c.received), spec(object{"region": exampleRegion})).is(201)
	w.send(tokens.of(tenantScope, c.self), "POST", sharesPath(c.self, c.own), shareBody(c.target)).is(200)
	w.send(tokens.of(tenantScope, c.other), "POST", sharesPath(c.other, c.received), shareBody(c.self)).is(200)
	return c
}

// address fills the parameters of a route's path.
func (c accessCast) address(r accessRoute) string {
	c.w.t.Helper()
	image := c.own
	if strings.Contains(r.path, "/shared-images/") {
		image = c.received
	}
	return c.addressOf(r, image)
}

func (c accessCast) addressOf(r accessRoute, image string) string {
	c.w.t.Helper()
	address := strings.NewReplacer("{projectId}", c.self, "{imageId}", image, "{targetProjectId}", c.target).Replace(r.path)
	if strings.Contains(address, "{") {
		c.w.t.Fatalf("%s has a parameter that these tests cannot fill: teach them", r)
	}
	return address
}

// state is everything of the cast that a request could change.
func (c accessCast) state(tokens *accessTokens) string {
	c.w.t.Helper()
	self, other := tokens.of(tenantScope, c.self), tokens.of(tenantScope, c.other)
	var all strings.Builder
	for _, path := range []string{"", "/images", "/images/" + c.own + "/shares", "/shared-images"} {
		all.WriteString(c.w.send(self, "GET", "/v1/projects/"+c.self+path, nil).is(200).raw)
	}
	all.WriteString(c.w.send(other, "GET", sharesPath(c.other, c.received), nil).is(200).raw)
	return all.String()
}

// accessTokens asks the issuer for each token once.
type accessTokens struct {
	w     *world
	known map[string]string
}

func newAccessTokens(w *world) *accessTokens { return &accessTokens{w, map[string]string{}} }

func (a *accessTokens) of(scope string, projects ...string) string {
	a.w.t.Helper()
	key := scope + "\n" + strings.Join(projects, " ")
	if a.known[key] == "" {
		a.known[key] = a.w.token(scope, projects...)
	}
	return a.known[key]
}
