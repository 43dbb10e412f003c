package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/ddbtest"
)

// indexLag is by how much the index of TestListsWithALateIndex is behind at
// most: longer than most histories take.
const indexLag = time.Second

// TestListsWithALateIndex has the same histories on a DynamoDB whose index is
// behind, as a deployed one may be for a moment, and DynamoDB Local's never
// is. What a list may be behind with, and what not, is in the specification
// (imageState).
func TestListsWithALateIndex(t *testing.T) {
	random := rand.New(rand.NewPCG(seed, 1)) // not the source of the first round
	behind := func(earlier []indexAnswer) indexAnswer {
		recent := slices.DeleteFunc(slices.Clone(earlier), func(a indexAnswer) bool { return time.Since(a.asked) > indexLag })
		if len(recent) == 0 {
			return earlier[len(earlier)-1]
		}
		one, another := recent[random.IntN(len(recent))], recent[random.IntN(len(recent))]
		if random.IntN(3) == 0 {
			// Not all of the index need be behind alike: it may still have what was
			// changed, and already what it was changed to.
			return one.with(another)
		}
		return one
	}
	linearizable(startArena(t, runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, ShareLimit: linearLimit,
		DynamoDBEndpoint: lateIndex(t, ddbtest.Endpoint(t), behind),
	}).crowded(), lateIndexShare, 2, indexLag)
}

// TestAListBelievesItsIndexNothing freezes the index and ends a share in every
// way there is.
func TestAListBelievesItsIndexNothing(t *testing.T) {
	t.Parallel()
	oldest := func(earlier []indexAnswer) indexAnswer { return earlier[0] }
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

// TestAListShowsAnImageOnce has an index that still has a share that was
// cancelled, and already the one that was given after it.
func TestAListShowsAnImageOnce(t *testing.T) {
	t.Parallel()
	both := func(earlier []indexAnswer) indexAnswer { return earlier[0].with(earlier[len(earlier)-1]) }
	w := startArena(t, runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, ShareLimit: 50,
		DynamoDBEndpoint: lateIndex(t, ddbtest.Endpoint(t), both),
	})
	owner, target := w.project("owner"), w.project("target")
	token, path := w.tenant(owner, target), "/v1/projects/"+target+"/shared-images"
	img := w.image(owner, "img", nil)
	w.share(owner, img, target).is(200)
	w.send(token, "GET", path, nil).is(200)
	w.send(token, "DELETE", sharesPath(owner, img)+"/"+target, nil).is(204)
	again := w.share(owner, img, target).is(200)
	listed := w.send(token, "GET", path, nil).is(200)
	if ids := listed.ids(); len(ids) != 1 || ids[0] != img {
		t.Fatalf("the list has %v", ids)
	}
	want := again.body["shares"].([]any)[0].(object)["sharedAt"]
	if got := listed.body["images"].([]any)[0].(object)["sharedAt"]; got != want {
		t.Errorf("it is said to be shared at %v, not %v", got, want)
	}
}

// indexAnswer is what a query of the index was answered.
type indexAnswer struct {
	asked time.Time
	body  struct {
		Items               []map[string]map[string]string
		Count, ScannedCount int
	}
}

// with has the entries of both answers, in the order of the index.
func (a indexAnswer) with(other indexAnswer) indexAnswer {
	place := func(item map[string]map[string]string) string { return item["gsi1sk"]["S"] }
	items := slices.Concat(a.body.Items, other.body.Items)
	slices.SortStableFunc(items, func(x, y map[string]map[string]string) int { return strings.Compare(place(y), place(x)) })
	a.body.Items = slices.CompactFunc(items, func(x, y map[string]map[string]string) bool { return place(x) == place(y) })
	a.body.Count, a.body.ScannedCount = len(a.body.Items), len(a.body.Items)
	return a
}

// lateIndex stands before DynamoDB and answers a query of the index as choose
// says, which gets the answers that the same query had so far; the last is true.
// The answers say nothing of further pages, which the engine does not ask for.
func lateIndex(t *testing.T, endpoint string, choose func([]indexAnswer) indexAnswer) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	earlier := map[string][]indexAnswer{} // by query
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
		now, answered := indexAnswer{asked: time.Now()}, httptest.NewRecorder()
		forward.ServeHTTP(answered, r)
		if err := json.Unmarshal(answered.Body.Bytes(), &now.body); err != nil || answered.Code != http.StatusOK {
			t.Errorf("the index answered %d %s", answered.Code, answered.Body)
		}
		mu.Lock()
		defer mu.Unlock()
		query := sameQuery(t, body)
		earlier[query] = append(earlier[query], now)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_ = json.NewEncoder(w).Encode(choose(earlier[query]).body) // a client that hung up does not matter
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// sameQuery is one text for a query, in whatever order the SDK wrote it.
func sameQuery(t *testing.T, body []byte) string {
	t.Helper()
	var query any
	if err := json.Unmarshal(body, &query); err != nil {
		t.Error(err)
	}
	text, err := json.Marshal(query)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
