// Package architecture holds the import graph to docs/design.md.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "image-sharing"

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"/...")
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

func TestSharedImportsNeitherFunctionsNorLocal(t *testing.T) {
	for _, p := range packages(t) {
		if within(p.ImportPath, "local") {
			continue
		}
		for _, d := range p.Deps {
			if within(d, "local") || within(d, "functions") {
				t.Errorf("%s depends on %s", p.ImportPath, d)
			}
		}
	}
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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb":        {"shared/table", "local/dynamodblocal"},
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
