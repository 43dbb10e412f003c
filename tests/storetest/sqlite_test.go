package compliance_test

import (
	"testing"

	"image-sharing/local/sqlite"
	"image-sharing/shared/service"
	"image-sharing/tests/storetest"
)

func TestSQLiteFile(t *testing.T) {
	compliance.Run(t, func(t *testing.T) service.Engine {
		return closing(t)(sqlite.Open(t.TempDir()))
	})
}

func TestSQLiteMemory(t *testing.T) {
	compliance.Run(t, func(t *testing.T) service.Engine {
		return closing(t)(sqlite.OpenMemory())
	})
}

func closing(t *testing.T) func(*sqlite.Engine, error) *sqlite.Engine {
	return func(e *sqlite.Engine, err error) *sqlite.Engine {
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
