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
	"image-sharing/shared/service"
)

// sqliteFile is the form of the database file. It is kept whole.
type sqliteFile struct{}

func (sqliteFile) file() string { return "image-sharing.db" }

func (f sqliteFile) open(t *testing.T, kept []byte) service.Store {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, f.file()), kept, 0o600))
	s, err := sqlite.Open(dir, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func (f sqliteFile) written(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	s, err := sqlite.Open(dir, slog.New(slog.DiscardHandler))
	must(t, err)
	sample(t, s)
	must(t, s.Close())
	file, err := os.ReadFile(filepath.Join(dir, f.file()))
	must(t, err)
	return file
}

// text is the schema and every row.
func (f sqliteFile) text(t *testing.T, kept []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.file())
	must(t, os.WriteFile(path, kept, 0o600))
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	text := rows(t, db, "PRAGMA user_version") + rows(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
	for _, table := range strings.Fields(rows(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
		text += table + "\n" + rows(t, db, "SELECT * FROM "+table+" ORDER BY 1, 2")
	}
	return text
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
