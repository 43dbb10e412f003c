package sqlite

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	modernc "modernc.org/sqlite"
)

// fileAt returns a directory with a file that has taken the steps, with what sql
// puts into it.
func fileAt(t *testing.T, steps []string, sql string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := newFile(t, dir)
	if _, err := s.migrate(steps); err != nil {
		t.Fatal(err)
	}
	run(t, s.writer, sql)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// newFile opens a file and leaves its schema as it is.
func newFile(t *testing.T, dir string) *Store {
	t.Helper()
	writer, err := openPool("file:"+filepath.Join(dir, fileName), 1)
	if err != nil {
		t.Fatal(err)
	}
	return &Store{writer: writer, reader: writer}
}

// first is a file of the first schema with projects, more than fit into
// SQLite's smallest cache.
func first(t *testing.T) (dir string) {
	return fileAt(t, steps[:1], `
		WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
		INSERT INTO projects SELECT 'p' || n, 'account', 'name', '2026-11-24T02:51:33.734080Z', '2026-11-24T02:51:33.734080Z' FROM n`)
}

func schemaOf(t *testing.T, dir string) (version int) {
	t.Helper()
	s := newFile(t, dir)
	found, err := findOne(t.Context(), s.writer, scanNumber, "PRAGMA user_version")
	if err != nil {
		t.Fatal(err)
	}
	version = int(*found)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return version
}

func TestAnOlderFileIsMigratedAndThatIsLogged(t *testing.T) {
	dir := first(t)
	for _, logged := range []bool{true, false} { // then there is nothing to do
		var log bytes.Buffer
		s, err := Open(dir, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if p, err := s.Project(t.Context(), "p7"); err != nil || p.Name != "name" {
			t.Errorf("the project is %+v, %v", p, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if line := log.String(); strings.Contains(line, fmt.Sprintf("from=1 to=%d", len(steps))) != logged || strings.Count(line, "\n") > 1 {
			t.Errorf("the log is %q", line)
		}
		if version := schemaOf(t, dir); version != len(steps) {
			t.Errorf("the file has schema %d", version)
		}
	}
}

func TestANewFileIsNoNews(t *testing.T) {
	var log bytes.Buffer
	s, err := Open(t.TempDir(), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil || log.Len() > 0 {
		t.Errorf("the log is %q, %v", log.String(), err)
	}
}

func TestANewerFileIsRefused(t *testing.T) {
	newer := len(steps) + 1
	dir := fileAt(t, append(steps[:len(steps):len(steps)], "CREATE TABLE later (id TEXT)"), "")
	_, err := Open(dir, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("schema ", newer)) || !strings.Contains(err.Error(), "run the newer version") {
		t.Errorf("got %v, want an error that names the schema and says what to do", err)
	}
	if version := schemaOf(t, dir); version != newer {
		t.Errorf("the file has schema %d", version)
	}
}

// TestAFailedStepLeavesTheFileAsItWas, also what steps before it did.
func TestAFailedStepLeavesTheFileAsItWas(t *testing.T) {
	dir := first(t)
	s := newFile(t, dir)
	failing := append(steps[:2:2], "DROP TABLE shares; INSERT INTO nothing VALUES (1)")
	if _, err := s.migrate(failing); err == nil || !strings.Contains(err.Error(), "step to schema 3") || !strings.Contains(err.Error(), "is as it was") {
		t.Errorf("got %v, want an error that names the step", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	isStillFirst(t, dir)
}

// isStillFirst fails unless the file is that of first, and can be migrated.
func isStillFirst(t *testing.T, dir string) {
	t.Helper()
	if version := schemaOf(t, dir); version != 1 {
		t.Errorf("the file has schema %d", version)
	}
	if p, err := openDir(t, dir).Project(t.Context(), "p7"); err != nil || p.Name != "name" {
		t.Errorf("the project is %+v, %v", p, err)
	}
}

const dieIn = "SQLITE_TEST_DIE_IN" // a directory

// TestKilledDuringMigration kills a process that has taken every step and not
// committed yet.
func TestKilledDuringMigration(t *testing.T) {
	if dir := os.Getenv(dieIn); dir != "" {
		migrateAndDie(t, dir)
		return
	}
	dir := first(t)
	child := exec.Command(os.Args[0], "-test.run=^TestKilledDuringMigration$")
	child.Env = append(os.Environ(), dieIn+"="+dir)
	if out, err := child.CombinedOutput(); err == nil || len(out) > 0 {
		t.Fatalf("it was not killed: %v, %s", err, out)
	}
	if log, err := os.Stat(filepath.Join(dir, fileName+"-wal")); err != nil || log.Size() == 0 {
		t.Errorf("nothing was written before it was killed, so this proves nothing: %v", err)
	}
	isStillFirst(t, dir)
}

func migrateAndDie(t *testing.T, dir string) {
	modernc.MustRegisterScalarFunction("die", 0, func(*modernc.FunctionContext, []driver.Value) (driver.Value, error) {
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return nil, err
		}
		return nil, self.Kill()
	})
	s := newFile(t, dir)
	// With next to no cache, and enough to write, SQLite writes to its log before
	// the commit.
	dying := append(steps[:len(steps)-1:len(steps)-1], "PRAGMA cache_size = 1; "+steps[len(steps)-1]+
		"; CREATE TABLE much (content BLOB); INSERT INTO much VALUES (randomblob(100000)); SELECT die();")
	_, err := s.migrate(dying)
	t.Fatalf("still alive: %v", err)
}
