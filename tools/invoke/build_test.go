package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"image-sharing/tests/kit/ddbtest"
)

const root = "../.."

// functions are the folders of functions/.
var functions = []string{"catalog", "list", "on-image-deleted", "save", "share", "unshare"}

// outputs is where the tests of this package build.
var outputs string

func TestMain(m *testing.M) {
	var err error
	if outputs, err = os.MkdirTemp("", "image-sharing-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ddbtest.Main(m)
	_ = os.RemoveAll(outputs) // the system's temporary folder
}

// builds has a function for each platform that was built for.
var builds sync.Map

// build runs "make build" for a platform, once for this test binary, and
// returns the folder of the functions.
func build(t testing.TB, system, arch string) string {
	t.Helper()
	folder := filepath.Join(outputs, system+"-"+arch)
	once, _ := builds.LoadOrStore(folder, sync.OnceValue(func() error {
		return runMake(root, "build", "BUILD="+folder, "OS="+system, "ARCH="+arch)
	}))
	if err := once.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// binaryOf returns a function's binary for this machine.
func binaryOf(t testing.TB, function string) string {
	t.Helper()
	return filepath.Join(build(t, runtime.GOOS, runtime.GOARCH), function, "bootstrap")
}

func runMake(folder string, args ...string) error {
	_, err := outputOfMake(folder, args...)
	return err
}

func outputOfMake(folder string, args ...string) (string, error) {
	command := exec.Command("make", append([]string{"--no-print-directory", "-C", folder}, args...)...)
	// These tests may run under make themselves: its flags and variables are
	// not for this one.
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=")
	})
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("make %s: %w: %s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out), nil
}

// TestTheSameSourceGivesTheSameBytes builds a copy of the source in another
// folder and without a version control, which is also what sam build does.
func TestTheSameSourceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first := build(t, "linux", "arm64")
	elsewhere := t.TempDir()
	for _, folder := range []string{"functions", "shared"} {
		if err := os.CopyFS(filepath.Join(elsewhere, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"go.mod", "go.sum", "Makefile"} {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(elsewhere, file), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, function := range functions {
		artifacts := filepath.Join(elsewhere, "artifacts", function)
		if err := runMake(elsewhere, "build-"+logicalID(function), "ARTIFACTS_DIR="+artifacts); err != nil {
			t.Fatal(err)
		}
		if sumOf(t, filepath.Join(first, function, "bootstrap")) != sumOf(t, filepath.Join(artifacts, "bootstrap")) {
			t.Errorf("the two binaries of %s differ", function)
		}
	}
}

// logicalID is a function's name in template.yaml: OnImageDeletedFunction for
// on-image-deleted.
func logicalID(function string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(function, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String() + "Function"
}

func sumOf(t *testing.T, file string) [sha256.Size]byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(content)
}

func TestEveryFolderIsBuilt(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		folders = append(folders, e.Name())
	}
	if !slices.Equal(folders, functions) {
		t.Errorf("functions/ has %q, these tests know %q", folders, functions)
	}
}

// TestSizes keeps cold starts short: Lambda has to fetch the archive and map
// the binary.
func TestSizes(t *testing.T) {
	t.Parallel()
	const mostBinary, mostArchive = 9_500_000, 4_000_000
	for _, arch := range []string{"arm64", "amd64"} {
		var largest []byte // the others are the same code, less of it
		for _, function := range functions {
			content, err := os.ReadFile(filepath.Join(build(t, "linux", arch), function, "bootstrap"))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s for %s has %d bytes", function, arch, len(content))
			if len(content) > mostBinary {
				t.Errorf("%s for %s is larger than %d bytes", function, arch, mostBinary)
			}
			if len(content) > len(largest) {
				largest = content
			}
		}
		archive := zipped(t, largest)
		t.Logf("the largest for %s has %d bytes when it is zipped", arch, archive)
		if archive > mostArchive {
			t.Errorf("the largest for %s is larger than %d bytes when it is zipped", arch, mostArchive)
		}
	}
}

func zipped(t *testing.T, content []byte) (size int) {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	f, err := w.Create("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Len()
}

// TestOnlyWhatAFunctionNeedsIsInside holds the import graph to a list, so that
// whatever else gets in is noticed: code of local/, a test's dependency, or a
// part of the SDK that starts slowly.
func TestOnlyWhatAFunctionNeedsIsInside(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"image-sharing/functions/", "image-sharing/shared/",
		"github.com/aws/aws-lambda-go/",
		"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/aws-sdk-go-v2/internal/",
		"github.com/aws/aws-sdk-go-v2/service/dynamodb", "github.com/aws/aws-sdk-go-v2/service/internal/",
		"github.com/aws/smithy-go",
		"github.com/awslabs/aws-lambda-go-api-proxy/",
		"github.com/go-json-experiment/json",
	}
	command := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "image-sharing/functions/...")
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "image-sharing/shared/dynamo") {
		t.Fatalf("the functions depend on %q only", packages)
	}
	for _, p := range packages {
		inside := slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(p, prefix) })
		if !inside || strings.HasPrefix(p, "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams") {
			t.Errorf("the functions contain %s", p)
		}
	}
}
