package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
	"image-sharing/tests/kit/sample"
)

var _ service.Store = (*Store)(nil)

// A directory whose name would mean something else in a file URI.
func TestFileOutlivesStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a?b#c%20d e", "data")
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	putProject(t, s, "owner")
	putProject(t, s, "target")
	putImage(t, s, "owner", "image")
	share(t, s, "owner", "image", "target")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	if r, err := openDir(t, dir).Received(t.Context(), sharing.ReceivedQuery{Project: "target", ImageID: "image"}); err != nil || r.Image.UID != "uid" {
		t.Fatalf("after opening it again: %+v, %v", r, err)
	}
}

func TestOpenRefusesAnotherFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); err == nil {
		t.Fatal("opened a file that is no database")
	}
}

func TestEveryConnectionIsDurable(t *testing.T) {
	s := openDir(t, t.TempDir())
	for name, pool := range map[string]*sql.DB{"writer": s.writer, "reader": s.reader} {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
			var got string
			if err := pool.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %q, %v, want %q", name, pragma, got, err, want)
			}
		}
	}
}

// A second connection would wait at SQLite's lock, where nobody can stop waiting.
func TestWritesWaitForEachOtherHere(t *testing.T) {
	if n := openDir(t, t.TempDir()).writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("there are %d connections that write", n)
	}
}

func TestBusy(t *testing.T) {
	dir := t.TempDir()
	s, other := openDir(t, dir), openDir(t, dir)
	putProject(t, s, "owner")

	write := func(ctx context.Context) error {
		_, _, err := s.PutProject(ctx, sharing.PutProjectCommand{ID: "owner", ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "changed"}, Origin: sample.Origin(time.Now())})
		return err
	}
	busy := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
			t.Fatalf("%s: got %v, want Busy", what, err)
		}
	}
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()

	if err := s.write(t.Context(), func(context.Context, *sql.Tx) error {
		busy("another write in this process", write(impatient))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Project(impatient, "owner")
	busy("a read whose time is over", err)
	_, _, err = s.Shares(impatient, "owner", "image")
	busy("a read of more than one query whose time is over", err)

	if _, err := s.writer.Exec("PRAGMA busy_timeout = 10"); err != nil {
		t.Fatal(err)
	}
	if err := other.write(t.Context(), func(context.Context, *sql.Tx) error {
		busy("a write in another process", write(t.Context()))
		return nil
	}); err != nil {
		t.Fatal(err)
	}

	if p, err := s.Project(t.Context(), "owner"); err != nil || p.Name != "owner" {
		t.Fatalf("after Busy: %+v, %v, want it unchanged", p, err)
	}
	if err := write(t.Context()); err != nil {
		t.Fatalf("when nobody else writes: %v", err)
	}
}

// Two processes with the same file keep the limit together.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	stores := []*Store{openDir(t, dir), openDir(t, dir)}
	putProject(t, stores[0], "owner")
	putImage(t, stores[1], "owner", "image")
	errs := make(chan error)
	const callers = sharing.MaxShares + 10
	for i := range callers {
		target := sharing.ProjectID(fmt.Sprint("target-", i))
		putProject(t, stores[0], target)
		go func() {
			_, _, err := stores[i%2].Share(t.Context(), sharing.ShareCommand{
				Owner: "owner", ImageID: "image", Targets: []sharing.ProjectID{target}, Origin: sample.Origin(time.Now()), Limit: sharing.MaxShares,
			})
			errs <- err
		}()
	}
	granted := 0
	for range callers {
		if err := <-errs; err == nil {
			granted++
		} else if !errors.Is(err, &sharing.Error{Code: sharing.CodeShareLimitExceeded}) {
			t.Error(err)
		}
	}
	img, err := stores[0].Image(t.Context(), "owner", "image")
	if granted != sharing.MaxShares || len(img.SharedWith) != sharing.MaxShares || err != nil {
		t.Errorf("%d shares were granted and %d stand, %v", granted, len(img.SharedWith), err)
	}
}

