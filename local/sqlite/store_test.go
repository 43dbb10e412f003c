package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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

// TestADamagedFileIsNamed, with what to do, when it is opened.
func TestADamagedFileIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a%20b c")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(File(dir), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, slog.New(slog.DiscardHandler))
	saysWhatToDo(t, err, File(dir))
}

// TestDamageThatShowsLaterIsNamed: what is not read when it is opened.
func TestDamageThatShowsLaterIsNamed(t *testing.T) {
	dir := first(t)
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(File(dir))
	if err != nil {
		t.Fatal(err)
	}
	for i := len(content) / 2; i < len(content); i++ {
		content[i] = 0xff
	}
	if err := os.WriteFile(File(dir), content, 0o600); err != nil {
		t.Fatal(err)
	}
	s = openDir(t, dir)
	for i := range 1000 { // one of them is in the damaged half
		if _, err = s.Project(t.Context(), sharing.ProjectID(fmt.Sprintf("p%d", i))); err != nil && !errors.Is(err, &sharing.Error{Code: sharing.CodeProjectNotFound}) {
			break
		}
	}
	saysWhatToDo(t, err, File(dir))
	for i := range 1000 {
		if _, _, err = s.PutProject(t.Context(), sharing.PutProjectCommand{ID: sharing.ProjectID(fmt.Sprintf("p%d", i))}); err != nil {
			break
		}
	}
	saysWhatToDo(t, err, File(dir))
}

func saysWhatToDo(t *testing.T, err error, file string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "the database "+file+" is damaged") || !strings.Contains(err.Error(), "restore it from a backup, or move") {
		t.Errorf("got %v, want an error that names the file and says what to do", err)
	}
}

func TestEveryConnectionIsDurable(t *testing.T) {
	s := openDir(t, t.TempDir())
	for name, pool := range map[string]*pool{"writer": s.writer, "reader": s.reader} {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
			for range cap(pool.free) { // each in turn
				if got := textOf(t, pool, "PRAGMA "+pragma); got != want {
					t.Errorf("%s: %s is %q, want %q", name, pragma, got, want)
				}
			}
		}
	}
}

