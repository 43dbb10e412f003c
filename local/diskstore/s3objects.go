package diskstore

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// maxListed is how much one response lists at most, and one request deletes.
const maxListed = 1000

const metadataHeader = "X-Amz-Meta-"

func metadataOf(h http.Header) map[string]string {
	m := map[string]string{}
	for name, values := range h {
		if key, found := strings.CutPrefix(name, metadataHeader); found {
			m[strings.ToLower(key)] = strings.Join(values, ",")
		}
	}
	return m
}

// describe is an object in the header of a response. A checksum is of the whole.
func (o object) describe(whole, checksum bool) http.Header {
	h := http.Header{
		"Content-Type":  {"binary/octet-stream"},
		"Accept-Ranges": {"bytes"},
		"Etag":          {o.etag()},
		"Last-Modified": {o.Modified.Format(http.TimeFormat)},
	}
	for name, value := range o.Metadata {
		h.Set(metadataHeader+name, value)
	}
	if whole && checksum {
		h.Set("X-Amz-Checksum-Crc64nvme", o.CRC64NVME)
		h.Set("X-Amz-Checksum-Type", fullObject)
	}
	return h
}

const fullObject = "FULL_OBJECT"

func (r *request) wantsChecksum() bool { return r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" }

func (s *Store) headObject(r *request) (reply, error) {
	if r.Header.Get("Range") != "" {
		return reply{}, notImplemented("a range of HeadObject")
	}
	o, err := s.head(r.region, r.key)
	return reply{header: o.describe(true, r.wantsChecksum()), length: o.SizeBytes}, err
}

func (s *Store) getObject(r *request) (reply, error) {
	o, f, err := s.open(r.region, r.key)
	if err != nil {
		return reply{}, err
	}
	re := reply{body: f, length: o.SizeBytes}
	first, last, err := rangeOf(r.Header.Get("Range"), o.SizeBytes)
	if err != nil {
		_ = f.Close()
		return reply{}, err
	}
	whole := last-first+1 == o.SizeBytes
	re.header = o.describe(whole, r.wantsChecksum())
	if r.Header.Get("Range") != "" {
		re.status, re.length = http.StatusPartialContent, last-first+1
		re.header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, o.SizeBytes))
		re.body = section{io.NewSectionReader(f, first, re.length), f}
	}
	return re, nil
}

type section struct {
	io.Reader
	io.Closer
}

// rangeOf reads a single range of bytes (RFC 9110, section 14.1.2); "" is all.
func rangeOf(text string, size int64) (first, last int64, err error) {
	if text == "" {
		return 0, size - 1, nil
	}
	spec, isBytes := strings.CutPrefix(text, "bytes=")
	from, to, isRange := strings.Cut(spec, "-")
	if !isBytes || !isRange {
		return 0, 0, errInvalidRange
	}
	first, errFirst := strconv.ParseInt(from, 10, 64)
	last, errLast := strconv.ParseInt(to, 10, 64)
	switch {
	case from == "" && errLast == nil: // the last so many
		first, last = max(0, size-last), size-1
	case errFirst == nil && to == "":
		last = size - 1
	case errFirst != nil || errLast != nil:
		return 0, 0, errInvalidRange
	}
	last = min(last, size-1)
	if first < 0 || first > last {
		return 0, 0, errInvalidRange
	}
	return first, last, nil
}

func (s *Store) putObject(r *request) (reply, error) {
	onlyNew, err := r.onlyNew()
	if err != nil {
		return reply{}, err
	}
	body, length, err := r.content()
	if err != nil {
		return reply{}, err
	}
	o, err := s.put(r.Context(), r.region, newObject(r.key, metadataOf(r.Header)), body, length, onlyNew)
	if err != nil {
		return reply{}, err
	}
	return reply{header: http.Header{
		"Etag":                     {o.etag()},
		"X-Amz-Checksum-Crc64nvme": {o.CRC64NVME},
		"X-Amz-Checksum-Type":      {fullObject},
	}}, nil
}

// content is what a request uploads, and how long it should be. The SDK sends what
// it cannot read twice in chunks of its own, with a checksum behind them, which are
// those of HTTP (Amazon S3 API Reference, "Signature calculations: Including trailing
// headers").
func (r *request) content() (io.Reader, int64, error) {
	decoded := r.Header.Get("X-Amz-Decoded-Content-Length")
	if decoded == "" {
		return r.Body, r.ContentLength, nil
	}
	length, err := strconv.ParseInt(decoded, 10, 64)
	if err != nil {
		return nil, 0, invalidArgument("X-Amz-Decoded-Content-Length is no number")
	}
	return httputil.NewChunkedReader(r.Body), length, nil
}

func (s *Store) deleteObject(r *request) (reply, error) {
	return reply{status: http.StatusNoContent}, s.remove(r.region, r.key)
}

type listResult struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name, Prefix          string
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
	KeyCount, MaxKeys     int
	IsTruncated           bool
	Contents              []listed
}

type listed struct {
	Key, LastModified, ETag string
	Size                    int64
	StorageClass            string
	ChecksumAlgorithm       string
	ChecksumType            string
}

func (s *Store) listObjects(r *request) (reply, error) {
	most, err := r.number("max-keys", maxListed)
	if err != nil {
		return reply{}, err
	}
	out := listResult{
		Name: r.region, Prefix: r.query.Get("prefix"),
		ContinuationToken: r.query.Get("continuation-token"), MaxKeys: min(most, maxListed),
	}
	var after string
	if out.ContinuationToken != "" {
		key, err := base64.URLEncoding.DecodeString(out.ContinuationToken)
		if err != nil {
			return reply{}, invalidArgument("The continuation token provided is incorrect")
		}
		after = string(key)
	}
	objects, more, err := s.list(r.region, out.Prefix, after, out.MaxKeys)
	if err != nil {
		return reply{}, err
	}
	for _, o := range objects {
		out.Contents = append(out.Contents, listed{o.Key, xmlTime(o.Modified), o.etag(), o.SizeBytes, "STANDARD", "CRC64NVME", fullObject})
	}
	if out.KeyCount = len(objects); more && out.KeyCount > 0 {
		out.IsTruncated = true
		out.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(objects[out.KeyCount-1].Key))
	}
	return reply{xml: out}, nil
}

func xmlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
