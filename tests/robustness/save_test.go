package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/ddbtest"
)

// TestARepeatedSaveFindsItsCopyWhateverItReadFirst repeats a save with its key
// while the first one is still under way: the repetition finds no copy, then
// the first save makes it, then the share ends, and only then the repetition
// reads the source. BatchGetItem is no snapshot, and it may leave keys for
// another call (DynamoDB API reference, BatchGetItem, UnprocessedKeys).
func TestARepeatedSaveFindsItsCopyWhateverItReadFirst(t *testing.T) {
	t.Parallel()
	var meanwhile atomic.Pointer[func()]
	proxy := leavingSources(t, ddbtest.Endpoint(t), &meanwhile)
	w := startArena(t, runner.Config{
		Engine: runner.DynamoDB, DataDir: runner.InMemory, DynamoDBEndpoint: proxy, ShareLimit: 50,
	})
	owner, target := w.project("owner"), w.project("target")
	img := w.image(owner, "img", nil)
	w.share(owner, img, target).is(200)
	token := w.tenant(owner, target)
	save := func() answer {
		return w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"}, "Idempotency-Key", "key")
	}
	var first answer
	between := func() {
		first = save()
		w.send(token, "DELETE", sharesPath(owner, img)+"/"+target, nil)
	}
	meanwhile.Store(&between)
	repeated := save()
	if meanwhile.Load() != nil {
		t.Fatal("the repetition did not read the source by BatchGetItem")
	}
	repeated.is(202).has("imageId", first.is(202).body["imageId"])
}

// leavingSources stands before DynamoDB. When there is something to do
// meanwhile, it leaves the first key of a BatchGetItem, which is the source's,
// for a second call, and does that in between.
func leavingSources(t *testing.T, endpoint string, meanwhile *atomic.Pointer[func()]) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		leave := strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".BatchGetItem")
		var between *func()
		if leave {
			between = meanwhile.Swap(nil)
		}
		if between == nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			forward.ServeHTTP(w, r)
			return
		}
		var in struct{ RequestItems map[string]object }
		if err := json.Unmarshal(body, &in); err != nil {
			t.Error(err)
		}
		left := object{}
		for table, request := range in.RequestItems {
			keys := request["Keys"].([]any)
			left[table] = object{"Keys": keys[:1], "ConsistentRead": true}
			request["Keys"] = keys[1:]
		}
		body, _ = json.Marshal(in)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		answer := httptest.NewRecorder()
		forward.ServeHTTP(answer, r)
		var out object
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
			t.Error(err)
		}
		out["UnprocessedKeys"] = left
		(*between)()
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		_ = json.NewEncoder(w).Encode(out)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
