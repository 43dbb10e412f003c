package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

// file is a response that is the same for everybody, for as long as this code
// runs: clients and caches may keep it, and ask whether it has changed.
type file struct {
	contentType string
	content     []byte
	// caching is the file's Cache-Control.
	caching string
	// etag is a weak one, because it stands for the content however it is
	// encoded (RFC 9110, section 8.8.3.3).
	etag func() string
	// compressed, and etag, are made when the first client takes them: a function's
	// init has no time for it.
	compressed func() []byte
}

func newFile(contentType, caching string, content []byte) *file {
	return &file{
		contentType: contentType,
		content:     content,
		caching:     caching,
		etag:        sync.OnceValue(func() string { return etagOf(content) }),
		compressed:  sync.OnceValue(func() []byte { return gzipped(content) }),
	}
}

func etagOf(content []byte) string {
	sum := sha256.Sum256(content)
	return `W/"` + hex.EncodeToString(sum[:16]) + `"`
}

// gzipped takes the usual level: the best one makes the console's script no smaller
// to speak of, and takes half as long again.
func gzipped(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content) // a Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// For how long a file may be used without asking. After a deployment it is out of
// date for no longer; a file whose name has a hash of its content never is.
const (
	keptMinutes = "public, max-age=300"
	keptForEver = "public, max-age=31536000, immutable"
	alwaysAsked = "no-cache"
)

// serve responds with the file, or with 304 if the client has it, and returns
// the status.
func (f *file) serve(w http.ResponseWriter, r *http.Request) int {
	h := w.Header()
	h.Set("Cache-Control", f.caching)
	h.Set("ETag", f.etag())
	h.Set("Vary", "Accept-Encoding")
	if holds(r.Header.Get("If-None-Match"), f.etag()) {
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	content := f.content
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		content = f.compressed()
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the client may be gone
	}
	return http.StatusOK
}

// holds reports whether one of the entity tags in a header is etag, by the weak
// comparison (RFC 9110, section 13.1.2). No tag of ours has a comma in it.
func holds(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip reads an Accept-Encoding (RFC 9110, section 12.5.3). A client that
// takes anything has not asked for gzip, and gets the file as it is.
func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		_, q, _ := strings.Cut(weight, "=")
		return strings.Trim(q, " 0.") != "" || q == ""
	}
	return false
}