// A caller who gives up while the write runs must not make its outcome
// unknown.
func TestWriteOutlivesCaller(t *testing.T) {
	for name, s := range map[string]*Store{"file": openDir(t, t.TempDir()), "memory": openMemory(t)} {
		ctx, giveUp := context.WithCancel(t.Context())
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			giveUp()
			return insertRecord(ctx, tx, "projects", "p", stored.EncodeProject(sharing.Project{ID: "p"}))
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Project(t.Context(), "p"); err != nil {
			t.Errorf("%s: after a write with a response: %v", name, err)
		}
	}
}

// In memory, a connection that was dropped would take the data along.
func TestInterruptedReadKeepsMemory(t *testing.T) {
	s := openMemory(t)
	putProject(t, s, "p")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := s.read(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var n int
		return tx.QueryRowContext(ctx, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c").Scan(&n)
	})
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
		t.Fatalf("a read without an end: got %v, want Busy", err)
	}
	if _, err := s.Project(t.Context(), "p"); err != nil {
		t.Fatal(err)
	}
}

// A foreign key that is checked only at the end stands for whatever makes a
// COMMIT fail.
func TestFailedCommit(t *testing.T) {
	for name, s := range map[string]*Store{"file": openDir(t, t.TempDir()), "memory": openMemory(t)} {
		err := s.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `
				PRAGMA defer_foreign_keys = ON;
				INSERT INTO shares (image_id, target, image_region, attributes) VALUES ('nothing', 'nobody', 'region', '{"sharedAt":"time"}')`)
			return err
		})
		if !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
			t.Errorf("%s: got %v, want OutcomeUnknown", name, err)
		}
		putProject(t, s, "next") // the connection is free of the failed transaction
	}
}

// TestNoIDSortsAfterAll: lists begin there, and would miss one that did.
func TestNoIDSortsAfterAll(t *testing.T) {
	for c := range rune(0x250) {
		for _, id := range []string{string(c), "a" + string(c)} {
			if sharing.ValidID(id) && id >= afterAll {
				t.Errorf("an id may be %q", id)
			}
		}
	}
}

// A page must not get slower as the list grows.
func TestListsReadTheirPageOnly(t *testing.T) {
	s := openMemory(t)
	for list, query := range map[string]string{"owned": selectOwnedPage, "received": selectReceivedPage} {
		rows, err := s.reader.Query("EXPLAIN QUERY PLAN "+query, pageValues(sharing.PageQuery{Project: "p", Limit: 25})...)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			t.Log(list, step)
			if strings.Contains(step, "SCAN") || strings.Contains(step, "B-TREE") {
				t.Errorf("%s: the plan has %q", list, step)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func openMemory(t *testing.T) *Store {
	t.Helper()
	s, err := OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A disk that is full takes nothing, and takes it again when there is room.
func TestFullDisk(t *testing.T) {
	s := openDir(t, t.TempDir())
	if _, err := s.writer.Exec("PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	written := 0
	put := func() error {
		id := sharing.ProjectID(fmt.Sprintf("p%d", written))
		_, _, err := s.PutProject(t.Context(), sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: strings.Repeat("x", 256)}, Origin: sample.Origin(time.Now())})
		return err
	}
	err := put()
	for ; err == nil && written < 1000; err = put() {
		written++
	}
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
		t.Fatalf("got %v, want Busy", err)
	}
	if _, err := s.writer.Exec("PRAGMA max_page_count = 1000"); err != nil {
		t.Fatal(err)
	}
	last := sharing.ProjectID(fmt.Sprintf("p%d", written))
	if _, err := s.Project(t.Context(), last); !errors.Is(err, sharing.ProjectNotFound()) {
		t.Errorf("what was refused: %v", err)
	}
	if err := put(); err != nil {
		t.Errorf("with room again: %v", err)
	}
	for i := range written + 1 {
		if _, err := s.Project(t.Context(), sharing.ProjectID(fmt.Sprintf("p%d", i))); err != nil {
			t.Errorf("what had a response: %v", err)
		}
	}
}
