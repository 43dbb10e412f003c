package httpapi

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const documentFile = "shared/httpapi/openapi.yaml"

func checkRoutes(d *document, report func(string, ...any)) {
	documented := d.operations()
	ids := make(map[string]bool)
	for _, f := range Functions() {
		for _, r := range f.Routes {
			name := r.Method + " " + r.Path
			op, ok := documented[name]
			if !ok {
				report("%s is not documented: describe it under paths in %s", name, documentFile)
				continue
			}
			delete(documented, name)
			checkRoute(op, r, func(format string, args ...any) {
				report("%s: "+format, append([]any{name}, args...)...)
			})
			id := textAt(op.object, "operationId")
			if id == "" || ids[id] {
				report("%s: operationId %q is empty or there twice", name, id)
			}
			ids[id] = true
		}
	}
	for name := range documented {
		report("%s is documented, but no function in shared/httpapi has such a route", name)
	}
	if len(listAt(d.root, "security")) == 0 {
		report("the document asks for no token")
	}
}

var pathParameter = regexp.MustCompile(`\{([A-Za-z]+)\}`)

func checkRoute(op operation, r Route, report func(string, ...any)) {
	if got := textAt(op.object, "x-required-scope"); got != r.Scope {
		report("x-required-scope is %q, the route needs %q", got, r.Scope)
	}
	if scope := cmp.Or(r.Scope, r.PlatformScope); scope != "" && !strings.Contains(strings.ReplaceAll(textAt(op.object, "description"), "\n", " "), "the scope `"+scope+"`") {
		report("the description does not name the scope %s", scope)
	}
	if got := textAt(op.object, "x-platform-scope"); got != r.PlatformScope {
		report("x-platform-scope is %q, the route needs %q", got, r.PlatformScope)
	}
	// A public route says so with an empty list; all others have the document's.
	security, own := op.object["security"].([]any)
	if public := own && len(security) == 0; public != r.Public() || own && !public {
		report("security is %v for a route with scope %q", security, r.Scope)
	}
	if got, want := op.parametersIn("query"), slices.Sorted(slices.Values(r.query)); !slices.Equal(got, want) {
		report("query parameters are %v, of the route %v", got, want)
	}
	var inPath []string
	for _, match := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		inPath = append(inPath, match[1])
	}
	slices.Sort(inPath)
	if got := op.parametersIn("path"); !slices.Equal(got, inPath) {
		report("path parameters are %v, of the route %v", got, inPath)
	}
	for _, p := range op.parameters {
		if required := at(p.object, "required") == true; required != (p.in == "path") {
			report("the parameter %s is required: %v", p.name, required)
		}
	}
	if body, _ := op.body(); (body != nil) != (r.handle.body != nil) {
		report("the body is %v, the route decodes it into %v", body, r.handle.body)
	}
}

// operation is an operation of the document with the parameters of its path.
type operation struct {
	object
	name, place string // GET /v1/…
	parameters  []parameter
}

type parameter struct {
	object
	name, in string
	place    string
}

func (d *document) operations() map[string]operation {
	all := make(map[string]operation)
	for path, item := range inOrder(objectAt(d.root, "paths")) {
		for method, op := range inOrder(objectAt(item)) {
			if method == "parameters" {
				continue
			}
			place := "#/paths/" + strings.ReplaceAll(path, "/", "~1")
			o := operation{object: objectAt(op), name: strings.ToUpper(method) + " " + path, place: place + "/" + method}
			o.parameters = append(d.parameters(place, item), d.parameters(o.place, op)...)
			all[o.name] = o
		}
	}
	return all
}

func (d *document) parameters(place string, of any) (all []parameter) {
	for i, node := range listAt(of, "parameters") {
		p := d.resolved(node)
		own := fmt.Sprint(place, "/parameters/", i)
		all = append(all, parameter{p, textAt(p, "name"), textAt(p, "in"), cmp.Or(textAt(node, "$ref"), own)})
	}
	return all
}

func (o operation) parametersIn(place string) []string {
	var names []string
	for _, p := range o.parameters {
		if p.in == place {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return names
}

// body is the schema of the operation's body and its place; nil and "" for an
// operation without one.
func (o operation) body() (schema any, place string) {
	schema = at(o.object, "requestBody", "content", "application/json", "schema")
	if schema == nil {
		return nil, ""
	}
	return schema, o.place + "/requestBody/content/application~1json/schema"
}
