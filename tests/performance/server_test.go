package performance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// place is what runs and where its data is.
type place struct {
	store           string // after floorOf for the floor
	dir             string
	endpoint, table string // of DynamoDB
}

// floorOf before a store is its floor.
const floorOf = "floor "

// variable of the environment has the place, its parts separated by lines, for a process
// that is one of the two.
const variable = "PERFORMANCE_OF"

func (p place) String() string {
	return strings.Join([]string{p.store, p.dir, p.endpoint, p.table}, "\n")
}

func parsePlace(s string) place {
	parts := append(strings.Split(s, "\n"), "", "", "")
	return place{parts[0], parts[1], parts[2], parts[3]}
}

func (p place) config(log *slog.Logger) runner.Config {
	return runner.Config{
		Store: p.store, DataDir: p.dir, DynamoDBEndpoint: p.endpoint, TableName: p.table,
		ShareLimit: sharing.MaxShares, ActivityRetentionDays: sharing.DefaultActivityRetentionDays,
		PlatformClients: httpapi.AnyClient(), CopyDisks: true, Log: log,
	}
}

// server is the service, or its floor, in a process of its own, so that what it
// takes of the processor is its own too.
type server struct {
	URL   string
	stdin io.Writer
	lines *bufio.Scanner
}

// start starts this binary as the server. It ends with the benchmark.
func start(b *testing.B, on place) *server {
	b.Helper()
	command := exec.Command(os.Args[0])
	command.Env, command.Stderr = append(os.Environ(), variable+"="+on.String()), os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close() // which ends it
		if err := command.Wait(); err != nil {
			b.Error(err)
		}
	})
	s := &server{stdin: stdin, lines: bufio.NewScanner(stdout)}
	s.URL = s.line(b)
	return s
}

func (s *server) line(b *testing.B) string {
	b.Helper()
	if !s.lines.Scan() {
		b.Fatal("the server has ended")
	}
	return s.lines.Text()
}

// processor returns how long the process has been running on a processor, in its own
// code and in the system's.
func (s *server) processor(b *testing.B) time.Duration {
	b.Helper()
	if _, err := io.WriteString(s.stdin, "\n"); err != nil {
		b.Fatal(err)
	}
	n, err := strconv.ParseInt(s.line(b), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(n)
}

// serve is such a process: it says its address, and at each line that comes in how
// long it has been running, until there are no more. Both collect garbage as "make run".
func serve(on place) error {
	debug.SetGCPercent(runner.GCPercent)
	run := serveService
	var isFloor bool
	if on.store, isFloor = strings.CutPrefix(on.store, floorOf); isFloor {
		run = serveFloor
	}
	url, stop, err := run(on)
	if err != nil {
		return err
	}
	fmt.Println(url)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			return err
		}
		fmt.Println(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return stop()
}

// serveService is "make run", with its log to nowhere.
func serveService(on place) (url string, stop func() error, err error) {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return "", nil, err
	}
	r, err := runner.Start(context.Background(), on.config(slog.New(slog.NewTextHandler(nowhere, nil))))
	if err != nil {
		return "", nil, err
	}
	return r.URL, r.Stop, nil
}
