package disks

import "errors"

// What S3 allows of a multipart upload.
const (
	maxParts    = 10_000
	maxPartSize = 5 << 30
)

// LeastPartSize is that of the copier: S3 copies so much in a second or less, and
// every call has its price.
const LeastPartSize = 64 << 20

const megabyte = 1 << 20

var errTooLarge = errors.New("the disk is larger than any object can be")

// plan is how a disk is cut into parts: all of one size but the last, which may be
// smaller.
type plan struct{ size, partSize int64 }

// planOf cuts a disk into parts of least bytes, or of as many more as it takes for S3
// to allow their number.
func planOf(size, least int64) (plan, error) {
	partSize := least
	if needed := divideUp(size, maxParts); needed > least {
		partSize = divideUp(needed, megabyte) * megabyte
	}
	if partSize > maxPartSize {
		return plan{}, errTooLarge
	}
	return plan{size, partSize}, nil
}

func divideUp(a, b int64) int64 { return (a + b - 1) / b }

// single reports whether the disk is one part. Such a disk is copied as an object: S3
// copies no range of a small one, and no part of an empty one.
func (p plan) single() bool { return p.size <= p.partSize }

func (p plan) count() int { return int(divideUp(p.size, p.partSize)) }

// part returns the first byte of part i, of which the first is 0, and the length.
func (p plan) part(i int) (first, length int64) {
	first = int64(i) * p.partSize
	return first, min(p.partSize, p.size-first)
}
