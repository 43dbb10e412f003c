package diskstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of multipart uploads (Amazon S3 User Guide, "Amazon S3 multipart upload
// limits").
const (
	maxParts     = 10000
	leastPart    = 5 << 20 // but for the last
	uploadRecord = "upload.json"
)

// upload is the record of a multipart upload.
type upload struct {
	Key       string            `json:"key"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	Initiated time.Time         `json:"initiated"`
}

// part is a part of an upload that is there.
type part struct {
	Number    int
	ETag      string // without quotes
	SizeBytes int64
	Modified  time.Time
}

func uploadDir(region, id string) string { return path.Join(fileName(region), uploadsDir, id) }

func (s *Store) createUpload(region string, u upload) (id string, err error) {
	if err := s.makeRegion(region, u.Key); err != nil {
		return "", err
	}
	id = newID()
	dir := uploadDir(region, id)
	if err := s.root.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	if err := s.writeRecord(region, path.Join(dir, uploadRecord), u); err != nil {
		return "", err
	}
	return id, s.sync(path.Dir(dir))
}

func (s *Store) hasUpload(region, id string) bool {
	_, err := s.root.Stat(path.Join(uploadDir(region, id), uploadRecord))
	return err == nil
}

// upload returns the upload of that key, or errNoSuchUpload.
func (s *Store) upload(region, key, id string) (u upload, err error) {
	if !validID(id) {
		return u, errNoSuchUpload
	}
	err = s.readRecord(path.Join(uploadDir(region, id), uploadRecord), &u)
	if errors.Is(err, fs.ErrNotExist) || err == nil && u.Key != key {
		err = errNoSuchUpload
	}
	return u, err
}

// putPart keeps what write writes as a part, in the place of any of that number, with
// an ETag. The same bytes must get the same: of two workers that copy
// one part, each completes with the ETag that it was told.
func (s *Store) putPart(region, key, id string, number int, etag string, write func(*os.File) error) (p part, err error) {
	if number < 1 || number > maxParts {
		return p, invalidArgument(fmt.Sprintf("Part number must be an integer between 1 and %d, inclusive", maxParts))
	}
	if _, err := s.upload(region, key, id); err != nil {
		return p, err
	}
	written := path.Join(fileName(region), newDir, newID())
	f, err := s.create(written)
	if err != nil {
		return p, err
	}
	p = part{Number: number, ETag: etag, Modified: time.Now()}
	if err = cmp.Or(write(f), f.Sync(), f.Close()); err == nil {
		err = s.partAppears(uploadDir(region, id), written, p)
	}
	if err != nil {
		return p, cmp.Or(err, s.root.Remove(written))
	}
	return p, nil
}

func (s *Store) partAppears(dir, written string, p part) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, err := s.entries(dir)
	if err != nil {
		return err
	}
	err = s.root.Rename(written, path.Join(dir, p.file()))
	if errors.Is(err, fs.ErrNotExist) {
		return errNoSuchUpload // completed or aborted meanwhile
	}
	if err == nil {
		err = s.sync(dir)
	}
	for _, b := range before {
		if err == nil && strings.HasPrefix(b.Name(), p.prefix()) && b.Name() != p.file() {
			err = s.root.Remove(path.Join(dir, b.Name()))
		}
	}
	return err
}

func (p part) prefix() string { return fmt.Sprintf("%05d.", p.Number) }

func (p part) file() string { return p.prefix() + p.ETag }

// parts returns the parts in an upload's folder, in the order of their numbers. Of
// two with one number, which only a crash leaves, it is the later one.
func (s *Store) parts(dir string) (parts []part, err error) {
	entries, err := s.entries(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		number, etag, _ := strings.Cut(e.Name(), ".")
		n, err := strconv.Atoi(number)
		if err != nil {
			continue // the record
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced since
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{n, etag, info.Size(), info.ModTime().UTC()})
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), b.Modified.Compare(a.Modified))
	})
	return slices.CompactFunc(parts, func(a, b part) bool { return a.Number == b.Number }), nil
}

// complete makes an object of the parts, and ends the upload. Again, or at the same
// time, it returns the same object. checksum is what the whole should have, "" for
// anything.
func (s *Store) complete(ctx context.Context, region, key, id string, asked []part, checksum string, onlyNew bool) (object, error) {
	o, err := s.completed(ctx, region, key, id, asked, checksum, onlyNew)
	if err == errNoSuchUpload || err == errInvalidPart {
		if there, headErr := s.head(region, key); headErr == nil && there.madeBy(id) {
			o, err = there, nil // by another request meanwhile
		} else if !s.hasUpload(region, id) {
			err = errNoSuchUpload // and so are its parts
		}
	}
	if err != nil {
		return o, err
	}
	return o, s.forget(region, id)
}

func (s *Store) completed(ctx context.Context, region, key, id string, asked []part, checksum string, onlyNew bool) (object, error) {
	u, err := s.upload(region, key, id)
	if err != nil {
		return object{}, err
	}
	switch there, err := s.head(region, key); {
	case err == nil && there.madeBy(id):
		return there, nil // and a crash came before the upload's end
	case err == nil && onlyNew:
		return there, errPreconditionFailed // before everything is copied for nothing
	}
	parts, err := s.asked(uploadDir(region, id), asked)
	if err != nil {
		return object{}, err
	}
	o := newObject(key, u.Metadata)
	o.Upload, o.Parts = id, len(parts)
	return s.make(region, o, onlyNew, func(f *os.File, o *object) error {
		err := s.assemble(ctx, f, o, uploadDir(region, id), parts)
		if err == nil && checksum != "" && checksum != o.CRC64NVME {
			err = errBadDigest
		}
		return err
	})
}

// asked returns the parts that a completion names.
func (s *Store) asked(dir string, asked []part) (parts []part, err error) {
	there, err := s.parts(dir)
	if err != nil {
		return nil, err
	}
	for i, a := range asked {
		at, found := slices.BinarySearchFunc(there, a.Number, func(p part, n int) int { return cmp.Compare(p.Number, n) })
		switch {
		case i > 0 && a.Number <= asked[i-1].Number:
			return nil, errInvalidPartOrder
		case !found || there[at].ETag != a.ETag:
			return nil, errInvalidPart
		case i > 0 && parts[i-1].SizeBytes < leastPart:
			return nil, errEntityTooSmall
		}
		parts = append(parts, there[at])
	}
	return parts, nil
}

// assemble writes the parts one after the other.
func (s *Store) assemble(ctx context.Context, f *os.File, o *object, dir string, parts []part) error {
	for _, p := range parts {
		err := s.appendPart(ctx, f, path.Join(dir, p.file()), p.SizeBytes)
		if errors.Is(err, fs.ErrNotExist) {
			return errInvalidPart // replaced meanwhile, or gone with its upload
		}
		if err != nil {
			return err
		}
		o.SizeBytes += p.SizeBytes
	}
	return readBack(ctx, f, o)
}

func (s *Store) appendPart(ctx context.Context, f *os.File, name string, size int64) error {
	from, err := s.root.Open(name)
	if err != nil {
		return err
	}
	err = copyRange(ctx, f, from, 0, size)
	return cmp.Or(err, from.Close())
}

// abort ends an upload.
func (s *Store) abort(region, key, id string) error {
	if _, err := s.upload(region, key, id); err != nil {
		return err
	}
	return s.forget(region, id)
}

// forget removes an upload: first the record, so that it is never there in part.
func (s *Store) forget(region, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir := uploadDir(region, id)
	err := s.root.Remove(path.Join(dir, uploadRecord))
	if err == nil {
		err = s.sync(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.root.RemoveAll(dir)
}

// identified is an upload with its id.
type identified struct {
	upload
	id string
}

// uploads returns the uploads whose key begins with prefix, by key and then by id.
func (s *Store) uploads(region, prefix string) (uploads []identified, err error) {
	entries, err := s.entries(path.Join(fileName(region), uploadsDir))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		u := identified{id: e.Name()}
		err := s.readRecord(path.Join(uploadDir(region, u.id), uploadRecord), &u.upload)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil && strings.HasPrefix(u.Key, prefix) {
			uploads = append(uploads, u)
		}
	}
	slices.SortFunc(uploads, func(a, b identified) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.id, b.id))
	})
	return uploads, nil
}
