// Command bench runs every benchmark, keeps what they print for benchstat
// (golang.org/x/perf/cmd/benchstat), and shows the use cases as one table: what a
// request takes, and what its floor does.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	only := flag.String("run", ".", "only the benchmarks whose names match this regular expression, as of go test -bench")
	turns := flag.String("benchtime", "1s", "how long each goes on, or how often (5x), as of go test -benchtime")
	file := flag.String("o", filepath.Join("bin", "bench.txt"), "where what they print is kept")
	flag.Usage = func() {
		_, _ = fmt.Fprintln(flag.CommandLine.Output(), "bench [flags] [packages]: all packages if none is named")
		flag.PrintDefaults()
	}
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	if err := run(packages, *only, *turns, *file, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(packages []string, only, turns, file string, out io.Writer) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	// One package after the other: two at a time would measure each other.
	arguments := []string{"test", "-p", "1", "-timeout", "60m", "-run", "^$", "-bench", only, "-benchtime", turns}
	benchmarks := exec.Command("go", append(arguments, packages...)...)
	var printed bytes.Buffer
	benchmarks.Stdout, benchmarks.Stderr = io.MultiWriter(out, &printed), os.Stderr
	if err := benchmarks.Run(); err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	if err := os.WriteFile(file, printed.Bytes(), 0o644); err != nil {
		return err
	}
	table(out, rows(printed.String()))
	_, err := fmt.Fprintf(out, "\nAll of it is in %s: benchstat compares two such files.\n", file)
	return err
}
