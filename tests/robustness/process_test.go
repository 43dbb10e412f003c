package crash

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"image-sharing/local/dynamodblocal"
)

// build builds what "make run" runs.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "local")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "image-sharing/local").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v: %s", err, out)
	}
	return binary
}

// deployment says how to start the service on data that stay.
type deployment struct {
	binary string
	dir    string
	engine *dynamodblocal.Installation // nil for SQLite
}

// mostRequests is how many requests a crash waits for at most: DynamoDB Local
// takes some 20 ms for a write.
func (d deployment) mostRequests() int {
	if d.engine == nil {
		return 500
	}
	return 50
}

const tableName = "image-sharing"

// running is a service that runs, with its engine unless that is embedded.
type running struct {
	url     string
	service *exec.Cmd
	engine  *dynamodblocal.Process
}

func (d deployment) start(t *testing.T) *running {
	t.Helper()
	r := &running{}
	env := map[string]string{"ENGINE": "sqlite", "DYNAMODB_ENDPOINT": ""}
	if d.engine != nil {
		var err error
		if r.engine, err = d.engine.Start(t.Context(), dynamodblocal.Options{DataDir: filepath.Join(d.dir, "dynamodb")}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.engine.Stop() }) // most have been killed
		env = map[string]string{"ENGINE": "dynamodb", "DYNAMODB_ENDPOINT": r.engine.Endpoint(), "TABLE_NAME": tableName}
	}
	r.startService(t, d, env)
	return r
}

func (r *running) startService(t *testing.T, d deployment, env map[string]string) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(d.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }() // the service has it by then
	r.service = exec.Command(d.binary)
	r.service.Stderr = log
	r.service.Env = append(os.Environ(), "PORT=0", "DATA_DIR="+d.dir, "MAX_SHARES_PER_IMAGE="+limitText, "JWT_ISSUER=", "JWT_AUDIENCE=")
	for name, value := range env {
		r.service.Env = append(r.service.Env, name+"="+value)
	}
	out, err := r.service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.killService)
	welcome, err := bufio.NewReader(out).ReadString('\n')
	_, after, _ := strings.Cut(welcome, " runs at ")
	r.url, _, _ = strings.Cut(after, " ")
	if err != nil || r.url == "" {
		said, _ := os.ReadFile(log.Name())
		t.Fatalf("the service did not start (%v): %s", err, said)
	}
}

func (r *running) killService() {
	_ = r.service.Process.Kill() // fails only if it has ended
	_ = r.service.Wait()
}

// killEngine is a crash of the engine; the service goes on without it.
func (r *running) killEngine(t *testing.T) {
	t.Helper()
	p, err := os.FindProcess(r.engine.PID())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	<-r.engine.Done()
}

// stopEngine lets the engine finish what a killed service has still sent to it.
func (r *running) stopEngine() {
	_ = r.engine.Stop() // it may have been killed
}