// A second connection would wait at SQLite's lock, where nobody can stop waiting.
func TestWritesWaitForEachOtherHere(t *testing.T) {
	if n := cap(openDir(t, t.TempDir()).writer.free); n != 1 {
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

	if err := s.write(t.Context(), func(context.Context, *connection) error {
		busy("another write in this process", write(impatient))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Project(impatient, "owner")
	busy("a read whose time is over", err)

	run(t, s.writer, "PRAGMA busy_timeout = 10")
	if err := other.write(t.Context(), func(context.Context, *connection) error {
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
		err := s.write(ctx, func(ctx context.Context, tx *connection) error {
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

// TestAStatementIsCompiledOnce on a connection, whatever its arguments.
func TestAStatementIsCompiledOnce(t *testing.T) {
	s := openDir(t, t.TempDir())
	putProject(t, s, "owner")
	putProject(t, s, "target")
	compiled := func() (all []*sql.Stmt) {
		err := s.writer.use(t.Context(), func(_ context.Context, c *connection) error {
			all = slices.Collect(maps.Values(c.compiled))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	once := func(id sharing.ImageID) {
		putImage(t, s, "owner", id)
		share(t, s, "owner", id, "target")
	}
	once("image-1")
	before := compiled()
	once("image-2")
	after := compiled()
	if len(before) == 0 || len(after) != len(before) {
		t.Fatalf("%d statements are compiled, and %d before", len(after), len(before))
	}
	for _, statement := range before {
		if !slices.Contains(after, statement) {
			t.Error("a statement was compiled again")
		}
	}
}

// TestTurns: who waited first is served first, and who gives up leaves no gap.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pool{free: make(chan *connection, 1)}
		p.free <- &connection{}
		var served []int
		hold := make(chan struct{})
		for i := range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				err := p.use(ctx, func(context.Context, *connection) error {
					<-hold
					served = append(served, i)
					return nil
				})
				if i%7 == 3 != errors.Is(err, context.Canceled) {
					t.Errorf("%d: %v", i, err)
				}
			}()
			synctest.Wait()
			if i%7 == 3 {
				cancel()
				synctest.Wait()
			} else {
				defer cancel()
			}
		}
		close(hold)
		synctest.Wait()
		if len(served) != 17 || !slices.IsSorted(served) {
			t.Errorf("served in the order %v", served)
		}
	})
}

// TestAPanicEndsItsTransactionOnly, and leaves no statement in the middle of its rows.
func TestAPanicEndsItsTransactionOnly(t *testing.T) {
	for name, s := range map[string]*Store{"file": openDir(t, t.TempDir()), "memory": openMemory(t)} {
		putProject(t, s, "p")
		putProject(t, s, "q")
		func() {
			defer func() { _ = recover() }()
			_ = s.write(t.Context(), func(ctx context.Context, tx *connection) error {
				if err := insertRecord(ctx, tx, "projects", "lost", stored.EncodeProject(sharing.Project{ID: "lost"})); err != nil {
					return err
				}
				_, err := findAll(ctx, tx, func(scanner) (int, error) { panic("in the middle") }, `SELECT attributes FROM projects WHERE id = ?`, "p")
				return err
			})
			t.Errorf("%s: no panic", name)
		}()
		putProject(t, s, "next")
		for id, want := range map[sharing.ProjectID]bool{"p": true, "next": true, "lost": false} {
			if _, err := s.Project(t.Context(), id); (err == nil) != want {
				t.Errorf("%s: %s: %v", name, id, err)
			}
		}
	}
}

// A foreign key that is checked only at the end stands for whatever makes a
// COMMIT fail.
func TestFailedCommit(t *testing.T) {
	for name, s := range map[string]*Store{"file": openDir(t, t.TempDir()), "memory": openMemory(t)} {
		err := s.write(t.Context(), func(ctx context.Context, tx *connection) error {
			_, err := tx.conn.ExecContext(ctx, `
				PRAGMA defer_foreign_keys = ON;
				INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes) VALUES ('nothing', 'nobody', 'region', 'time', 'accepted', '{}')`)
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
	values := pageValues(sharing.PageQuery{Project: "p", Limit: 25})
	for list, c := range map[string]struct {
		query  string
		values []any
		within string // what of the index is read
	}{
		"owned":    {selectOwnedPage, values, "images_of_owner (owner=? AND"},
		"received": {selectReceivedPage, values, "COVERING INDEX shares_of_target (target=? AND"},
		"declined": {selectReceivedOfOne, append(values, sharing.Declined), "COVERING INDEX shares_by_status (target=? AND status=? AND"},
	} {
		plan, err := findAll(t.Context(), s.reader, scanStep, "EXPLAIN QUERY PLAN "+c.query, c.values...)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range plan {
			t.Log(list, step)
			if strings.Contains(step, "SCAN") || strings.Contains(step, "B-TREE") {
				t.Errorf("%s: the plan has %q", list, step)
			}
		}
		if !strings.Contains(plan[0], c.within) {
			t.Errorf("%s: the plan begins with %q", list, plan[0])
		}
	}
}

func scanStep(row scanner) (step string, err error) {
	err = row.Scan(new(int), new(int), new(int), &step)
	return step, err
}

// run carries out what is no single statement.
func run(t *testing.T, p *pool, script string) {
	t.Helper()
	if err := p.use(t.Context(), func(ctx context.Context, c *connection) error {
		_, err := c.conn.ExecContext(ctx, script)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func textOf(t *testing.T, p *pool, query string) string {
	t.Helper()
	found, err := findOne(t.Context(), p, func(row scanner) (text string, err error) {
		err = row.Scan(&text)
		return text, err
	}, query)
	if err != nil || found == nil {
		t.Fatal(err)
	}
	return *found
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
	run(t, s.writer, "PRAGMA max_page_count = 20")
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
	run(t, s.writer, "PRAGMA max_page_count = 1000")
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
