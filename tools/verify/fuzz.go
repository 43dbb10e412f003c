package main

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var fuzzFunction = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// fuzzTargets finds every fuzz target below a folder. It reads the files,
// because go test -list would build every test binary first.
func fuzzTargets(module fs.FS) (targets []part, err error) {
	err = fs.WalkDir(module, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && ignored(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(file, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(module, file)
		for _, m := range fuzzFunction.FindAllSubmatch(source, -1) {
			targets = append(targets, part{path: "./" + path.Dir(file), fuzz: string(m[1])})
		}
		return err
	})
	return targets, err
}

// ignored are the folders that ./... leaves out (go help packages), and
// node_modules.
func ignored(folder string) bool {
	hidden := folder != "." && (folder[0] == '.' || folder[0] == '_')
	return hidden || folder == "testdata" || folder == "node_modules"
}
