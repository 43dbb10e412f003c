// Package lambdaruntime runs the real binary of a function on this machine, as
// AWS Lambda does: as a process that fetches its events over the Lambda Runtime
// API (AWS Lambda, "Using the Lambda runtime API for custom runtimes").
package lambdaruntime

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"
)

// Config says what to run.
type Config struct {
	// Binary is the path of the file that Lambda would start as "bootstrap".
	Binary string
	// Env has the function's variables. Those that Lambda sets itself are there
	// too unless Env has them; nothing else of this process's environment is.
	Env map[string]string
	// Log gets what the function prints; nil drops it. It is complete once
	// Start has failed or Stop has returned.
	Log io.Writer
}

// Function is a function that runs. It has one process at a time, which
// handles one event after the other.
type Function struct {
	config  Config
	mu      sync.Mutex
	sandbox *sandbox // nil when the next event needs a new one
}

// Result is how one event ended.
type Result struct {
	Payload []byte // what the handler returned, as JSON; nil when it failed
	Error   *Error // nil when the handler returned
	PID     int    // of the process that had the event
}

// Error is what Lambda reports to a caller whose event the function failed on.
type Error struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// The types of the errors that Lambda itself reports; a handler's own have the
// names of their Go types.
const (
	ErrorTimedOut = "Sandbox.Timedout"
	ErrorExited   = "Runtime.ExitError"
)

// Start starts the function and returns when its init is over, that is, when
// it asks for its first event. It returns an error when the process ends
// before, or takes longer than Lambda's 10 s; nothing is left running then.
func Start(ctx context.Context, c Config) (*Function, error) {
	s, err := startSandbox(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Function{config: c, sandbox: s}, nil
}

// Invoke gives the function one event and returns how it ended. A process that
// takes longer than the timeout is killed. If there is none, because the last
// event's was killed or ended by itself, a new one is started first. It returns
// an error only when ctx ends or that start fails.
func (f *Function) Invoke(ctx context.Context, payload []byte, timeout time.Duration) (Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	in := &invocation{id: rand.Text(), payload: payload, timeout: timeout, outcome: make(chan outcome, 1)}
	if err := f.hand(ctx, in); err != nil {
		return Result{}, err
	}
	result := Result{PID: f.sandbox.pid()}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case a := <-in.outcome:
		result.Payload, result.Error = a.payload, a.err
	case <-f.sandbox.exited:
		result.Error = in.failed(ErrorExited, "Runtime exited with "+f.sandbox.end())
		select {
		case a := <-in.outcome: // its last words, as of a panic
			result.Payload, result.Error = a.payload, a.err
		default:
		}
	case <-timer.C:
		f.drop()
		result.Error = in.failed(ErrorTimedOut, fmt.Sprintf("Task timed out after %.2f seconds", timeout.Seconds()))
	case <-ctx.Done():
		f.drop() // it still has the event
		return Result{}, ctx.Err()
	}
	return result, nil
}

// hand returns when the function's process has taken the event.
func (f *Function) hand(ctx context.Context, in *invocation) error {
	for {
		if f.sandbox == nil {
			var err error
			if f.sandbox, err = startSandbox(ctx, f.config); err != nil {
				return err
			}
		}
		select {
		case f.sandbox.next <- in:
			return nil
		case <-f.sandbox.exited:
			f.drop()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *Function) drop() {
	if f.sandbox != nil {
		f.sandbox.stop()
		f.sandbox = nil
	}
}

// Stop kills the function's process and returns when it has ended. The next
// event would start another.
func (f *Function) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop()
}
