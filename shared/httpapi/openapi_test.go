package httpapi

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"image-sharing/shared/sharing"
)

func openAPI(t *testing.T) *v3.Document {
	t.Helper()
	document, err := libopenapi.NewDocument(OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if ok, errs := schema_validation.ValidateOpenAPIDocument(document); !ok {
		t.Fatalf("not a valid OpenAPI document: %v", errs)
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	return &model.Model
}

// operation is an operation of the document with the parameters of its path.
type operation struct {
	*v3.Operation
	parameters []*v3.Parameter
}

func operations(doc *v3.Document) map[string]operation {
	all := make(map[string]operation)
	for path, item := range doc.Paths.PathItems.FromOldest() {
		for method, op := range item.GetOperations().FromOldest() {
			all[strings.ToUpper(method)+" "+path] = operation{op, slices.Concat(item.Parameters, op.Parameters)}
		}
	}
	return all
}

func (o operation) parametersIn(place string) []string {
	var names []string
	for _, p := range o.parameters {
		if p.In == place {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

func (o operation) extension(name string) string {
	node := o.Extensions.GetOrZero(name)
	if node == nil {
		return ""
	}
	return node.Value
}

func TestEveryRouteIsDocumentedAndNothingElse(t *testing.T) {
	doc := openAPI(t)
	documented := operations(doc)
	ids := make(map[string]bool)
	for _, f := range Functions() {
		for _, r := range f.Routes {
			name := r.Method + " " + r.Path
			op, ok := documented[name]
			if !ok {
				t.Errorf("%s is not documented", name)
				continue
			}
			delete(documented, name)
			checkOperation(t, name, op, r)
			if op.OperationId == "" || ids[op.OperationId] {
				t.Errorf("%s: operationId %q is empty or there twice", name, op.OperationId)
			}
			ids[op.OperationId] = true
		}
	}
	for name := range documented {
		t.Errorf("%s is documented, but there is no such route", name)
	}
	if len(doc.Security) == 0 {
		t.Error("the document asks for no token")
	}
}

var pathParameter = regexp.MustCompile(`\{([A-Za-z]+)\}`)

func checkOperation(t *testing.T, name string, op operation, r Route) {
	t.Helper()
	if got := op.extension("x-required-scope"); got != r.Scope {
		t.Errorf("%s: x-required-scope is %q, the route needs %q", name, got, r.Scope)
	}
	if r.Scope != "" && !strings.Contains(strings.ReplaceAll(op.Description, "\n", " "), "the scope `"+r.Scope+"`") {
		t.Errorf("%s: the description does not name the scope %s", name, r.Scope)
	}
	if got := op.extension("x-any-project") == "true"; got != r.anyProject {
		t.Errorf("%s: x-any-project is %v, of the route %v", name, got, r.anyProject)
	}
	// A public route says so with an empty list; all others have the document's.
	if public := op.Security != nil && len(op.Security) == 0; public != r.Public() || (op.Security != nil && !public) {
		t.Errorf("%s: security %v for a route with scope %q", name, op.Security, r.Scope)
	}
	if got, want := op.parametersIn("query"), slices.Sorted(slices.Values(r.query)); !slices.Equal(got, want) {
		t.Errorf("%s: query parameters %v, of the route %v", name, got, want)
	}
	var inPath []string
	for _, match := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		inPath = append(inPath, match[1])
	}
	slices.Sort(inPath)
	if got := op.parametersIn("path"); !slices.Equal(got, inPath) {
		t.Errorf("%s: path parameters %v, of the route %v", name, got, inPath)
	}
}

func TestDocumentKeepsTheNumbersOfTheRules(t *testing.T) {
	doc := openAPI(t)
	schema := func(name string) *base.Schema { return doc.Components.Schemas.GetOrZero(name).Schema() }
	pattern := regexp.MustCompile(schema("Id").Pattern)
	for _, id := range []string{"", "a", "-a", ".a", "_a", "a-._", "a~", "a#", "a ", "a\n", "é", strings.Repeat("a", 64), strings.Repeat("a", 65)} {
		if pattern.MatchString(id) != sharing.ValidID(id) {
			t.Errorf("the pattern of ids takes %q: %t, and the code: %t", id, pattern.MatchString(id), sharing.ValidID(id))
		}
	}
	if got := *schema("ShareLimit").Maximum; got != sharing.MaxShares {
		t.Errorf("the share limit is %v, not %d", got, sharing.MaxShares)
	}
	limit := doc.Components.Parameters.GetOrZero("limit").Schema.Schema()
	if *limit.Minimum != 1 || *limit.Maximum != sharing.MaxPageLimit || limit.Default.Value != strconv.Itoa(sharing.DefaultPageLimit) {
		t.Errorf("a page is %v to %v, %s by default", *limit.Minimum, *limit.Maximum, limit.Default.Value)
	}
}
