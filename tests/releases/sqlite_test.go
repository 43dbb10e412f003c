package releases

import (
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"image-sharing/local/sqlite"
)

// sqliteFile is the database file. It is kept whole.
type sqliteFile struct{}

func (sqliteFile) file() string { return "image-sharing.db" }

func (f sqliteFile) open(t *testing.T, kept []byte) opened {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, f.file())
	must(t, os.WriteFile(path, kept, 0o600))
	s, err := sqlite.Open(dir, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return opened{s, func() []byte { return f.after(t, path, "SELECT 1") }}
}

// after returns a copy of a file after a statement.
func (f sqliteFile) after(t *testing.T, path, statement string) []byte {
	t.Helper()
	db := openSQL(t, path)
	_, err := db.Exec(statement)
	must(t, err)
	copied := filepath.Join(t.TempDir(), f.file())
	_, err = db.Exec("VACUUM INTO ?", copied)
	must(t, err)
	file, err := os.ReadFile(copied)
	must(t, err)
	return file
}

func openSQL(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func (sqliteFile) empty() []byte { return nil }

// text is the schema and every row.
func (f sqliteFile) text(t *testing.T, kept []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.file())
	must(t, os.WriteFile(path, kept, 0o600))
	db := openSQL(t, path)
	text := rows(t, db, "PRAGMA user_version") + rows(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
	for _, table := range strings.Fields(rows(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
		text += table + "\n" + rows(t, db, "SELECT * FROM "+table+" ORDER BY 1, 2")
	}
	return text
}

func (f sqliteFile) byALaterRelease(t *testing.T, kept []byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.file())
	must(t, os.WriteFile(path, kept, 0o600))
	return f.after(t, path, `
		UPDATE projects SET attributes = json_set(attributes, '$.later', 'kept');
		UPDATE images SET attributes = json_set(attributes, '$.later', 'kept');
		UPDATE shares SET attributes = json_set(attributes, '$.later', 'kept')`)
}

// rows returns what a query finds, a row a line.
func rows(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	found, err := db.Query(query)
	must(t, err)
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	must(t, err)
	var text strings.Builder
	for found.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(any)
		}
		must(t, found.Scan(row...))
		for i := range row {
			if i > 0 {
				text.WriteString(" | ")
			}
			fmt.Fprint(&text, *row[i].(*any))
		}
		text.WriteString("\n")
	}
	must(t, found.Err())
	return text.String()
}
