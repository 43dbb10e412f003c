package lambdaruntime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"image-sharing/local/dynamodblocal"
)

// initTime is how long Lambda gives a function until it asks for its first
// event (AWS Lambda, "Lambda quotas" and "Execution environment lifecycle").
const initTime = 10 * time.Second

// outputTime is how long a process that ended may hold its output open by a
// child of its own.
const outputTime = time.Second

// sandbox is one process of a function and the Runtime API it talks to. Each
// process has an API of its own, so that a request of a former one never takes
// the event of the next.
type sandbox struct {
	cmd    *exec.Cmd
	server *http.Server
	exited chan struct{}

	next  chan *invocation // taken when the process asks for an event
	ready func()           // notes the first time that it asks

	mu        sync.Mutex
	current   *invocation // the one that the process has
	initError *Error      // reported by the process
}

// startSandbox returns when the process asks for its first event.
func startSandbox(ctx context.Context, c Config) (*sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("no port for the Runtime API: %w", err)
	}
	ready := make(chan struct{})
	s := &sandbox{
		exited: make(chan struct{}),
		next:   make(chan *invocation),
		ready:  sync.OnceFunc(func() { close(ready) }),
	}
	s.server = &http.Server{Handler: s.api()}
	go func() { _ = s.server.Serve(listener) }() // ends by stop only
	if err := s.launch(c, listener.Addr().String()); err != nil {
		_ = s.server.Close() // nobody knows its port
		return nil, err
	}
	if err := s.await(ctx, ready); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *sandbox) launch(c Config, api string) error {
	binary, err := filepath.Abs(c.Binary)
	if err != nil {
		return err
	}
	s.cmd = exec.Command(binary)
	s.cmd.Dir = filepath.Dir(binary) // Lambda's /var/task
	s.cmd.Env = environment(c, api)
	s.cmd.Stdout, s.cmd.Stderr = c.Log, c.Log
	s.cmd.WaitDelay = outputTime
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("cannot start the function: %w", err)
	}
	go func() {
		_ = s.cmd.Wait() // ProcessState says how it ended
		close(s.exited)
	}()
	return nil
}

// environment has what Lambda sets (AWS Lambda, "Defined runtime environment
// variables") and what the function's configuration does. The credentials are
// those of the engines on this machine.
func environment(c Config, api string) []string {
	env := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          api,
		"AWS_LAMBDA_FUNCTION_NAME":        filepath.Base(filepath.Dir(c.Binary)),
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_DEFAULT_REGION":              dynamodblocal.Region,
		"AWS_SESSION_TOKEN":               "local",
		"_HANDLER":                        "bootstrap",
		"LANG":                            "en_US.UTF-8",
		"TZ":                              ":UTC",
		"PATH":                            os.Getenv("PATH"),
	}
	maps.Copy(env, dynamodblocal.Environment())
	maps.Copy(env, c.Env)
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

func (s *sandbox) await(ctx context.Context, ready <-chan struct{}) error {
	ctx, cancel := context.WithTimeoutCause(ctx, initTime, fmt.Errorf("the function did not ask for an event within %v", initTime))
	defer cancel()
	select {
	case <-ready:
		return nil
	case <-s.exited:
		return s.endedAtInit()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *sandbox) endedAtInit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.initError != nil {
		return fmt.Errorf("the function failed at init: %s: %s", s.initError.Type, s.initError.Message)
	}
	return errors.New("the function ended at init with " + s.end())
}

func (s *sandbox) pid() int { return s.cmd.Process.Pid }

// end says how the process ended, which it must have.
func (s *sandbox) end() string { return s.cmd.ProcessState.String() }

// stop kills the process, as Lambda does, and returns when it has ended. If
// this program dies without it, the process ends by itself as soon as it asks
// for its next event.
func (s *sandbox) stop() {
	_ = s.cmd.Process.Kill() // fails only if it has ended
	<-s.exited
	_ = s.server.Close() // its only client is gone
}
