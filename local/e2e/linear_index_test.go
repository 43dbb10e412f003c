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
	"slices"
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
		DynamoDBEndpoint: lateIndex(t, ddbtest.Endpoint(t), rand.IntN),
	}).crowded(), lateIndexShare, 2, true)
}

// TestAListBelievesItsIndexNothing freezes the index and ends a share in every
// way there is.
func TestAListBelievesItsIndexNothing(t *testing.T) {
	t.Parallel()
	oldest := func(int) int { return 0 }
	w := startArena(t, runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, ShareLimit: 50,
		DynamoDBEndpoint: lateIndex(t, ddbtest.Endpoint(t), oldest),
	})
	owner, target := w.project("owner"), w.project("target")
	catalog, token := w.platform(), w.tenant(owner, target)
	west, path := object{"region": "eu-west"}, "/v1/projects/"+target+"/shared-images?region=eu-west"
	unshared, deleted, moved := w.image(owner, "unshared", west), w.image(owner, "deleted", west), w.image(owner, "moved", west)
	for _, img := range []string{unshared, deleted, moved} {
		w.share(owner, img, target).is(200)
	}
	listed := func(want ...string) {
		t.Helper()
		if ids := w.send(token, "GET", path, nil).is(200).ids(); !slices.Equal(ids, want) {
			t.Errorf("the list has %v, not %v", ids, want)
		}
	}
	listed(moved, deleted, unshared)
	w.send(token, "DELETE", sharesPath(owner, unshared)+"/"+target, nil).is(204)
	listed(moved, deleted)
	w.send(catalog, "DELETE", imagePath(owner, deleted), nil).is(204)
	listed(moved)
	// The id again, shared with the same project, but in another region (R2).
	w.send(catalog, "DELETE", imagePath(owner, moved), nil).is(204)
	w.send(catalog, "PUT", imagePath(owner, moved), spec(object{"region": "us-east"})).is(201)
	w.share(owner, moved, target).is(200)
	listed()
}

// lateIndex stands before DynamoDB and answers a query of an index as it was
// answered before: which says which of so many answers, the oldest first.
func lateIndex(t *testing.T, endpoint string, which func(answers int) int) string {
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
		was := seen[which(len(seen))]
		maps.Copy(w.Header(), was.Header())
		w.WriteHeader(was.Code)
		_, _ = w.Write(was.Body.Bytes()) // a client that hung up does not matter
	}))
	t.Cleanup(server.Close)
	return server.URL
}
