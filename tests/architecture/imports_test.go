// Package architecture holds the import graph to docs/design.md.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "image-sharing"

type goPackage struct {
	ImportPath   string
	Imports      []string
	Deps         []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", module+"/...")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, stderr.String())
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list names %d packages", len(all))
	}
	return all
}

func within(path, folder string) bool {
	return path == module+"/"+folder || strings.HasPrefix(path, module+"/"+folder+"/")
}

// mayUse names the folders that the packages of each top-level folder may
// depend on, beside their own: what is deployed knows nothing of what runs it
// on one machine, and neither knows its tools and proofs.
var mayUse = map[string][]string{
	"shared":    {},
	"functions": {"shared"},
	"local":     {"shared"},
	"tools":     {"shared", "local", "tests/kit"},
	"tests":     {"shared", "local"},
}

func TestFoldersDependOnlyDownwards(t *testing.T) {
	for _, p := range packages(t) {
		from := topFolder(p.ImportPath)
		allowed, known := mayUse[from]
		if !known {
			t.Errorf("%s is in no folder that docs/design.md names", p.ImportPath)
		}
		allowed = append(slices.Clone(allowed), from)
		for _, d := range p.Deps {
			checkArrow(t, p.ImportPath, d, allowed)
		}
		// A test inside a package may take what all tests share.
		for _, d := range slices.Concat(p.TestImports, p.XTestImports) {
			checkArrow(t, "the tests of "+p.ImportPath, d, append(allowed, "tests/kit"))
		}
	}
}

func checkArrow(t *testing.T, from, to string, allowed []string) {
	t.Helper()
	if strings.HasPrefix(to, module+"/") && !slices.ContainsFunc(allowed, func(folder string) bool { return within(to, folder) }) {
		t.Errorf("%s must not depend on %s", from, to)
	}
}

// topFolder is the top-level folder of a package of this project.
func topFolder(path string) string {
	folder, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/"), "/")
	return folder
}

func TestTheDomainImportsTheStandardLibraryAlone(t *testing.T) {
	for _, p := range packages(t) {
		if !within(p.ImportPath, "shared/sharing") {
			continue
		}
		for _, d := range p.Deps {
			// The standard library has no dot in the first part of a path, but
			// for what it vendors.
			first, _, _ := strings.Cut(d, "/")
			if strings.HasPrefix(d, module) && !within(d, "shared/sharing") || first != "vendor" && strings.Contains(first, ".") {
				t.Errorf("%s depends on %s", p.ImportPath, d)
			}
		}
	}
}

// speakers are the only packages that may import a library.
var speakers = map[string][]string{
	"github.com/aws/aws-sdk-go-v2/service/dynamodb":        {"shared/dynamo", "local/dynamodblocal", "tests/kit"},
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams": {"local/dynamodblocal"},
	"github.com/awslabs/aws-lambda-go-api-proxy":           {"shared/apigateway"},
	"modernc.org/sqlite":                                   {"local/sqlite"},
	"database/sql":                                         {"local/sqlite"},
	"github.com/golang-jwt/jwt":                            {"local/gateway", "local/issuer"},
	"github.com/aws/aws-lambda-go/lambda":                  {"shared/startup"},
}

func TestOnePackageSpeaksEachLanguage(t *testing.T) {
	spoken := map[string]bool{}
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for library, allowed := range speakers {
				if imported != library && !strings.HasPrefix(imported, library+"/") {
					continue
				}
				spoken[library] = true
				ok := false
				for _, folder := range allowed {
					ok = ok || within(p.ImportPath, folder)
				}
				if !ok {
					t.Errorf("%s imports %s, which only %v may", p.ImportPath, imported, allowed)
				}
			}
		}
	}
	for library := range speakers {
		if !spoken[library] {
			t.Errorf("nothing imports %s: take it out of this test", library)
		}
	}
}

func TestFunctionsCanOnlyUseDynamoDB(t *testing.T) {
	for _, p := range packages(t) {
		if !within(p.ImportPath, "functions") {
			continue
		}
		for _, d := range p.Deps {
			if d == "database/sql" || strings.HasPrefix(d, "modernc.org/") || strings.HasPrefix(d, "github.com/golang-jwt/") {
				t.Errorf("%s depends on %s", p.ImportPath, d)
			}
		}
	}
}
