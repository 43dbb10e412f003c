package template

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// checkEnvironment asks that every function has the variables that deployed
// code reads, and none besides. AWS_* come from Lambda.
func checkEnvironment(template object) []error {
	var r report
	read, err := variablesRead()
	if err != nil {
		return append(r, err)
	}
	for _, folder := range folders {
		set := map[string]bool{}
		for name := range objectAt(function(template, folder), "Environment", "Variables") {
			set[name] = true
		}
		sameSet(&r, "variables of "+folder, set, read)
	}
	variables := objectAt(function(template, "share"), "Environment", "Variables")
	r.want("TABLE_NAME", at(variables, "TABLE_NAME"), "!Ref Table")
	r.want("MAX_SHARES_PER_IMAGE", at(variables, "MAX_SHARES_PER_IMAGE"), "!Ref MaxSharesPerImage")
	r.want("DYNAMODB_ENDPOINT", at(variables, "DYNAMODB_ENDPOINT"), "")
	return r
}

// variablesRead are the names in calls of getenv, os.Getenv and os.LookupEnv
// in functions/ and shared/.
var variablesRead = sync.OnceValues(func() (map[string]bool, error) {
	read := make(map[string]bool)
	for _, folder := range []string{"functions", "shared"} {
		err := filepath.WalkDir(root+folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			return variablesIn(path, read)
		})
		if err != nil {
			return nil, err
		}
	}
	if !read["TABLE_NAME"] {
		return nil, fmt.Errorf("no code reads TABLE_NAME: has the way of reading variables changed?")
	}
	return read, nil
})

func variablesIn(path string, read map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !readsVariable(call.Fun) || len(call.Args) != 1 {
			return true
		}
		name := "an unknown name in " + path // a name that is no literal cannot be checked
		if literal, ok := call.Args[0].(*ast.BasicLit); ok {
			name, _ = strconv.Unquote(literal.Value)
		}
		if !strings.HasPrefix(name, "AWS_") {
			read[name] = true
		}
		return true
	})
	return nil
}

func readsVariable(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name == "getenv"
	case *ast.SelectorExpr:
		return f.Sel.Name == "Getenv" || f.Sel.Name == "LookupEnv"
	}
	return false
}
