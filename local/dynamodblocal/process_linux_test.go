package dynamodblocal_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

// A process dies with the thread that started it, and a thread ends with the
// goroutine that is locked to it.
func TestTheEngineOutlivesTheThreadThatAskedForIt(t *testing.T) {
	i := ddbtest.Installation(t)
	var p *dynamodblocal.Process
	thread := onAThreadThatEnds(func() {
		var err error
		if p, err = i.Start(t.Context(), dynamodblocal.Options{}); err != nil {
			t.Error(err)
		}
	})
	if p == nil {
		return
	}
	eventually(t, func() bool {
		_, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", thread))
		return errors.Is(err, os.ErrNotExist)
	})
	if _, err := newClient(p.Endpoint()).ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Error(err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// onAThreadThatEnds calls f and returns the thread's id.
func onAThreadThatEnds(f func()) (thread int) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		thread = syscall.Gettid()
		if thread == os.Getpid() { // the main thread never ends, so take another
			thread = onAThreadThatEnds(f)
			runtime.UnlockOSThread()
			return
		}
		f()
	}()
	<-done
	return thread
}

const inChild = "START_AND_WAIT"

// The test binary starts itself, and that child an engine; then the child is
// killed.
func TestTheEngineDiesWithItsParent(t *testing.T) {
	i := ddbtest.Installation(t)
	if os.Getenv(inChild) != "" {
		p, err := i.Start(t.Context(), dynamodblocal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("pid %d\n", p.PID())
		<-p.Done()
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid := 0
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		if s, ok := strings.CutPrefix(lines.Text(), "pid "); ok {
			pid, _ = strconv.Atoi(s)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	if pid == 0 {
		t.Fatal("the child started no engine")
	}
	eventually(t, func() bool { return !running(pid) })
}

// running is false of a zombie too: nobody may be there to reap it.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
