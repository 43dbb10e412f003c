package sqlite

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// damage says which database SQLite cannot read as one (its documentation, "Result and
// Error Codes"), and what to do. Any other error it returns as it is.
func damage(err error, database string) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // the rest is SQLite's extended code
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		file, _ := url.PathUnescape(strings.TrimPrefix(database, "file:")) // we have escaped it
		return fmt.Errorf("the database %[1]s is damaged (%[2]w): restore it from a backup, or move %[1]s, %[1]s-wal and %[1]s-shm away to begin with an empty one", file, err)
	}
	return err
}
