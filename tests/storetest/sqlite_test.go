package storetest_test

import (
	"log/slog"
	"testing"

	"image-sharing/local/sqlite"
	"image-sharing/tests/storetest"
)

func TestSQLiteFile(t *testing.T) {
	runOnSQLite(t)(sqlite.Open(t.TempDir(), slog.New(slog.DiscardHandler)))
}

func TestSQLiteMemory(t *testing.T) {
	runOnSQLite(t)(sqlite.OpenMemory())
}

func runOnSQLite(t *testing.T) func(*sqlite.Store, error) {
	return func(s *sqlite.Store, err error) {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		storetest.Run(t, s)
	}
}
