package main

import (
	"archive/zip"
	"bytes"
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
var functions = func() (names []string) {
	mains, _ := filepath.Glob(root + "/functions/*/main.go") // the pattern is well-formed
	for _, main := range mains {
		names = append(names, filepath.Base(filepath.Dir(main)))
	}
	return names
}()

// served are those that a caller or the stream reaches. The hook of deployments
// has its own tests (tests/beforetraffic).
var served = slices.DeleteFunc(slices.Clone(functions), func(f string) bool { return f == "before-traffic" })

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
// returns the folder of the functions. That takes its time, so the short form of
// the tests (go test -short) goes without.
func build(t testing.TB, system, arch string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the functions, which go test -short leaves out")
	}
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

// TestTheSameSourceGivesTheSameBytes builds a function from a copy of the source
// in another folder and without a version control, as sam build does. How it is
// built is the same for all.
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
		if err := os.WriteFile(filepath.Join(elsewhere, file), contentOf(t, filepath.Join(root, file)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := runMake(elsewhere, "build-ShareFunction", "ARTIFACTS_DIR="+elsewhere); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contentOf(t, filepath.Join(first, "share", "bootstrap")), contentOf(t, filepath.Join(elsewhere, "bootstrap"))) {
		t.Error("the two binaries differ")
	}
}

func contentOf(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// mostBytes bounds each binary, because cold starts have to fetch the archive and map
// the binary. A bound is what the binary had for amd64 in November 2026, and 0.3 MB: more
// than a use case takes, less than the client of a service that is linked where nobody
// needs it (EventBridge's 0.59 MB, S3's 1.38 MB). Most of a binary is the Go runtime with
// net/http (6.3 MB, as the empty function of testdata) and the client of DynamoDB.
var mostBytes = map[string]int{
	"before-traffic":   8_700_000,
	"catalog":          10_250_000,
	"console":          10_650_000, // has the page
	"copy-disks":       11_100_000, // speaks to S3 too
	"list":             10_400_000, // has the OpenAPI document, and compresses it
	"on-activity":      10_700_000, // speaks to EventBridge too
	"on-image-deleted": 11_050_000, // speaks to S3 too
	"repair":           10_250_000,
	"save":             10_250_000,
	"share":            10_250_000,
	"unshare":          10_250_000,
}

// mostArchive bounds the largest when it is zipped, as it is deployed.
const mostArchive = 4_300_000

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, arch := range []string{"arm64", "amd64"} {
		var largest []byte // the others are the same code, less of it
		for _, function := range functions {
			content := contentOf(t, filepath.Join(build(t, "linux", arch), function, "bootstrap"))
			t.Logf("%s for %s has %d bytes", function, arch, len(content))
			if most := mostBytes[function]; len(content) > most {
				t.Errorf("%s for %s is larger than %d bytes", function, arch, most)
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
