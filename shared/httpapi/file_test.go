package httpapi

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func served(headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "/openapi.yaml", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	newFile("application/yaml", keptMinutes, OpenAPI).serve(w, r)
	return w.Result()
}

func TestAFileIsCompressedForWhoTakesIt(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "identity": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "*": false, "x-gzip": false,
		"gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0.5, br": true, "deflate, gzip ;q=1.0, *;q=0.5": true,
	} {
		r := served("Accept-Encoding", header)
		var body io.Reader = r.Body
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: compressed is %v", header, got)
		} else if want {
			var err error
			if body, err = gzip.NewReader(r.Body); err != nil {
				t.Fatal(err)
			}
		}
		content, err := io.ReadAll(body)
		if err != nil || string(content) != string(OpenAPI) {
			t.Errorf("%q: %v: %d bytes", header, err, len(content))
		}
		if r.Header.Get("Vary") != "Accept-Encoding" || r.Header.Get("Content-Type") != "application/yaml" {
			t.Errorf("%q: %v", header, r.Header)
		}
	}
	if compressed := len(newFile("", "", OpenAPI).compressed()); compressed*3 > len(OpenAPI) {
		t.Errorf("%d bytes are %d compressed", len(OpenAPI), compressed)
	}
}

func TestAFileThatTheClientHasIsNotSentAgain(t *testing.T) {
	etag := served().Header.Get("ETag")
	if other := newFile("application/yaml", keptMinutes, []byte("other")).etag(); etag == "" || etag == other {
		t.Fatalf("the tag is %q, that of another file %q", etag, other)
	}
	for header, want := range map[string]int{
		etag: 304, etag[2:]: 304, `"a", ` + etag: 304, "*": 304, " " + etag + " ": 304,
		"": 200, `"a"`: 200, `W/"a", "b"`: 200, etag[3 : len(etag)-1]: 200,
	} {
		r := served("If-None-Match", header, "Accept-Encoding", "gzip")
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != want || (len(body) == 0) != (want == 304) {
			t.Errorf("%q: %d, %v, %d bytes; want %d", header, r.StatusCode, err, len(body), want)
		}
		if r.Header.Get("ETag") != etag || r.Header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%q: %v", header, r.Header)
		}
		if want == 304 && r.Header.Get("Content-Type") != "" {
			t.Errorf("%q: %v", header, r.Header)
		}
	}
}
