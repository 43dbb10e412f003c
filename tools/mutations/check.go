package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// check returns everything that keeps the mutations from being tried: one that
// fits the code no more, does not compile, or asks for tests that are not
// there. It runs none, and so takes seconds.
func check(ctx context.Context, root string, mutations []mutation) error {
	c, err := newCompiler(ctx, root)
	if err != nil {
		return err
	}
	var problems []error
	names := make(map[string]bool)
	for _, m := range mutations {
		if names[m.name] {
			problems = append(problems, fmt.Errorf("two mutations have the name %q", m.name))
		}
		names[m.name] = true
		file, text, err := m.apply(root)
		if err == nil {
			err = m.wrap(c.compile(file, text))
		}
		if err != nil {
			problems = append(problems, err)
		}
		if len(m.suites) == 0 {
			problems = append(problems, fmt.Errorf("mutation %q asks no test", m.name))
		}
		for _, s := range m.suites {
			if !s.exists(root) {
				problems = append(problems, fmt.Errorf("mutation %q: %s has no test that %q fits", m.name, s.path, s.run))
			}
		}
	}
	return errors.Join(problems...)
}

// compiler checks types with what the go command has compiled already.
type compiler struct {
	fset     *token.FileSet
	importer types.Importer
}

func newCompiler(ctx context.Context, root string) (*compiler, error) {
	command := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-json=ImportPath,Export", "./...")
	command.Dir = root
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	exports := make(map[string]string)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	return &compiler{fset, importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}, nil
}

// compile compiles the package of a file that has another text.
func (c *compiler) compile(file, text string) error {
	dir := filepath.Dir(file)
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return err
	}
	var files []*ast.File
	for _, name := range pkg.GoFiles {
		var source any // nil reads the file
		if name == filepath.Base(file) {
			source = text
		}
		parsed, err := parser.ParseFile(c.fset, filepath.Join(dir, name), source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, parsed)
	}
	_, err = (&types.Config{Importer: c.importer}).Check(dir, c.fset, files, nil)
	return err
}

var declaredTest = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

// exists reports whether there is a test that the suite would run.
func (s suite) exists(root string) bool {
	run, _, _ := strings.Cut(s.run, "/") // the rest is of subtests
	matches, err := regexp.Compile(run)
	if err != nil {
		return false
	}
	files, _ := filepath.Glob(filepath.Join(root, filepath.FromSlash(s.path), "*_test.go"))
	for _, file := range files {
		text, _ := os.ReadFile(file) // one that cannot be read has no tests
		for _, m := range declaredTest.FindAllSubmatch(text, -1) {
			if matches.Match(m[1]) {
				return true
			}
		}
	}
	return false
}
