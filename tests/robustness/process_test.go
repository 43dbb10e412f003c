package robustness

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/runner"
)

// build builds what "make run" runs.
func build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "local")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "image-sharing/local").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v: %s", err, out)
	}
	return binary
}

const tableName = "image-sharing"

// deployment is a service in a process, on data that stay, and on DynamoDB the
// store in another process.
type deployment struct {
	t         *testing.T
	binary    string
	installed *dynamodblocal.Installation // nil for SQLite
	limit     int
	dir       string
	url       string
	service   *exec.Cmd
	database  *dynamodblocal.Process
	copies    bool // made by the service; otherwise left to the platform, as in the model
}

// start starts what does not run.
func (d *deployment) start() {
	d.t.Helper()
	if d.installed != nil && d.database == nil {
		var err error
		if d.database, err = d.installed.Start(d.t.Context(), dynamodblocal.Options{DataDir: filepath.Join(d.dir, "dynamodb")}); err != nil {
			d.t.Fatal(err)
		}
		stop := d.database.Stop
		d.t.Cleanup(func() { _ = stop() }) // it may have been killed
	}
	log, err := os.OpenFile(filepath.Join(d.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = log.Close() }() // the service has it by then
	d.service = exec.Command(d.binary)
	d.service.Stderr = log
	d.service.Env = append(os.Environ(), "PORT=0", "DATA_DIR="+d.dir, "MAX_SHARES_PER_IMAGE="+strconv.Itoa(d.limit), "JWT_ISSUER=", "JWT_AUDIENCE=")
	if !d.copies {
		d.service.Env = append(d.service.Env, "COPY_DISKS=off")
	}
	if d.database == nil {
		d.service.Env = append(d.service.Env, "ENGINE="+runner.SQLite, "DYNAMODB_ENDPOINT=")
	} else {
		d.service.Env = append(d.service.Env, "ENGINE="+runner.DynamoDB, "DYNAMODB_ENDPOINT="+d.database.Endpoint(), "TABLE_NAME="+tableName)
	}
	out, err := d.service.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.service.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.killService)
	welcome, err := bufio.NewReader(out).ReadString('\n')
	_, after, _ := strings.Cut(welcome, "Open ")
	d.url, _, _ = strings.Cut(after, " ")
	if err != nil || d.url == "" {
		said, _ := os.ReadFile(log.Name())
		d.t.Fatalf("the service did not start (%v): %s", err, said)
	}
}

func (d *deployment) killService() {
	_ = d.service.Process.Kill() // fails only if it has ended
	_ = d.service.Wait()
}

// killDatabase is a crash of DynamoDB Local; the service goes on without it.
func (d *deployment) killDatabase() {
	d.t.Helper()
	p, err := os.FindProcess(d.database.PID())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	<-d.database.Done()
	d.database = nil
}
