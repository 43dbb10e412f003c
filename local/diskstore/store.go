// Package diskstore is the local stand-in for Amazon S3: it keeps the disks of
// every region as files, and speaks as much of the S3 API as copying disks takes.
// It is the HTTP client of an SDK's client in the same process (Do), so nobody
// else on the machine reaches the disks.
//
// Each region is a bucket of that name, and is there before anything is in it. The
// files of a region are
//
//	<key>.json                 an object's record; with it the object is there
//	<key>.<version>            the object's bytes, which never change
//	.uploads/<id>/upload.json  an upload; with it the upload is there
//	.uploads/<id>/<n>.<etag>   a part of it
//	.new/                      parts and records that are being written
//
// What appears does so by the rename of a file that is on disk already, so a crash
// leaves the old or the new, and what it leaves beside is removed at the next start.
//
// Where it differs from S3: it checks no signatures, the ETags of objects are random,
// it knows one checksum, the CRC-64/NVME of the whole object, and gives it to every
// object. What it does not know it refuses as NotImplemented: conditions, subresources,
// other checksums of an upload.
package diskstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

const (
	uploadsDir = ".uploads"
	newDir     = ".new"
	recordEnd  = ".json"
)

// keepUploads is how long an upload that nobody completes or aborts is kept, as by
// the rule of a deployment's buckets.
const keepUploads = 7 * 24 * time.Hour

// Store keeps the disks. It is safe for concurrent use, by one process.
type Store struct {
	root *os.Root // no name leads out of it, and no link
	// mu is held, never for long, while an object or a part appears or goes, and to
	// open one.
	mu sync.RWMutex
}

// Open returns the store that is kept in the directory, and removes what a crash has
// left there.
func Open(dir string) (*Store, error) {
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o700)); err != nil { // also one that was there
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{root: root}
	if err := s.tidy(time.Now()); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return s, nil
}

// Close closes the directory.
func (s *Store) Close() error { return s.root.Close() }

// makeRegion makes the folders of a region in which the key is to be, so that they
// outlive a crash.
func (s *Store) makeRegion(region, key string) error {
	if err := check(region, key); err != nil {
		return err
	}
	dir := fileName(region)
	if _, err := s.root.Stat(path.Join(dir, newDir)); err == nil {
		return nil // the last one made
	}
	for _, d := range []string{uploadsDir, newDir} {
		if err := s.root.MkdirAll(path.Join(dir, d), 0o700); err != nil {
			return err
		}
	}
	return errors.Join(s.sync(dir), s.sync("."))
}

// sync makes the renames in a directory outlive a crash.
func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// create makes a file that is not there yet.
func (s *Store) create(name string) (*os.File, error) {
	return s.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// writeRecord makes a record appear, or takes its place, as a whole.
func (s *Store) writeRecord(region, name string, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	written := path.Join(fileName(region), newDir, newID())
	f, err := s.create(written)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = s.root.Rename(written, name)
	}
	if err != nil {
		return errors.Join(err, s.root.Remove(written))
	}
	return s.sync(path.Dir(name))
}

// readRecord returns fs.ErrNotExist for a record that is not there.
func (s *Store) readRecord(name string, record any) error {
	text, err := s.root.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, record); err != nil {
		return fmt.Errorf("%s is no record: %w", name, err)
	}
	return nil
}

func (s *Store) entries(dir string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// tidy removes what no record names, and uploads that are over.
func (s *Store) tidy(now time.Time) error {
	regions, err := s.entries(".")
	if err != nil {
		return err
	}
	for _, r := range regions {
		if !r.IsDir() {
			continue
		}
		objects, err := s.tidyObjects(r.Name())
		if err != nil {
			return err
		}
		if err := s.tidyUploads(r.Name(), objects, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) tidyObjects(dir string) (objects []object, err error) {
	if err := s.root.RemoveAll(path.Join(dir, newDir)); err != nil {
		return nil, err
	}
	if err := s.root.Mkdir(path.Join(dir, newDir), 0o700); err != nil {
		return nil, err
	}
	entries, err := s.entries(dir)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), recordEnd) {
			continue
		}
		var o object
		if err := s.readRecord(path.Join(dir, e.Name()), &o); err != nil {
			return nil, err
		}
		named[e.Name()], named[o.file()] = true, true
		objects = append(objects, o)
	}
	for _, e := range entries {
		if !e.IsDir() && !named[e.Name()] {
			if err := s.root.Remove(path.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return objects, nil
}

func (s *Store) tidyUploads(dir string, objects []object, now time.Time) error {
	completed := map[string]bool{}
	for _, o := range objects {
		completed[o.Upload] = true
	}
	entries, err := s.entries(path.Join(dir, uploadsDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		var u upload
		name := path.Join(dir, uploadsDir, e.Name())
		err := s.readRecord(path.Join(name, uploadRecord), &u)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		case err != nil, completed[e.Name()], now.Sub(u.Initiated) > keepUploads:
			if err := s.root.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	return nil
}
