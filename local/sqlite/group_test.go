package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// A part is a write of a test, beside others.
type part func(ctx context.Context, tx *connection) error

var errRefused = errors.New("refused")

// refused writes first, and then does not want it.
func refused(p part) part {
	return func(ctx context.Context, tx *connection) error { return errors.Join(p(ctx, tx), errRefused) }
}

func panicking(p part) part {
	return func(ctx context.Context, tx *connection) error {
		_ = p(ctx, tx)
		_, err := findAll(ctx, tx, func(scanner) (int, error) { panic("in the middle") }, `SELECT id FROM projects`)
		return err
	}
}

// uncommittable fails at the COMMIT, for whatever makes one fail.
func uncommittable(part) part {
	return func(ctx context.Context, tx *connection) error {
		_, err := tx.conn.ExecContext(ctx, `
			PRAGMA defer_foreign_keys = ON;
			INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes) VALUES ('nothing', 'nobody', 'region', 'time', 'accepted', '{}')`)
		return err
	}
}

// lost is what SQLite does when the disk fails.
func lost(p part) part {
	return func(ctx context.Context, tx *connection) error {
		_, err := tx.exec(ctx, "ROLLBACK")
		return errors.Join(err, errRefused)
	}
}

func plain(p part) part { return p }

var errPanic = errors.New("panic")

// together runs writes that wait while the first runs. Write i puts the project p<i>. It
// returns what each was told, and in how many transactions they were.
func together(t *testing.T, s *Store, kinds []func(part) part) (told []error, transactions int) {
	told = make([]error, len(kinds))
	groups := map[*group]bool{}
	run := func(i int, meanwhile func()) {
		defer func() {
			if recover() != nil {
				told[i] = errPanic
			}
		}()
		told[i] = s.write(t.Context(), func(ctx context.Context, tx *connection) error {
			groups[tx.group] = true
			meanwhile()
			return kinds[i](func(ctx context.Context, tx *connection) error {
				id := sharing.ProjectID(fmt.Sprint("p", i))
				return insertRecord(ctx, tx, "projects", id, stored.EncodeProject(sharing.Project{ID: id}))
			})(ctx, tx)
		})
	}
	run(0, func() {
		for i := range kinds[1:] {
			go run(i+1, func() {})
			synctest.Wait() // until it stands in line
		}
	})
	synctest.Wait()
	return told, len(groups)
}

// TestWritesThatWaitAreCommittedTogether: each is told what became of it, and what one
// meets hurts no other, unless it is what becomes of all.
func TestWritesThatWaitAreCommittedTogether(t *testing.T) {
	busy, unknown := &sharing.Error{Code: sharing.CodeBusy}, &sharing.Error{Code: sharing.CodeOutcomeUnknown}
	for name, c := range map[string]struct {
		kinds        []func(part) part
		told         []error
		transactions int
		standing     []string
	}{
		"all go well":             {[]func(part) part{plain, plain, plain}, []error{nil, nil, nil}, 1, []string{"p0", "p1", "p2"}},
		"one is refused":          {[]func(part) part{plain, refused, plain}, []error{nil, errRefused, nil}, 1, []string{"p0", "p2"}},
		"the first is refused":    {[]func(part) part{refused, plain, plain}, []error{errRefused, nil, nil}, 2, []string{"p1", "p2"}},
		"the last is refused":     {[]func(part) part{plain, plain, refused}, []error{nil, nil, errRefused}, 1, []string{"p0", "p1"}},
		"one panics":              {[]func(part) part{plain, panicking, plain}, []error{nil, errPanic, nil}, 1, []string{"p0", "p2"}},
		"the first panics":        {[]func(part) part{panicking, plain}, []error{errPanic, nil}, 2, []string{"p1"}},
		"the last panics":         {[]func(part) part{plain, panicking}, []error{nil, errPanic}, 1, []string{"p0"}},
		"the commit fails":        {[]func(part) part{plain, uncommittable, refused}, []error{unknown, unknown, busy}, 1, nil},
		"the commit of one fails": {[]func(part) part{uncommittable}, []error{unknown}, 1, nil},
		"all is lost":             {[]func(part) part{plain, lost, plain}, []error{busy, busy, nil}, 2, []string{"p2"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openDir(t, t.TempDir())
				told, transactions := together(t, s, c.kinds)
				for i, want := range c.told {
					if !errors.Is(told[i], want) {
						t.Errorf("write %d is told %v, not %v", i, told[i], want)
					}
					if !errors.Is(want, errRefused) && errors.Is(told[i], errRefused) {
						t.Errorf("write %d finds a refusal, which is void, in %v", i, told[i])
					}
				}
				if transactions != c.transactions {
					t.Errorf("%d transactions, not %d", transactions, c.transactions)
				}
				projects, err := findAll(t.Context(), s.reader, scanProject, `SELECT attributes FROM projects ORDER BY id`)
				var standing []string
				for _, p := range projects {
					standing = append(standing, string(p.ID))
				}
				if err != nil || !slices.Equal(standing, c.standing) {
					t.Errorf("there are %v, %v, not %v", standing, err, c.standing)
				}
			})
		})
	}
}

// TestWhoGivesUpInLine hurts nobody, and whoever closes waits for the group.
func TestWhoGivesUpInLine(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openDir(t, dir)
		impatient, giveUp := context.WithCancel(t.Context())
		told := make([]error, 3)
		put := func(ctx context.Context, i int, meanwhile func()) {
			told[i] = s.write(ctx, func(ctx context.Context, tx *connection) error {
				meanwhile()
				id := sharing.ProjectID(fmt.Sprint("p", i))
				return insertRecord(ctx, tx, "projects", id, stored.EncodeProject(sharing.Project{ID: id}))
			})
		}
		put(t.Context(), 0, func() {
			go put(impatient, 1, func() {})
			synctest.Wait()
			go put(t.Context(), 2, func() {})
			synctest.Wait()
			giveUp()
			synctest.Wait()
			go func() { _ = s.Close() }()
			synctest.Wait()
		})
		synctest.Wait()
		if told[0] != nil || told[2] != nil || !errors.Is(told[1], &sharing.Error{Code: sharing.CodeBusy}) {
			t.Errorf("told %v", told)
		}
	})
	s := openDir(t, dir)
	if n := textOf(t, s.reader, `SELECT count(*) || '' FROM projects`); n != "2" {
		t.Errorf("%s has %s projects", filepath.Base(dir), n)
	}
}
