package httpapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"image-sharing/shared/sharing"
)

// codesInSource reads the codes from the source of package sharing, so that a
// new one cannot be forgotten here.
func codesInSource(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../sharing/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of package sharing: %v", err)
	}
	var codes []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
				for _, value := range spec.Values {
					code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return codes
}

// problemSchemas are the schemas that extend Problem, by name.
func problemSchemas(doc *v3.Document) map[string]*base.Schema {
	found := make(map[string]*base.Schema)
	for name, proxy := range doc.Components.Schemas.FromOldest() {
		s := proxy.Schema()
		if slices.ContainsFunc(s.AllOf, func(p *base.SchemaProxy) bool { return p.GetReference() == "#/components/schemas/Problem" }) {
			found[name] = s
		}
	}
	return found
}

func TestEveryCodeHasAnEntryAndASchema(t *testing.T) {
	doc := openAPI(t)
	codes := codesInSource(t)
	if len(codes) < 20 {
		t.Fatalf("only %d codes found in the source", len(codes))
	}
	var inTable []string
	for code := range problems {
		inTable = append(inTable, string(code))
	}
	slices.Sort(inTable)
	if !slices.Equal(inTable, codes) {
		t.Errorf("the table of problems has\n%v\nthe codes are\n%v", inTable, codes)
	}
	schemas := problemSchemas(doc)
	if names := slices.Sorted(maps.Keys(schemas)); !slices.Equal(names, codes) {
		t.Errorf("the document has schemas for\n%v\nthe codes are\n%v", names, codes)
	}
	for name, s := range schemas {
		checkProblemSchema(t, name, s)
		if doc.Components.Examples.GetOrZero(name) == nil {
			t.Errorf("%s has no example", name)
		}
	}
}

func checkProblemSchema(t *testing.T, name string, s *base.Schema) {
	t.Helper()
	p := problems[sharing.Code(name)]
	constant := func(property string) string {
		if node := s.Properties.GetOrZero(property).Schema().Const; node != nil {
			return node.Value
		}
		return ""
	}
	if constant("code") != name || constant("title") != p.title {
		t.Errorf("%s: code %q and title %q, not %q", name, constant("code"), constant("title"), p.title)
	}
	wanted := strconv.Itoa(p.status)
	if name == string(sharing.CodeProjectNotFound) {
		// The one code with two statuses: see missingResource.
		var statuses []string
		for _, node := range s.Properties.GetOrZero("status").Schema().Enum {
			statuses = append(statuses, node.Value)
		}
		if !slices.Equal(statuses, []string{wanted, "404"}) {
			t.Errorf("%s: statuses %v", name, statuses)
		}
	} else if constant("status") != wanted {
		t.Errorf("%s: status %q, not %s", name, constant("status"), wanted)
	}
	pattern := regexp.MustCompile(s.Properties.GetOrZero("type").Schema().Pattern)
	if !pattern.MatchString("https://host/stage/openapi.yaml#/components/schemas/"+name) || pattern.MatchString("https://host/openapi.yaml#/components/schemas/X") {
		t.Errorf("%s: type %s", name, pattern)
	}
	if s.Description == "" || s.UnevaluatedProperties == nil || s.UnevaluatedProperties.IsA() || s.UnevaluatedProperties.B {
		t.Errorf("%s: it needs a description, and unevaluatedProperties: false", name)
	}
}

func TestProblemsOfAnOperationHaveItsStatusAndAnExample(t *testing.T) {
	doc := openAPI(t)
	for name, op := range operations(doc) {
		for status, response := range op.Responses.Codes.FromOldest() {
			if response.Content == nil { // 204
				continue
			}
			media := response.Content.GetOrZero("application/problem+json")
			if media == nil {
				continue
			}
			codes := codesOf(media.Schema)
			if examples := slices.Sorted(media.Examples.KeysFromOldest()); !slices.Equal(examples, slices.Sorted(slices.Values(codes))) {
				t.Errorf("%s %s: examples of %v, codes %v", name, status, examples, codes)
			}
			for _, code := range codes {
				usual := strconv.Itoa(problems[sharing.Code(code)].status)
				byAddress := code == "ProjectNotFound" && op.OperationId == "getProject" && status == "404"
				if status != usual && !byAddress {
					t.Errorf("%s %s: %s has status %s", name, status, code, usual)
				}
			}
		}
	}
}

// codesOf are the codes of a problem's schema, which is a reference or a
// choice of references.
func codesOf(p *base.SchemaProxy) []string {
	choices := p.Schema().OneOf
	if p.IsReference() {
		choices = []*base.SchemaProxy{p}
	}
	var codes []string
	for _, choice := range choices {
		codes = append(codes, strings.TrimPrefix(choice.GetReference(), "#/components/schemas/"))
	}
	return codes
}
