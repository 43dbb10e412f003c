package dynamodblocal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startTries = 3                // each with another port
	readyTime  = 60 * time.Second // 2 s on an idle machine, 10 s on a very busy one
	readyPoll  = 50 * time.Millisecond
	stopTime   = 5 * time.Second
)

var errPortTaken = errors.New("the port was taken")

// Options say how to run DynamoDB Local.
type Options struct {
	// DataDir is the folder that keeps the data, made if it is missing and closed
	// to others. Only one process at a time may use it. "" keeps the data in memory.
	DataDir string
}

// Process is a running DynamoDB Local.
type Process struct {
	endpoint string
	origin   string
	cmd      *exec.Cmd
	output   tail // not to be read before done
	done     chan struct{}
	stop     func() error
}

// Start starts DynamoDB Local on a free port and returns when it responds. ctx
// is for the start only; when it ends before, or on any other error, nothing
// is left running.
func (i Installation) Start(ctx context.Context, o Options) (*Process, error) {
	if o.DataDir != "" {
		// For its owner only, also one that was there before with files in it.
		if err := errors.Join(os.MkdirAll(o.DataDir, 0o700), os.Chmod(o.DataDir, 0o700)); err != nil {
			return nil, fmt.Errorf("cannot make the data folder of DynamoDB Local: %w", err)
		}
	}
	var err error
	for range startTries {
		var p *Process
		if p, err = i.start(ctx, o); !errors.Is(err, errPortTaken) {
			return p, err
		}
	}
	return nil, err
}

func (i Installation) start(ctx context.Context, o Options) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &Process{
		endpoint: "http://127.0.0.1:" + port,
		origin:   "http://" + rand.Text() + ".invalid",
		done:     make(chan struct{}),
	}
	p.stop = sync.OnceValue(p.terminate)
	p.cmd = i.command(port, p.origin, o)
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	if err := p.launch(); err != nil {
		return nil, fmt.Errorf("cannot start DynamoDB Local: %w", err)
	}
	if err := p.awaitReady(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// command listens on ALL interfaces: DynamoDB Local has no option for that,
// and it checks no credentials. Hence the random port, never a well-known one,
// and no process that outlives its user. -cors keeps the pages of a browser on
// this machine out, which are let in otherwise.
func (i Installation) command(port, origin string, o Options) *exec.Cmd {
	args := []string{
		"-Xmx512m", "-XX:+UseSerialGC", // it takes over 1 GB otherwise
		"-XX:TieredStopAtLevel=1", // it lives for minutes: to optimize it more takes longer than that saves
		"-Djava.library.path=" + filepath.Join(i.home, "DynamoDBLocal_lib"),
		"-jar", filepath.Join(i.home, "DynamoDBLocal.jar"),
		"-port", port, "-cors", origin, "-sharedDb", "-disableTelemetry",
	}
	if o.DataDir == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", o.DataDir)
	}
	// It makes files that everybody may read otherwise.
	cmd := exec.Command("sh", append([]string{"-c", `umask 077; exec "$0" "$@"`, i.java}, args...)...)
	cmd.Env = append(os.Environ(), "DDB_LOCAL_TELEMETRY=0")
	cmd.SysProcAttr = processAttributes()
	cmd.WaitDelay = time.Second // if something else holds its output open
	return cmd
}

// launch starts the command and closes done when it has ended.
func (p *Process) launch() error {
	started := make(chan error)
	go func() {
		// Linux sends the parent-death signal when the THREAD that started the
		// process ends (prctl(2), PR_SET_PDEATHSIG), and Go ends threads: one
		// that another goroutine had locked, for instance. So this goroutine
		// keeps its thread for as long as the process lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // ProcessState says how it ended
			close(p.done)
		}
	}()
	return <-started
}

// awaitReady returns nil, or an error with the process gone.
func (p *Process) awaitReady(ctx context.Context) error {
	ready, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for !p.responds(ready) {
		select {
		case <-p.done:
			return p.endedByItself()
		case <-ready.Done():
			_ = p.Stop() // only how it was stopped would be reported
			if err := ctx.Err(); err != nil {
				return err
			}
			return fmt.Errorf("DynamoDB Local did not respond within %v: %s", readyTime, p.output.lines())
		case <-time.After(readyPoll):
		}
	}
	return nil
}

// responds asks who is there: if another process took the port, that one may
// answer, while this one is about to fail. Only this one allows its origin.
func (p *Process) responds(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.endpoint, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Origin", p.origin)
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.Header.Get("Access-Control-Allow-Origin") == p.origin
}

// Endpoint is the URL of the running engine, for the SDK.
func (p *Process) Endpoint() string { return p.endpoint }

// PID is the process's id, for those who must see it end otherwise than by
// Stop.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended, by Stop or by itself.
func (p *Process) Done() <-chan struct{} { return p.done }

// Stop ends the process and returns when it has ended; calling it again does
// nothing more. It returns an error when the process had ended by itself, or
// had to be killed.
func (p *Process) Stop() error { return p.stop() }

func (p *Process) terminate() error {
	select {
	case <-p.done:
		return p.endedByItself()
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only if it has ended
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTime):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	return fmt.Errorf("DynamoDB Local did not stop within %v and was killed", stopTime)
}

func (p *Process) endedByItself() error {
	err := fmt.Errorf("DynamoDB Local ended by itself (%v): %s", p.cmd.ProcessState, p.output.lines())
	if strings.Contains(string(p.output.kept), "java.net.BindException") {
		return fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}

// freePort may be overtaken by another process before the engine listens;
// Start then tries another.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", ":0") // all interfaces, as the engine will
	if err != nil {
		return "", fmt.Errorf("no free port for DynamoDB Local: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return strconv.Itoa(port), listener.Close()
}
