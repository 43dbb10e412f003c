package runner_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func config(dir string) runner.Config {
	return runner.Config{DataDir: dir, Store: runner.SQLite, ShareLimit: 50, PlatformClients: httpapi.AnyClient(), Log: slog.New(slog.DiscardHandler)}
}

func mustStart(t *testing.T, c runner.Config) *runner.Runner {
	t.Helper()
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustStop(t, r) })
	return r
}

func mustStop(t *testing.T, r *runner.Runner) {
	t.Helper()
	if err := r.Stop(); err != nil {
		t.Error(err)
	}
}

func TestDataAndTokensOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	r, err := runner.Start(t.Context(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	port := r.URL[strings.LastIndex(r.URL, ":")+1:]
	before := kit.At(t, r.URL)
	token := before.Token(api.EveryScope, "p")
	before.Send(token, "PUT", api.ProjectPath("p"), api.ProjectBody("a", "kept")).Is(201)
	mustStop(t, r)

	c, err := runner.ConfigOf(in(map[string]string{"PORT": port, "DATA_DIR": dir}), config("").Log)
	if err != nil {
		t.Fatal(err)
	}
	after := kit.At(t, mustStart(t, c).URL)
	after.Send(token, "GET", api.ProjectPath("p"), nil).Is(200).Has("name", "kept")
}

// TestWhatIsKeptIsForItsOwnerOnly, also in a directory that others may read, and
// when an earlier version made it. It holds the key of the tokens.
func TestWhatIsKeptIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r := mustStart(t, config(dir))
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) < 4 { // the lock, the key, the database and its log
			t.Fatal(files, err)
		}
		for _, file := range files {
			want, wider := fs.FileMode(0o600), fs.FileMode(0o644)
			info, err := os.Stat(file)
			if err == nil && info.IsDir() {
				want, wider = fs.ModeDir|0o700, 0o755
			}
			if err != nil || info.Mode() != want {
				t.Errorf("%s is %v, %v", file, info.Mode(), err)
			}
			if err := os.Chmod(file, wider); err != nil {
				t.Fatal(err)
			}
		}
		mustStop(t, r)
	}
}

// TestAStartRemovesWhatIsOver: what is delivered and whose time is over.
func TestAStartRemovesWhatIsOver(t *testing.T) {
	c := config(t.TempDir())
	c.ActivityRetentionDays = 0 // over at once, which ConfigOf does not allow
	published := make(chan string, 10)
	c.OnEvent = func(event []byte) { published <- string(event) }
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e := kit.At(t, r.URL)
	// When the second is published, it is known that the first was, which may be removed then.
	for _, p := range []string{"p", "q"} {
		e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("a", "n")).Is(201)
		<-published
	}
	activity := func() string {
		return e.Send(e.Tenant("p"), "GET", api.ProjectPath("p")+"/activity", nil).Is(200).Raw
	}
	if !strings.Contains(activity(), "ProjectRegistered") {
		t.Errorf("before the restart there is %s", activity())
	}
	mustStop(t, r)
	time.Sleep(2 * time.Second) // it is over in the second after
	e = kit.At(t, mustStart(t, c).URL)
	for end := time.Now().Add(20 * time.Second); strings.Contains(activity(), "ProjectRegistered"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after the restart there is %s", activity())
		}
	}
}

func TestADataDirectoryIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	r := mustStart(t, config(dir))
	if other, err := runner.Start(t.Context(), config(dir)); err == nil {
		mustStop(t, other)
		t.Fatal("a second one started on the same data")
	} else if !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("the error is %v", err)
	}
	mustStop(t, r)
	mustStart(t, config(dir))
}

func TestAFailedStartLeavesNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	taken := config(t.TempDir())
	taken.Port = port
	if _, err := runner.Start(t.Context(), taken); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Fatalf("on a taken port: %v", err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	broken := config(file)
	broken.Port = port
	if _, err := runner.Start(t.Context(), broken); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "DATA_DIR") {
		t.Fatalf("on a file: %v", err)
	}
	// The port was taken for the second start and is free again.
	mustStart(t, taken)
}

// in looks variables up in an environment.
func in(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := env[name]
		return value, set
	}
}

func TestConfigErrorsNameTheVariable(t *testing.T) {
	for wrong, name := range map[string]string{
		"PORT=x":                               "PORT",
		"CORS_ORIGINS=*":                       "CORS_ORIGINS",
		"MAX_SHARES_PER_IMAGE=51":              "MAX_SHARES_PER_IMAGE",
		"ENGINE=mysql":                         "ENGINE",
		"ACTIVITY_RETENTION_DAYS=0":            "ACTIVITY_RETENTION_DAYS",
		"PLATFORM_CLIENTS=,":                   `PLATFORM_CLIENTS is ","`,
		"PLATFORM_CLIENTS=":                    `PLATFORM_CLIENTS is "": it must name the applications`,
		"DYNAMODB_ENDPOINT=http://127.0.0.1:1": "DYNAMODB_ENDPOINT",
		"JWT_AUDIENCE=a":                       "JWT_ISSUER",
	} {
		variable, value, _ := strings.Cut(wrong, "=")
		_, err := runner.ConfigOf(in(map[string]string{variable: value}), nil)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	c, err := runner.ConfigOf(in(nil), nil)
	if err != nil || c.Port != 8080 || c.Store != runner.SQLite || c.DataDir != ".data" || c.ShareLimit != 50 || c.ActivityRetentionDays != 400 {
		t.Errorf("defaults %+v, %v", c, err)
	}
}

// TestAnIssuersApplicationsAreToBeNamed: the default is meant for the local issuer.
func TestAnIssuersApplicationsAreToBeNamed(t *testing.T) {
	issuer := map[string]string{"JWT_ISSUER": "https://issuer.example", "JWT_AUDIENCE": "images"}
	both := map[string]string{"PLATFORM_CLIENTS": "*"}
	maps.Copy(both, issuer)
	for name, c := range map[string]struct {
		env   map[string]string
		lines int
	}{"an issuer alone": {issuer, 1}, "with its applications": {both, 0}, "the local one": {nil, 0}} {
		var log bytes.Buffer
		if _, err := runner.ConfigOf(in(c.env), slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Error(err)
		}
		if said := log.String(); strings.Count(said, "\n") != c.lines || strings.Count(said, "set PLATFORM_CLIENTS") != c.lines || strings.Count(said, "level=WARN") != c.lines {
			t.Errorf("of %s it says %q", name, said)
		}
	}
}

// TestDataOfAnotherEngineIsNamed: it would look lost.
func TestDataOfAnotherEngineIsNamed(t *testing.T) {
	said := func(dir string) string {
		var log bytes.Buffer
		c := config(dir)
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		mustStop(t, mustStart(t, c))
		return log.String()
	}
	dir := t.TempDir()
	for range 2 { // also when its own is there
		if s := said(dir); s != "" {
			t.Errorf("of its own data it says %q", s)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "dynamodb"), 0o700); err != nil {
		t.Fatal(err)
	}
	if s := said(dir); !strings.Contains(s, "also has data of ENGINE=dynamodb") || !strings.Contains(s, filepath.Join(dir, "dynamodb")) {
		t.Errorf("of the other engine's data it says %q", s)
	}
}
