package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"strings"
)

// change breaks the source of one declaration: a whole function, or a constant
// as "const name = value". It works on the syntax, so that it goes on to fit
// when code around it moves, and fails when there is nothing to break.
type change func(declaration string) (string, error)

// rewrite replaces expressions by a rule of gofmt -r: identifiers of a single
// lower-case letter stand for any expression.
func rewrite(rule string) change {
	return func(declaration string) (string, error) {
		command := exec.Command("gofmt", "-r", rule)
		command.Stdin = strings.NewReader(header + declaration)
		var stderr bytes.Buffer
		command.Stderr = &stderr
		out, err := command.Output()
		if err != nil {
			return "", fmt.Errorf("gofmt -r %q: %w: %s", rule, err, stderr.String())
		}
		after := strings.TrimSpace(strings.TrimPrefix(string(out), header))
		if after == declaration {
			return "", fmt.Errorf("nothing fits %q", rule)
		}
		return after, nil
	}
}

// holds makes a condition of DynamoDB true of every item and of none. It still
// names the condition's values, because DynamoDB refuses those that nothing
// names.
func holds(condition string) change {
	return rewrite(condition + ` -> "(" + ` + condition + ` + " OR attribute_exists(pk) OR attribute_not_exists(pk))"`)
}

// becomes gives a constant another value, in which old is its present one.
func becomes(value string) change {
	return func(declaration string) (string, error) {
		name, old, ok := strings.Cut(declaration, " = ")
		if !ok {
			return "", fmt.Errorf("%q is no constant", name)
		}
		return name + " = " + strings.ReplaceAll(value, "old", old), nil
	}
}

const alwaysHolds = `"(" + old + " OR attribute_exists(pk) OR attribute_not_exists(pk))"`

// within replaces a part of the one string literal that has it.
func within(old, replacement string) change {
	return func(declaration string) (string, error) {
		var found []ast.Node
		err := inspect(declaration, func(n ast.Node, _ []ast.Node) {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && strings.Contains(literal.Value, old) {
				found = append(found, n)
			}
		})
		if err != nil || len(found) != 1 {
			return "", cmp.Or(err, fmt.Errorf("%d string literals have %q, not one", len(found), old))
		}
		text := textOf(declaration, found[0])
		return splice(declaration, found[0].Pos(), found[0].End(), strings.Replace(text, old, replacement, 1)), nil
	}
}

// never keeps the one branch of an if or switch from being taken that returns
// an expression with this name in it.
func never(name string) change {
	return func(declaration string) (string, error) {
		var conditions []ast.Expr
		err := inspect(declaration, func(n ast.Node, parents []ast.Node) {
			if r, ok := n.(*ast.ReturnStmt); ok && mentions(r, name) {
				conditions = append(conditions, conditionOf(parents))
			}
		})
		if err != nil || len(conditions) != 1 || conditions[0] == nil {
			return "", cmp.Or(err, fmt.Errorf("%d returns of %s under a condition, not one", len(conditions), name))
		}
		c := conditions[0]
		return splice(declaration, c.Pos(), c.End(), "false && ("+textOf(declaration, c)+")"), nil
	}
}

// conditionOf returns the condition of the innermost if or case among the
// parents of a statement.
func conditionOf(parents []ast.Node) ast.Expr {
	for i := len(parents) - 1; i >= 0; i-- {
		switch n := parents[i].(type) {
		case *ast.IfStmt:
			return n.Cond
		case *ast.CaseClause:
			if len(n.List) == 1 {
				return n.List[0]
			}
			return nil
		}
	}
	return nil
}

func mentions(n ast.Node, name string) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return true
	})
	return found
}

// finally runs statements when the function returns. They can change its
// results; an unnamed one is called result.
func finally(statements string) change {
	return func(declaration string) (string, error) {
		var function *ast.FuncDecl
		err := inspect(declaration, func(n ast.Node, _ []ast.Node) {
			if f, ok := n.(*ast.FuncDecl); ok {
				function = f
			}
		})
		if err != nil || function == nil || function.Type.Results.NumFields() == 0 {
			return "", cmp.Or(err, fmt.Errorf("no function with a result"))
		}
		after := splice(declaration, function.Body.Lbrace+1, function.Body.Lbrace+1, "\ndefer func() { "+statements+" }()")
		results := function.Type.Results
		if len(results.List[0].Names) > 0 {
			return after, nil
		}
		if results.NumFields() > 1 {
			return "", fmt.Errorf("several results without names")
		}
		return splice(after, results.Pos(), results.End(), "(result "+textOf(declaration, results.List[0].Type)+")"), nil
	}
}

// header makes a file of a declaration.
const header = "package p\n\n"

func inspect(declaration string, visit func(n ast.Node, parents []ast.Node)) error {
	file, err := parser.ParseFile(token.NewFileSet(), "", header+declaration, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.PreorderStack(file, nil, func(n ast.Node, parents []ast.Node) bool {
		visit(n, parents)
		return true
	})
	return nil
}

// offset is where a position of inspect's is in the declaration: the first
// position of the first file of a token.FileSet is 1.
func offset(p token.Pos) int { return int(p) - 1 - len(header) }

func textOf(declaration string, n ast.Node) string {
	return declaration[offset(n.Pos()):offset(n.End())]
}

func splice(declaration string, from, to token.Pos, text string) string {
	return declaration[:offset(from)] + text + declaration[offset(to):]
}
