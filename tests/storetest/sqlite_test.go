package storetest_test

import (
	"log/slog"
	"testing"

	"image-sharing/local/sqlite"
	"image-sharing/shared/service"
	"image-sharing/tests/storetest"
)

func TestSQLiteFile(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store {
		return closing(t)(sqlite.Open(t.TempDir(), slog.New(slog.DiscardHandler)))
	})
}

func TestSQLiteMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store {
		return closing(t)(sqlite.OpenMemory())
	})
}

func closing(t *testing.T) func(*sqlite.Store, error) *sqlite.Store {
	return func(e *sqlite.Store, err error) *sqlite.Store {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
		return e
	}
}
