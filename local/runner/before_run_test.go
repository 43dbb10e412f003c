package runner_test

import (
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"image-sharing/local/runner"
)

// TestBeforeRunSaysWhatTheProgramWouldSay, without a program.
func TestBeforeRunSaysWhatTheProgramWouldSay(t *testing.T) {
	beforeRun := func(port int, dir string) (string, error) {
		command := exec.Command("sh", "../before-run.sh")
		command.Env = append(os.Environ(), "PORT="+strconv.Itoa(port), "DATA_DIR="+dir)
		out, err := command.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inUse := config(t.TempDir())
	mustStart(t, inUse)
	for name, c := range map[string]struct {
		program string
		port    int
		dir     string
	}{
		"a port that is taken":               {"curl", taken, runner.InMemory},
		"a directory that is in use":         {"flock", 0, inUse.DataDir},
		"a directory that is a file":         {"sh", 0, file},
		"a directory that cannot be made":    {"sh", 0, filepath.Join(file, "dir")},
		"nothing is wrong":                   {"sh", 0, filepath.Join(t.TempDir(), "new")},
		"nothing is wrong, and nothing kept": {"sh", 0, runner.InMemory},
	} {
		if _, err := exec.LookPath(c.program); err != nil {
			t.Logf("%s: not found out without %s", name, c.program)
			continue
		}
		said, err := beforeRun(c.port, c.dir)
		wrong := config(c.dir)
		wrong.Port = c.port
		r, startErr := runner.Start(t.Context(), wrong)
		if startErr == nil {
			mustStop(t, r)
			if err != nil || said != "" {
				t.Errorf("%s: %v, %q", name, err, said)
			}
			continue
		}
		// What the system says of a directory, the shell words in its own way.
		if what, _, _ := strings.Cut(startErr.Error(), ": "); err == nil || !strings.HasPrefix(said, "image-sharing: "+what+": ") {
			t.Errorf("%s: it says %v, %q, and the program %q", name, err, said, startErr)
		}
	}
}

// TestBeforeRunSaysWhichSettingIsWrong, as the program does.
func TestBeforeRunSaysWhichSettingIsWrong(t *testing.T) {
	for _, wrong := range []string{"PORT=abc", "PORT=65536", "PORT=99999999999999999999", "PORT=80 80", "ENGINE=mysql"} {
		command := exec.Command("sh", "../before-run.sh")
		command.Env = append(os.Environ(), "DATA_DIR="+runner.InMemory, wrong)
		said, err := command.CombinedOutput()
		set, value, _ := strings.Cut(wrong, "=")
		_, bad := runner.ConfigOf(func(name string) (string, bool) {
			if name != set {
				return "", false
			}
			return value, true
		}, slog.New(slog.DiscardHandler))
		if err == nil || bad == nil || string(said) != "image-sharing: "+bad.Error()+"\n" {
			t.Errorf("%s: it says %v, %q, and the program %v", wrong, err, said, bad)
		}
	}
}
