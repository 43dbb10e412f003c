package diskstore

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// Disk is a disk that is kept.
type Disk struct {
	SizeBytes int64
	SHA256    string // in hex; "" of a copy
	ETag      string
	Modified  time.Time
}

var (
	// ErrNotFound: there is no such disk.
	ErrNotFound = errors.New("there is no such disk")
	// ErrConflict: there is a disk of that id with other content, and content never
	// changes under an id.
	ErrConflict = errors.New("there is another disk of that id")
)

// Import keeps what body has as a disk, and reports whether it is new. It returns
// ErrConflict if there is one of other content.
func (s *Store) Import(ctx context.Context, region, snapshotID string, body io.Reader) (d Disk, created bool, err error) {
	o, err := s.put(ctx, region, newObject(snapshotID, nil), body, -1, true)
	if !errors.Is(err, errPreconditionFailed) {
		return o.disk(), err == nil, err
	}
	there, err := s.head(region, snapshotID)
	if err == nil && there.SHA256 != o.SHA256 {
		err = ErrConflict
	}
	return there.disk(), false, err
}

// Export opens a disk, by its snapshot id or the key that a copy was given. It
// returns ErrNotFound if there is none.
func (s *Store) Export(region, key string) (Disk, *os.File, error) {
	o, f, err := s.open(region, key)
	if errors.As(err, new(*fault)) {
		err = ErrNotFound
	}
	return o.disk(), f, err
}

func (o object) disk() Disk { return Disk{o.SizeBytes, o.SHA256, o.etag(), o.Modified} }
