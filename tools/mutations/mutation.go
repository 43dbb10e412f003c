package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mutation is a mistake in one declaration. It names that by its package and
// its name in there: shared/sharing.ShareImage, shared/dynamo.Store.Share, or
// shared/dynamo.hasRoom for a constant.
type mutation struct {
	name, in string
	change   change
	suites   []suite // the first that fails has caught it
}

// where splits what a mutation is in into its folder and the name of the
// declaration.
func (m mutation) where() (folder, declaration string) {
	parent, last := path.Split(m.in)
	name, declaration, _ := strings.Cut(last, ".")
	return parent + name, declaration
}

func (m mutation) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("mutation %q in %s: %w", m.name, m.in, err)
}

// apply returns the file of the module in root that the mutation breaks, and
// its broken text.
func (m mutation) apply(root string) (file, broken string, err error) {
	defer func() { err = m.wrap(err) }()
	folder, name := m.where()
	dir := filepath.Join(root, filepath.FromSlash(folder))
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return "", "", err
	}
	for _, f := range pkg.GoFiles {
		file = filepath.Join(dir, f)
		text, err := os.ReadFile(file)
		if err != nil {
			return "", "", err
		}
		before, declaration, after, err := find(string(text), name)
		if err != nil {
			return "", "", err
		}
		if declaration == "" {
			continue
		}
		changed, err := m.change(declaration)
		return file, before + strings.TrimPrefix(changed, constant) + after, err
	}
	return "", "", fmt.Errorf("there is no %s", name)
}

const constant = "const "

// find splits a file's text around a declaration. The keyword of a constant
// stays before it, because others may share it.
func find(text, name string) (before, declaration, after string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return "", "", "", err
	}
	split := func(n ast.Node, keyword string) (string, string, string, error) {
		from, to := fset.Position(n.Pos()).Offset, fset.Position(n.End()).Offset
		return text[:from], keyword + text[from:to], text[to:], nil
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if fullName(d) == name {
				return split(d, "")
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.CONST && v.Names[0].Name == name {
					return split(v, constant)
				}
			}
		}
	}
	return "", "", "", nil
}

// fullName is Type.Method of a method, and the name of a function.
func fullName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	receiver := f.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	id, _ := receiver.(*ast.Ident)
	if id == nil { // of a generic type
		return f.Name.Name
	}
	return id.Name + "." + f.Name.Name
}

// overlay makes, in dir, what the go command's -overlay takes, and returns its
// path.
func (m mutation) overlay(root, dir string) (string, error) {
	original, text, err := m.apply(root)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	broken := filepath.Join(dir, "mutated.go")
	if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: broken}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}

// test returns the suite and the test that caught the mutation, "" if none did.
func (m mutation) test(ctx context.Context, root, overlay string) (string, error) {
	for _, s := range m.suites {
		failed, err := s.test(ctx, root, overlay)
		if err != nil {
			return "", fmt.Errorf("mutation %q: %w", m.name, err)
		}
		if failed != "" {
			return fmt.Sprintf("`%s` %s", s.path, failed), nil
		}
	}
	return "", nil
}
