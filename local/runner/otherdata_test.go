package runner

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSQLitesDataIsNamedToDynamoDB, as TestDataOfAnotherEngineIsNamed has it the other
// way round.
func TestSQLitesDataIsNamedToDynamoDB(t *testing.T) {
	var log bytes.Buffer
	c := Config{Store: DynamoDB, DataDir: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, nil))}
	c.warnOfOtherData()
	if log.Len() > 0 {
		t.Errorf("of an empty directory it says %q", log.String())
	}
	if err := os.WriteFile(filepath.Join(c.DataDir, "image-sharing.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if c.warnOfOtherData(); !strings.Contains(log.String(), "also has data of ENGINE=sqlite") {
		t.Errorf("of SQLite's data it says %q", log.String())
	}
}
