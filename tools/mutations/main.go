// Command mutations breaks the code on purpose, one mutation at a time, and
// shows which test notices. It ends with status 1 if none does, or if a
// mutation does not fit the code any more. With -check it only makes sure that
// all fit, in seconds.
//
// The working tree stays as it is: the go command compiles the broken file in
// the place of the real one (go help build, -overlay).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	only := flag.String("run", "", "only the mutations whose name or declaration matches this regular expression")
	checkOnly := flag.Bool("check", false, "only make sure that the mutations fit the code, and run no test")
	flag.Parse()
	survivors, err := start(ctx, *only, *checkOnly)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutations:", err)
	}
	if err != nil || survivors > 0 {
		os.Exit(1)
	}
}

func start(ctx context.Context, only string, checkOnly bool) (survivors int, err error) {
	matches, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return 0, err
	}
	var chosen []mutation
	for _, m := range everyMutation {
		if matches.MatchString(m.name) || matches.MatchString(m.in) {
			chosen = append(chosen, m)
		}
	}
	if err := check(ctx, root, chosen); err != nil {
		return 0, err
	}
	fmt.Fprintf(os.Stderr, "mutations: %d fit the code\n", len(chosen))
	if checkOnly {
		return 0, nil
	}
	dir, err := os.MkdirTemp("", "mutations-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is only temporary
	return run(ctx, os.Stdout, root, dir, chosen)
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// run tries the mutations on the module in root and writes a table of what
// caught each. dir is for temporary files.
func run(ctx context.Context, w io.Writer, root, dir string, mutations []mutation) (survivors int, err error) {
	overlays := make([]string, len(mutations))
	for i, m := range mutations {
		if overlays[i], err = m.overlay(root, filepath.Join(dir, fmt.Sprint(i))); err != nil {
			return 0, err
		}
	}
	fmt.Fprintln(os.Stderr, "mutations: first, everything must pass without any")
	if err := allPass(ctx, root, mutations); err != nil {
		return 0, err
	}
	fmt.Fprint(w, "| mutation | in | caught by | after |\n|---|---|---|---|\n")
	for i, m := range mutations {
		begun := time.Now()
		caught, err := m.test(ctx, root, overlays[i])
		if err != nil {
			return survivors, err
		}
		if caught == "" {
			caught = "**SURVIVED**"
			survivors++
		}
		fmt.Fprintf(w, "| %s | `%s` | %s | %s |\n", m.name, m.in, caught, time.Since(begun).Round(time.Second))
	}
	fmt.Fprintf(w, "\n%d mutations, %d survived.\n", len(mutations), survivors)
	return survivors, nil
}

// allPass makes sure that the suites pass without a mutation: a test that
// fails anyway catches nothing.
func allPass(ctx context.Context, root string, mutations []mutation) error {
	passed := map[suite]bool{}
	for _, m := range mutations {
		for _, s := range m.suites {
			if passed[s] {
				continue
			}
			failed, err := s.test(ctx, root, "")
			if err != nil {
				return err
			}
			if failed != "" {
				return fmt.Errorf("%s %s fails without any mutation: see that everything passes first", s.path, failed)
			}
			passed[s] = true
		}
	}
	return nil
}
