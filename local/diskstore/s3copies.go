package diskstore

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// The headers that name what is copied.
const (
	copySource        = "X-Amz-Copy-Source"
	copySourceRange   = "X-Amz-Copy-Source-Range"
	copySourceIfMatch = "X-Amz-Copy-Source-If-Match"
)

// largestCopy is how much one request copies at most.
const largestCopy = 5 << 30

// source is what a request copies: a range of an object.
type source struct {
	*os.File
	object
	first, length int64
}

// source opens it, and refuses one that is not, or not any more, what was asked for.
func (s *Store) source(r *request) (from source, err error) {
	region, key, err := sourceOf(r.Header.Get(copySource))
	if err != nil {
		return from, err
	}
	if from.object, from.File, err = s.open(region, key); err != nil {
		return from, err
	}
	if err = from.matches(r.Header.Get(copySourceIfMatch)); err == nil {
		from.first, from.length, err = copyRangeOf(r.Header.Get(copySourceRange), from.SizeBytes)
	}
	if err != nil {
		_ = from.Close()
	}
	return from, err
}

// rangeETag is that of a part with these bytes, without a look at them: they are those
// of one version.
func (s source) rangeETag() string {
	sum := md5.Sum(fmt.Appendf(nil, "%s %d %d", s.Version, s.first, s.length))
	return hex.EncodeToString(sum[:])
}

// matches refuses an object with another ETag than "" or this.
func (o object) matches(etag string) error {
	if etag != "" && strings.Trim(etag, `"`) != strings.Trim(o.etag(), `"`) {
		return errPreconditionFailed
	}
	return nil
}

// sourceOf reads <bucket>/<key>, URL-encoded.
func sourceOf(text string) (region, key string, err error) {
	bucket, rest, found := strings.Cut(strings.TrimPrefix(text, "/"), "/")
	if strings.Contains(rest, "?") {
		return "", "", notImplemented("versions of a source")
	}
	region, err = url.PathUnescape(bucket)
	if err == nil {
		key, err = url.PathUnescape(rest)
	}
	if err != nil || !found {
		return "", "", invalidArgument("Invalid copy source object key")
	}
	return region, key, nil
}

// copyRangeOf reads bytes=<first>-<last>; "" is all. Unlike a range that is read,
// it has both ends, and both in the source.
func copyRangeOf(text string, size int64) (first, length int64, err error) {
	if length = size; text != "" {
		var last int64
		if _, err := fmt.Sscanf(text, "bytes=%d-%d", &first, &last); err != nil || fmt.Sprintf("bytes=%d-%d", first, last) != text || first < 0 {
			return 0, 0, invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
		}
		if first > last || last >= size {
			return 0, 0, invalidArgument(fmt.Sprintf("Range specified is not valid for source object of size: %d", size))
		}
		length = last - first + 1
	}
	if length > largestCopy {
		return 0, 0, errCopyTooLarge
	}
	return first, length, nil
}

type copyObjectResult struct {
	XMLName            xml.Name `xml:"CopyObjectResult"`
	ETag, LastModified string
	ChecksumCRC64NVME  string
	ChecksumType       string
}

func (s *Store) copyObject(r *request) (reply, error) {
	from, err := s.source(r)
	if err != nil {
		return reply{}, err
	}
	defer from.Close()
	metadata := from.Metadata
	if r.Header.Get("X-Amz-Metadata-Directive") == "REPLACE" {
		metadata = metadataOf(r.Header)
	}
	o, err := s.make(r.region, newObject(r.key, metadata), false, func(f *os.File, o *object) error {
		if err := copyRange(r.Context(), f, from.File, from.first, from.length); err != nil {
			return err
		}
		o.SizeBytes = from.length
		return readBack(r.Context(), f, o)
	})
	return reply{xml: copyObjectResult{ETag: o.etag(), LastModified: xmlTime(o.Modified), ChecksumCRC64NVME: o.CRC64NVME, ChecksumType: fullObject}}, err
}
