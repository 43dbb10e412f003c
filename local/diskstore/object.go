package diskstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// object is the record of what is kept under a key.
type object struct {
	Key       string            `json:"key"`
	Version   string            `json:"version"`
	SizeBytes int64             `json:"sizeBytes"`
	CRC64NVME string            `json:"crc64nvme"`
	SHA256    string            `json:"sha256,omitempty"` // of what came in one piece
	Metadata  map[string]string `json:"metadata,omitempty"`
	Modified  time.Time         `json:"modified"`
	// Upload is the one that the object was made by, of so many parts.
	Upload string `json:"upload,omitempty"`
	Parts  int    `json:"parts,omitempty"`
}

// file is where the bytes are.
func (o object) file() string { return fileName(o.Key) + "." + o.Version }

// etag is that of S3: an upload's has the number of its parts.
func (o object) etag() string {
	if o.Upload != "" {
		return fmt.Sprintf("\"%s-%d\"", o.Version, o.Parts)
	}
	return `"` + o.Version + `"`
}

func recordName(region, key string) string {
	return path.Join(fileName(region), fileName(key)+recordEnd)
}

// newObject is one of now, of which nothing is written yet.
func newObject(key string, metadata map[string]string) object {
	return object{Key: key, Version: newID(), Metadata: metadata, Modified: time.Now().UTC().Truncate(time.Second)}
}

// head returns an object's record, or errNoSuchKey.
func (s *Store) head(region, key string) (o object, err error) {
	if err := check(region, key); err != nil {
		return o, err
	}
	err = s.readRecord(recordName(region, key), &o)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoSuchKey
	}
	return o, err
}

// open opens an object's bytes. They stay readable when the object is replaced or
// deleted.
func (s *Store) open(region, key string) (object, *os.File, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, err := s.head(region, key)
	if err != nil {
		return o, nil, err
	}
	f, err := s.root.Open(path.Join(fileName(region), o.file()))
	return o, f, err
}

// put keeps what the body has, as long as it should be; -1 for any length. With
// onlyNew it refuses to replace an object. The object that it returns is also that
// of a refusal.
func (s *Store) put(ctx context.Context, region string, o object, body io.Reader, length int64, onlyNew bool) (object, error) {
	return s.make(region, o, onlyNew, func(f *os.File, o *object) (err error) {
		sha, crc := sha256.New(), newCRC()
		o.SizeBytes, err = copyAll(ctx, io.MultiWriter(f, sha, crc), body)
		if err == nil && length >= 0 && o.SizeBytes != length {
			err = errIncompleteBody
		}
		o.SHA256, o.CRC64NVME = hex.EncodeToString(sha.Sum(nil)), base64Of(crc)
		return err
	})
}

// make makes an object of what write writes, and has it appear when all of it is on
// disk.
func (s *Store) make(region string, o object, onlyNew bool, write func(*os.File, *object) error) (object, error) {
	if err := s.makeRegion(region, o.Key); err != nil {
		return o, err
	}
	name := path.Join(fileName(region), o.file())
	f, err := s.create(name)
	if err != nil {
		return o, err
	}
	err = write(f, &o)
	if err == nil {
		err = cmp.Or(f.Sync(), s.sync(fileName(region))) // before a record names it
	}
	if err = cmp.Or(err, f.Close()); err != nil {
		return o, cmp.Or(err, s.root.Remove(name))
	}
	made, err := s.appear(region, o, onlyNew)
	if errors.As(err, new(*fault)) || err == nil && made.Version != o.Version {
		err = cmp.Or(err, s.root.Remove(name))
	} // after any other error it may have appeared
	return made, err
}

// appear has an object of which the bytes are on disk take the place of any that is
// there. It returns the one that is there then.
func (s *Store) appear(region string, o object, onlyNew bool) (object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, err := s.head(region, o.Key)
	replaces := err == nil
	switch {
	case !replaces && err != errNoSuchKey:
		return o, err
	case replaces && before.madeBy(o.Upload):
		return before, nil // by another request at the same time
	case o.Upload != "" && !s.hasUpload(region, o.Upload):
		return o, errNoSuchUpload // aborted meanwhile
	case replaces && onlyNew:
		return o, errPreconditionFailed
	}
	if err := s.writeRecord(region, recordName(region, o.Key), o); err != nil || !replaces {
		return o, err
	}
	return o, s.root.Remove(path.Join(fileName(region), before.file()))
}

func (o object) madeBy(upload string) bool { return upload != "" && o.Upload == upload }

// remove deletes an object, if there is one.
func (s *Store) remove(region, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.head(region, key)
	if err == errNoSuchKey {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.root.Remove(recordName(region, key)); err != nil {
		return err
	}
	if err := s.sync(fileName(region)); err != nil { // or a crash could leave the record alone
		return err
	}
	return s.root.Remove(path.Join(fileName(region), o.file()))
}

// list returns the objects whose key begins with prefix, in order, those after the
// key of that name only, and whether there are more than so many.
func (s *Store) list(region, prefix, after string, most int) (objects []object, more bool, err error) {
	entries, err := s.entries(fileName(region))
	if err != nil {
		return nil, false, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), recordEnd) || !strings.HasPrefix(e.Name(), fileName(prefix)) {
			continue
		}
		var o object
		err := s.readRecord(path.Join(fileName(region), e.Name()), &o)
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted since
		case err != nil:
			return nil, false, err
		case strings.HasPrefix(o.Key, prefix) && o.Key > after:
			objects = append(objects, o)
		}
	}
	slices.SortFunc(objects, func(a, b object) int { return strings.Compare(a.Key, b.Key) })
	return objects[:min(most, len(objects))], len(objects) > most, nil
}

// readBack gives an object the checksum of what can be read of it: the kernel copied
// it, and nobody here has seen it yet.
func readBack(ctx context.Context, f *os.File, o *object) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	crc := newCRC()
	n, err := copyAll(ctx, crc, f)
	if err == nil && n != o.SizeBytes {
		err = fmt.Errorf("%d bytes were written and %d can be read", o.SizeBytes, n)
	}
	o.CRC64NVME = base64Of(crc)
	return err
}
