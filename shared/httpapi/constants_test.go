package httpapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// constants are the values of the named text types of package sharing, read from
// its source, so that a new one cannot be forgotten here.
var constants = sync.OnceValue(func() map[string][]string {
	values := make(map[string][]string)
	files, _ := filepath.Glob("../sharing/*.go") // none: every comparison fails
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isSpec := n.(*ast.ValueSpec)
			if !isSpec {
				return true
			}
			kind, isNamed := spec.Type.(*ast.Ident)
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok && isNamed && literal.Kind == token.STRING {
					text, _ := strconv.Unquote(literal.Value) // the parser has checked it
					values[kind.Name] = append(values[kind.Name], text)
				}
			}
			return true
		})
	}
	for _, texts := range values {
		slices.Sort(texts)
	}
	return values
})
