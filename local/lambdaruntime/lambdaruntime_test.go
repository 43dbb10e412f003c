package lambdaruntime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/local/lambdaruntime"
)

// minute is far from any time that a handler of these tests needs.
const minute = time.Minute

// binary is that of testdata/fragile.
var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "lambdaruntime-")
	if err == nil {
		binary = filepath.Join(folder, "fragile", "bootstrap")
		err = exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binary, "./testdata/fragile").Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build testdata/fragile:", err)
		os.Exit(1)
	}
	m.Run()                  // package testing keeps the result for the exit
	_ = os.RemoveAll(folder) // the system's temporary folder
}

func started(t *testing.T, c lambdaruntime.Config) *lambdaruntime.Function {
	t.Helper()
	f, err := lambdaruntime.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	return f
}

// do tells the fragile function what to do.
func do(t *testing.T, f *lambdaruntime.Function, what string, timeout time.Duration) lambdaruntime.Result {
	t.Helper()
	result, err := f.Invoke(t.Context(), []byte(`{"do":"`+what+`"}`), timeout)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

type report struct {
	PID         int
	Variables   []string
	RequestID   string
	SecondsLeft float64
}

func reportOf(t *testing.T, r lambdaruntime.Result) (said report) {
	t.Helper()
	if r.Error != nil {
		t.Fatalf("the handler failed: %+v", r.Error)
	}
	if err := json.Unmarshal(r.Payload, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func TestEventsReuseTheProcess(t *testing.T) {
	f := started(t, lambdaruntime.Config{Binary: binary})
	one := do(t, f, "report", minute)
	two := do(t, f, "report", minute)
	first, second := reportOf(t, one), reportOf(t, two)
	if first.PID != second.PID || one.PID != first.PID || two.PID != second.PID {
		t.Errorf("the processes are %d and %d, reported as %d and %d", first.PID, second.PID, one.PID, two.PID)
	}
	if first.RequestID == "" || first.RequestID == second.RequestID {
		t.Errorf("the request ids are %q and %q", first.RequestID, second.RequestID)
	}
	if first.SecondsLeft <= 0 || first.SecondsLeft > 60 {
		t.Errorf("the function has %v s, not what is left of a minute", first.SecondsLeft)
	}
}

func TestTheFunctionHasNoVariablesOfThisProcess(t *testing.T) {
	t.Setenv("TABLE_NAME", "of this process")
	f := started(t, lambdaruntime.Config{
		Binary: binary, Env: map[string]string{"GIVEN": "yes", "AWS_REGION": "eu-west-1"},
	})
	variables := reportOf(t, do(t, f, "report", minute)).Variables
	for _, want := range []string{"GIVEN=yes", "AWS_REGION=eu-west-1", "AWS_LAMBDA_FUNCTION_NAME=fragile"} {
		if !slices.Contains(variables, want) {
			t.Errorf("the function has no %s in %q", want, variables)
		}
	}
	if slices.ContainsFunc(variables, func(v string) bool { return strings.HasPrefix(v, "TABLE_NAME=") }) {
		t.Errorf("the function has this process's variables: %q", variables)
	}
}

// TestTheNextEventWorks after every way to fail: in the same process if that
// one lives on.
func TestTheNextEventWorks(t *testing.T) {

	for name, c := range map[string]struct {
		timeout       time.Duration
		kind, message string
		lives         bool
	}{
		"fail":  {minute, "errorString", "as asked", true},
		"panic": {minute, "string", "at the disco", false},
		"exit":  {minute, lambdaruntime.ErrorExited, "exit status 7", false},
		"hang":  {200 * time.Millisecond, lambdaruntime.ErrorTimedOut, "Task timed out after 0.20 seconds", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := started(t, lambdaruntime.Config{Binary: binary})
			failed := do(t, f, name, c.timeout)
			if failed.Payload != nil || failed.Error == nil || failed.Error.Type != c.kind || !strings.Contains(failed.Error.Message, c.message) {
				t.Errorf("the outcome is %s, %+v, not %s: %s", failed.Payload, failed.Error, c.kind, c.message)
			}
			after := do(t, f, "report", minute)
			if pid := reportOf(t, after).PID; (pid == failed.PID) != c.lives || pid != after.PID {
				t.Errorf("process %d failed, process %d had the next event", failed.PID, pid)
			}
		})
	}
}

func TestInitFailures(t *testing.T) {

	for name, want := range map[string]string{
		"exits":   "the function ended at init with exit status 3",
		"reports": "the function failed at init: Config: no table",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			_, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{
				Binary: binary, Env: map[string]string{"INIT": name}, Log: &log,
			})
			if err == nil || err.Error() != want {
				t.Errorf("the error is %v, not %s", err, want)
			}
			if name == "exits" && log.String() != "this function has a bad configuration\n" {
				t.Errorf("the log is %q", log.String())
			}
		})
	}
}

func TestACallerMayTireOfInit(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := lambdaruntime.Start(ctx, lambdaruntime.Config{Binary: binary, Env: map[string]string{"INIT": "hangs"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
}

func TestABinaryThatIsNone(t *testing.T) {
	_, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{Binary: "testdata"})
	if err == nil {
		t.Error("a folder was started")
	}
}

func TestACallerThatGoesTakesTheProcessAlong(t *testing.T) {
	f := started(t, lambdaruntime.Config{Binary: binary})
	before := reportOf(t, do(t, f, "report", minute)).PID
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := f.Invoke(ctx, []byte(`{"do":"hang"}`), minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
	if after := reportOf(t, do(t, f, "report", minute)).PID; after == before {
		t.Error("the process that still has an event got another")
	}
}
