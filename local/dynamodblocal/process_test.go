package dynamodblocal_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

func TestStartsAtOnceAndStopsLeavingNothing(t *testing.T) {
	i := ddbtest.Installation(t)
	var both [2]*dynamodblocal.Process
	var errs [2]error
	var wg sync.WaitGroup
	for n := range both {
		wg.Go(func() { both[n], errs[n] = i.Start(t.Context(), dynamodblocal.Options{}) })
	}
	wg.Wait()
	for n, p := range both {
		if errs[n] != nil {
			t.Fatal(errs[n])
		}
		defer func() { _ = p.Stop() }()
	}
	if both[0].Endpoint() == both[1].Endpoint() {
		t.Fatalf("both respond at %s", both[0].Endpoint())
	}
	if err := both[0].Stop(); err != nil {
		t.Error(err)
	}
	<-both[0].Done()
	wantGone(t, both[0].PID())
	if err := both[0].Stop(); err != nil {
		t.Errorf("the second Stop: %v", err)
	}
	if _, err := newClient(both[1].Endpoint()).ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Errorf("stopping one stopped the other: %v", err)
	}

	if err := syscall.Kill(both[1].PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-both[1].Done()
	if err := both[1].Stop(); err == nil {
		t.Error("Stop of a process that ended by itself returned no error")
	}
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	i := ddbtest.Installation(t)
	ctx, cancel := context.WithCancel(t.Context())
	pidFile := filepath.Join(t.TempDir(), "pid")
	program := filepath.Join(t.TempDir(), "java")
	writeProgram(t, program, fmt.Sprintf(`echo $$ >%s; exec %s "$@"`, pidFile, i.Java()))
	go func() {
		defer cancel()
		for readPID(pidFile) == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	if _, err := i.WithJava(program).Start(ctx, dynamodblocal.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("Start returned %v, want context.Canceled", err)
	}
	wantGone(t, readPID(pidFile))
}

func TestStartTellsWhatTheEngineSaid(t *testing.T) {
	i := ddbtest.Installation(t)
	program := filepath.Join(t.TempDir(), "java")
	writeProgram(t, program, "echo no room for the heap; exit 3")
	_, err := i.WithJava(program).Start(t.Context(), dynamodblocal.Options{})
	if err == nil {
		t.Fatal("Start of a program that fails returned no error")
	}
	wantContains(t, err.Error(), "exit status 3", "no room for the heap")
}

func TestStartTakesAnotherPortWhenOneIsTaken(t *testing.T) {
	i := ddbtest.Installation(t)
	taken, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	// The first time, the engine is sent to the taken port.
	mark := filepath.Join(t.TempDir(), "mark")
	program := filepath.Join(t.TempDir(), "java")
	writeProgram(t, program, fmt.Sprintf(`
if [ ! -e %[1]s ]; then
	touch %[1]s
	set -- $(echo "$@" | sed 's/-port [0-9]*/-port %[2]d/')
fi
exec %[3]s "$@"`, mark, taken.Addr().(*net.TCPAddr).Port, i.Java()))
	p, err := i.WithJava(program).Start(t.Context(), dynamodblocal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err != nil {
		t.Errorf("the port was never taken: %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

func TestAnotherServerIsNotTakenForTheEngine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // another DynamoDB Local
	}))
	defer server.Close()
	if dynamodblocal.IsOwn(t.Context(), server.URL, "http://own.invalid") {
		t.Error("it is")
	}
}

func TestDataDirKeepsTheData(t *testing.T) {
	i := ddbtest.Installation(t)
	o := dynamodblocal.Options{DataDir: filepath.Join(t.TempDir(), "is", "made")}
	for _, want := range []int{0, 1} {
		p, err := i.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		db := newClient(p.Endpoint())
		tables, err := db.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if err != nil || len(tables.TableNames) != want {
			t.Errorf("it has the tables %v (%v), want %d", tables, err, want)
		}
		if err := dynamodblocal.CreateTable(t.Context(), db, "kept"); err != nil {
			t.Error(err)
		}
		files, err := filepath.Glob(filepath.Join(o.DataDir, "*"))
		if err != nil || len(files) == 0 {
			t.Errorf("there are the files %v, %v", files, err)
		}
		for _, path := range append(files, o.DataDir) {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s is %v, %v", path, info.Mode(), err)
			}
		}
		if err := os.Chmod(o.DataDir, 0o755); err != nil { // as an earlier version left it
			t.Error(err)
		}
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func writeProgram(t *testing.T, path, script string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func readPID(file string) int {
	content, _ := os.ReadFile(file)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(content)))
	return pid
}

func wantGone(t *testing.T, pid int) {
	t.Helper()
	if pid <= 0 {
		t.Fatal("there never was a process")
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the process %d is still there (%v)", pid, err)
	}
}

func wantContains(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s, part) {
			t.Errorf("%q does not contain %q", s, part)
		}
	}
}
