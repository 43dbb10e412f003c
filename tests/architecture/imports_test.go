// Package architecture holds the code, its folders and its documents to each
// other: what may depend on what, and which names and files they name.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
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

// folder is where the package is, seen from the root.
func (p goPackage) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

var listed = sync.OnceValues(func() (all []goPackage, err error) {
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", module+"/...")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

func packages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("go list names %d packages", len(all))
	}
	return all
}

// within reports whether an import path is of one of the folders.
func within(path string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return path == module+"/"+folder || strings.HasPrefix(path, module+"/"+folder+"/")
	})
}

// ours reports whether an import path is of this module.
func ours(path string) bool { return strings.HasPrefix(path, module+"/") }

// standard reports whether an import path is of the standard library: its first
// part has no dot, but for what the library vendors.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first == "vendor" || !strings.Contains(first, ".") && !ours(path)
}

// mayUse names the folders that the packages of each top-level folder may
// depend on, beside their own: what is deployed knows nothing of what runs it
// on one machine, and neither knows its tools and proofs.
var mayUse = map[string][]string{
	"console":   {},
	"shared":    {},
	"functions": {"shared", "console"},
	"local":     {"shared", "console"},
	"tools":     {"shared", "local", "console", "tests/kit"},
	"tests":     {"shared", "local", "console"},
}

func TestFoldersDependOnlyDownwards(t *testing.T) {
	for _, p := range packages(t) {
		from, _, _ := strings.Cut(p.folder(), "/")
		allowed := append(slices.Clone(mayUse[from]), from)
		for _, d := range p.Deps {
			if ours(d) && !within(d, allowed...) {
				t.Errorf("%s must not depend on %s", p.ImportPath, d)
			}
		}
		// A test inside a package may take what all tests share.
		for _, d := range slices.Concat(p.TestImports, p.XTestImports) {
			if ours(d) && !within(d, append(allowed, "tests/kit")...) {
				t.Errorf("the tests of %s must not import %s", p.ImportPath, d)
			}
		}
	}
}

// normalization is what the standard library has of Unicode for itself alone.
var normalization = []string{"golang.org/x/text/unicode/norm", "golang.org/x/text/transform"}

func TestTheDomainImportsTheStandardLibraryAlone(t *testing.T) {
	for _, p := range packages(t) {
		for _, d := range p.Deps {
			if within(p.ImportPath, "shared/sharing") && !standard(d) && !within(d, "shared/sharing") && !slices.Contains(normalization, d) {
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
	"github.com/aws/aws-lambda-go/lambda":                  {"shared/startup", "shared/beforetraffic", "shared/events", "shared/disks", "shared/hosting", "shared/repair"},
	"github.com/aws/aws-sdk-go-v2/service/lambda":          {"shared/beforetraffic"},
	"github.com/aws/aws-sdk-go-v2/service/codedeploy":      {"shared/beforetraffic"},
	eventBridge: {"shared/events"},
	s3:          {"shared/disks"},
}

func TestOnePackageSpeaksEachLanguage(t *testing.T) {
	for library, allowed := range speakers {
		spoken := false
		for _, p := range packages(t) {
			if !slices.ContainsFunc(p.Imports, func(d string) bool { return d == library || strings.HasPrefix(d, library+"/") }) {
				continue
			}
			spoken = true
			if !within(p.ImportPath, allowed...) {
				t.Errorf("%s imports %s, which only %v may", p.ImportPath, library, allowed)
			}
		}
		if !spoken {
			t.Errorf("nothing imports %s: take it out of this test", library)
		}
	}
}

// linked is all that a function may have inside beside the standard library:
// neither a part of local/, nor a test's dependency, nor a part of the SDK that
// starts slowly.
var linked = append([]string{
	module + "/functions", module + "/shared",
	"github.com/aws/aws-lambda-go",
	"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/aws-sdk-go-v2/internal",
	"github.com/aws/aws-sdk-go-v2/service/dynamodb", "github.com/aws/aws-sdk-go-v2/service/internal",
	"github.com/aws/smithy-go",
	"github.com/awslabs/aws-lambda-go-api-proxy",
	"github.com/go-json-experiment/json",
}, normalization...)

// linkedBy is what one function may have inside beside that.
var linkedBy = map[string][]string{
	"functions/console":          {module + "/console"},
	"functions/before-traffic":   {"github.com/aws/aws-sdk-go-v2/service/lambda", "github.com/aws/aws-sdk-go-v2/service/codedeploy"},
	"functions/on-activity":      {eventBridge},
	"functions/copy-disks":       {s3},
	"functions/on-image-deleted": {s3},
}

const (
	eventBridge = "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	s3          = "github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestOnlyThePublisherLinksEventBridge: the other functions would be larger, and
// start later, for nothing.
func TestOnlyThePublisherLinksEventBridge(t *testing.T) {
	publishers := 0
	for _, p := range packages(t) {
		links := slices.Contains(p.Deps, eventBridge)
		switch {
		case p.folder() == "functions/on-activity":
			publishers++
			if !links {
				t.Errorf("%s does not link EventBridge", p.ImportPath)
			}
		case within(p.ImportPath, "functions", "shared") && links && p.folder() != "shared/events":
			t.Errorf("%s links EventBridge", p.ImportPath)
		}
	}
	if publishers != 1 {
		t.Errorf("there are %d functions that publish", publishers)
	}
}

func TestFunctionsLinkOnlyWhatTheyNeed(t *testing.T) {
	functions := 0
	for _, p := range packages(t) {
		if !within(p.ImportPath, "functions") {
			continue
		}
		functions++
		allowed := slices.Concat(linked, linkedBy[p.folder()])
		for _, d := range p.Deps {
			if !standard(d) && !slices.ContainsFunc(allowed, func(l string) bool { return d == l || strings.HasPrefix(d, l+"/") }) || d == "database/sql" {
				t.Errorf("%s contains %s", p.ImportPath, d)
			}
		}
	}
	if functions == 0 {
		t.Error("there are no functions")
	}
}
