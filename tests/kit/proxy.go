package kit

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"image-sharing/tests/kit/ddbtest"
)

// Call is a call to DynamoDB on its way.
type Call struct {
	Operation string // such as Query
	Body      []byte
	// Forward sends the call on and writes its response.
	Forward func(http.ResponseWriter)
}

// Proxy stands before the DynamoDB Local of the binary, and returns its URL. It
// hands every call to handle, which forwards it, late perhaps, or responds by
// itself. To be silent, handle panics with http.ErrAbortHandler.
func Proxy(t testing.TB, handle func(http.ResponseWriter, Call)) (endpoint string) {
	t.Helper()
	target, err := url.Parse(ddbtest.Endpoint(t))
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		handle(w, Call{operation, body, func(w http.ResponseWriter) {
			r.Body = io.NopCloser(bytes.NewReader(body))
			forward.ServeHTTP(w, r)
		}})
	}))
	t.Cleanup(server.Close)
	return server.URL
}
