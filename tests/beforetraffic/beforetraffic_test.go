// Package beforetraffic runs the hook that CodeDeploy calls before it shifts
// traffic, and the functions that it tries, as the binaries that are deployed.
package beforetraffic

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/local/lambdaruntime"
	"image-sharing/shared/beforetraffic"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
)

const root = "../.."

// binaries is where the functions are built, for this machine.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "image-sharing-"); err != nil {
		panic(err)
	}
	ddbtest.Main(m)
	_ = os.RemoveAll(binaries) // the system's temporary folder
}

var build = sync.OnceValues(func() ([]byte, error) {
	command := exec.Command("make", "--no-print-directory", "-C", root, "build", "BUILD="+binaries, "OS="+runtime.GOOS, "ARCH="+runtime.GOARCH)
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MAKE") })
	return command.CombinedOutput()
})

// run starts a function's binary.
func run(t *testing.T, name string, environment map[string]string, log io.Writer) *lambdaruntime.Function {
	t.Helper()
	if out, err := build(); err != nil {
		t.Fatalf("make build: %v: %s", err, out)
	}
	f, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{Binary: filepath.Join(binaries, name, "bootstrap"), Env: environment, Log: log})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(f.Stop)
	return f
}

// region is what the hook talks to in the cloud: Lambda with a version of each
// function, and CodeDeploy.
type region struct {
	t        *testing.T
	versions map[string]*lambdaruntime.Function // by ARN

	mu       sync.Mutex
	reported []report
}

// report is what the hook reports to CodeDeploy.
type report struct {
	DeploymentID    string `json:"deploymentId"`
	HookExecutionID string `json:"lifecycleEventHookExecutionId"`
	Status          string `json:"status"`
}

func (r *region) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if request.Header.Get("X-Amz-Target") == "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus" {
		var status report
		if err := json.Unmarshal(body, &status); err != nil {
			r.t.Error(err)
		}
		r.mu.Lock()
		r.reported = append(r.reported, status)
		r.mu.Unlock()
		_, _ = io.WriteString(w, "{}")
		return
	}
	path, err := url.PathUnescape(request.URL.EscapedPath())
	arn, isInvoke := strings.CutSuffix(strings.TrimPrefix(path, "/2015-03-31/functions/"), "/invocations")
	f := r.versions[arn]
	if err != nil || !isInvoke || f == nil {
		r.t.Errorf("the hook asks for %s", path)
		http.Error(w, "{}", http.StatusNotFound)
		return
	}
	result, err := f.Invoke(request.Context(), body, 25*time.Second)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if result.Error != nil {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_ = json.NewEncoder(w).Encode(result.Error)
		return
	}
	_, _ = w.Write(result.Payload)
}

// arnOf names the version that is new.
func arnOf(name string) string {
	return "arn:aws:lambda:eu-west-1:123456789012:function:stack-" + name + "-ABC:42"
}

// try lets the hook try all functions, of which some have another environment
// than the rest, and returns what it says and what it reported to CodeDeploy.
func try(t *testing.T, event string, good map[string]string, broken map[string]map[string]string) (beforetraffic.Report, []report) {
	t.Helper()
	r := &region{t: t, versions: map[string]*lambdaruntime.Function{}}
	var pairs []string
	for _, name := range beforetraffic.Probed() {
		environment := good
		if other := broken[name]; other != nil {
			environment = other
		}
		r.versions[arnOf(name)] = run(t, name, environment, nil)
		pairs = append(pairs, name+"="+arnOf(name))
	}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	hook := run(t, "before-traffic", map[string]string{
		"NEW_VERSIONS": strings.Join(pairs, " "), "AWS_ENDPOINT_URL_LAMBDA": server.URL, "AWS_ENDPOINT_URL_CODEDEPLOY": server.URL,
	}, nil)
	result, err := hook.Invoke(t.Context(), []byte(event), 5*time.Minute)
	if err != nil || result.Error != nil {
		t.Fatalf("the hook: %v, %+v", err, result.Error)
	}
	var said beforetraffic.Report
	if err := json.Unmarshal(result.Payload, &said); err != nil {
		t.Fatalf("%v: %s", err, result.Payload)
	}
	return said, r.reported
}

const fromCodeDeploy = `{"DeploymentId":"d-1","LifecycleEventHookExecutionId":"h-1"}`

func working(t *testing.T) map[string]string {
	t.Helper()
	endpoint := ddbtest.Endpoint(t)
	return environment(t, endpoint, ddbtest.NewTable(t, kit.DynamoDB(endpoint)))
}

// environment is that of every function. No probe may publish anything.
func environment(t *testing.T, endpoint, table string) map[string]string {
	bus := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a probe was published")
	}))
	t.Cleanup(bus.Close)
	return map[string]string{
		"DYNAMODB_ENDPOINT": endpoint, "TABLE_NAME": table, "PLATFORM_CLIENTS": "platform", "EVENT_BUS_NAME": "bus", "AWS_ENDPOINT_URL_EVENTBRIDGE": bus.URL,
		"JWT_ISSUER": "https://issuer.example",
	}
}

func TestVersionsThatWorkGetTraffic(t *testing.T) {
	said, reported := try(t, fromCodeDeploy, working(t), nil)
	for _, name := range beforetraffic.Probed() {
		if said[name] != "ok" {
			t.Errorf("%s: %s", name, said[name])
		}
	}
	if len(reported) != 1 || reported[0] != (report{"d-1", "h-1", "Succeeded"}) {
		t.Errorf("reported to CodeDeploy: %+v", reported)
	}
}

// TestVersionsThatCannotWorkGetNone: no function fails at init when its table
// is not there, or nothing is where DynamoDB should be. on-activity, copy-disks and the
// console need neither.
func TestVersionsThatCannotWorkGetNone(t *testing.T) {
	good := working(t)
	for how, environment := range map[string]map[string]string{
		"no table": environment(t, good["DYNAMODB_ENDPOINT"], "gone"),
		"no way":   environment(t, "http://127.0.0.1:1", good["TABLE_NAME"]),
	} {
		said, reported := try(t, fromCodeDeploy, environment, nil)
		for _, name := range beforetraffic.Probed() {
			if (said[name] == "ok") != slices.Contains([]string{"on-activity", "copy-disks", "console"}, name) || said[name] == "" {
				t.Errorf("%s: %s is %q", how, name, said[name])
			}
		}
		if len(reported) != 1 || reported[0] != (report{"d-1", "h-1", "Failed"}) {
			t.Errorf("%s: reported to CodeDeploy: %+v", how, reported)
		}
	}
}

// TestOneBadVersionTakesAllBack, and the report says which it is.
func TestOneBadVersionTakesAllBack(t *testing.T) {
	good := working(t)
	said, reported := try(t, fromCodeDeploy, good, map[string]map[string]string{
		"list": environment(t, good["DYNAMODB_ENDPOINT"], "gone"),
	})
	for name, says := range said {
		if (says != "ok") != (name == "list") {
			t.Errorf("%s is %s", name, says)
		}
	}
	if len(reported) != 1 || reported[0].Status != "Failed" {
		t.Errorf("reported to CodeDeploy: %+v", reported)
	}
}

// TestByHandNothingIsReported: {} is what operators send.
func TestByHandNothingIsReported(t *testing.T) {
	said, reported := try(t, `{}`, working(t), nil)
	if len(said) != len(beforetraffic.Probed()) || len(reported) != 0 {
		t.Errorf("the hook says %v; reported to CodeDeploy: %v", said, reported)
	}
}
