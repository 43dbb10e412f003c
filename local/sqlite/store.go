// Package sqlite is the embedded store: one process, one file, nothing to
// install. It implements service.Store by applying the transitions of
// package sharing to the records inside SQLite's transactions.
package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"image-sharing/shared/sharing"
)

const fileName = "image-sharing.db"

// File is where the database in a directory is.
func File(dir string) string { return filepath.Join(dir, fileName) }

// maxReaders is how many reads of a file run at the same time.
const maxReaders = 4

// Store implements service.Store. It is safe for concurrent use. Several
// processes on one file would keep the rules, but wait for each other's lock:
// the runner allows only one.
type Store struct {
	// writer has one connection, so that writes wait for each other here, where
	// a caller can stop waiting, and not at SQLite's lock.
	writer *pool
	reader *pool

	decoded decoded
	written chan struct{}
}

func newStore(writer, reader *pool) *Store {
	return &Store{writer: writer, reader: reader, decoded: decoded{images: make(map[string]sharing.Image)}, written: make(chan struct{}, 1)}
}

// Open opens the database in a directory, and makes both if they are missing.
// Every answered write is on disk. A database of an older version it brings to
// today's schema, and logs that. It returns an error for one of a newer version.
func Open(dir string, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("directory of the database: %w", err)
	}
	if err := forOwnerOnly(filepath.Join(dir, fileName)); err != nil {
		return nil, fmt.Errorf("file of the database: %w", err)
	}
	path := (&url.URL{Path: filepath.ToSlash(filepath.Join(dir, fileName))}).EscapedPath()
	writer, err := openPool("file:"+path, 1)
	if err != nil {
		return nil, err
	}
	reader, err := openPool("file:"+path, maxReaders)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	s := newStore(writer, reader)
	had, err := s.migrate(steps)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if had > 0 && had < len(steps) {
		log.Info("the database has a new schema, which older versions of this program refuse", "file", filepath.Join(dir, fileName), "from", had, "to", len(steps))
	}
	return s, nil
}

// forOwnerOnly sees to it that nobody else of the machine reads the database, also
// one of an earlier version, or in a directory that was there before. SQLite gives
// the log and its index the mode of the file.
func forOwnerOnly(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Chmod(path+suffix, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// OpenMemory opens an empty database that is gone when it is closed. A
// database in memory belongs to its connection, so reads and writes share one.
func OpenMemory() (*Store, error) {
	db, err := openPool(":memory:", 1)
	if err != nil {
		return nil, err
	}
	s := newStore(db, db)
	if _, err := s.migrate(steps); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for what is running and closes the database. The writer goes
// last: the last connection to a file moves the log into it.
func (s *Store) Close() error {
	return errors.Join(s.reader.Close(), s.writer.Close())
}
