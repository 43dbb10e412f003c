package e2e

import (
	"bytes"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"image-sharing/local/dynamodblocal/ddbtest"
	"image-sharing/local/runner"
)

// TestListsWithALateIndex has the same histories on a DynamoDB whose index is
// behind, as a deployed one may be for a moment, and DynamoDB Local's never
// is. A list may then miss what was shared meanwhile; what it shows must be as
// true as ever, whatever the index says.
func TestListsWithALateIndex(t *testing.T) {
	linearizable(startArena(t, runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, ShareLimit: linearLimit,
		DynamoDBEndpoint: lateIndex(t, ddbtest.Endpoint(t)),
	}).crowded(), lateIndexShare, 2, true)
}

// lateIndex stands before DynamoDB and answers a query of an index as an
// earlier one was, now and then.
func lateIndex(t *testing.T, endpoint string) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	earlier := map[string][]*httptest.ResponseRecorder{} // by request body
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") || !bytes.Contains(body, []byte(`"IndexName"`)) {
			forward.ServeHTTP(w, r)
			return
		}
		now := httptest.NewRecorder()
		forward.ServeHTTP(now, r)
		mu.Lock()
		defer mu.Unlock()
		seen := append(earlier[string(body)], now)
		seen = seen[max(0, len(seen)-6):]
		earlier[string(body)] = seen
		was := seen[rand.IntN(len(seen))]
		maps.Copy(w.Header(), was.Header())
		w.WriteHeader(was.Code)
		_, _ = w.Write(was.Body.Bytes()) // a client that hung up does not matter
	}))
	t.Cleanup(server.Close)
	return server.URL
}
