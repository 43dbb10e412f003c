package e2e

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/ddbtest"
)

// proxy stands between a service and DynamoDB Local and makes trouble when it
// is told to.
type proxy struct {
	mu      sync.Mutex
	trouble func(w http.ResponseWriter, operation string, forward func()) bool
}

// make sets the trouble: a function that answers a request itself (true) or
// lets it pass (false).
func (p *proxy) make(trouble func(w http.ResponseWriter, operation string, forward func()) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = trouble
}

func troubledService(t *testing.T) (*world, *proxy) {
	t.Helper()
	target, err := url.Parse(ddbtest.Endpoint(t))
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	p := &proxy{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		p.mu.Lock()
		trouble := p.trouble
		p.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if trouble != nil && trouble(w, operation, func() { forward.ServeHTTP(httptest.NewRecorder(), r) }) {
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return start(t, runner.Config{
		DataDir: runner.InMemory, Engine: runner.DynamoDB, DynamoDBEndpoint: server.URL,
		TableName: "trouble-" + rand.Text(), WithoutCleanUp: true,
	}), p
}

// answerWith is a trouble: an operation fails with a DynamoDB error.
func answerWith(operation string, status int, kind, more string) func(http.ResponseWriter, string, func()) bool {
	return func(w http.ResponseWriter, op string, _ func()) bool {
		if op != operation {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"secret detail"%s}`, kind, more)
		return true
	}
}

const conflict = `,"CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]`

func TestAnEngineInTroubleIsReportedTruly(t *testing.T) {
	t.Parallel()
	w, p := troubledService(t)
	owner, target := w.project("owner"), w.project("target")
	img := w.image(owner, "img", nil)
	token := w.tenant(owner)
	share := func() answer { return w.send(token, "POST", sharesPath(owner, img), shareBody(target)) }
	count := func(n int) {
		t.Helper()
		p.make(nil)
		w.send(token, "GET", sharesPath(owner, img), nil).is(200).has("shareCount", n)
	}

	p.make(answerWith("TransactWriteItems", 400, "TransactionCanceledException", conflict))
	if a := share().refused(503, "Busy"); a.header.Get("Retry-After") == "" {
		t.Error("Busy without Retry-After")
	}
	count(0)
	p.make(answerWith("TransactWriteItems", 400, "ThrottlingException", ""))
	if a := share().refused(429, "Throttled"); a.header.Get("Retry-After") == "" {
		t.Error("Throttled without Retry-After")
	}
	count(0)
	p.make(answerWith("BatchGetItem", 500, "InternalServerError", ""))
	share().refused(503, "Busy")
	count(0)
	p.make(answerWith("TransactWriteItems", 400, "ValidationException", ""))
	if a := share().refused(500, "Internal"); strings.Contains(a.raw, "secret detail") {
		t.Errorf("the cause is shown: %s", a.raw)
	}
	count(0)

	// The request arrives and is carried out, but no answer ever comes back.
	p.make(func(w http.ResponseWriter, operation string, forward func()) bool {
		if operation != "TransactWriteItems" {
			return false
		}
		forward()
		panic(http.ErrAbortHandler)
	})
	share().refused(503, "OutcomeUnknown")
	count(1)
	// Its advice is to repeat.
	if a := share().is(200); a.body["shares"].([]any)[0].(object)["result"] != "unchanged" {
		t.Errorf("repeated: %s", a.raw)
	}

	// One answer is lost: the SDK asks again with the same token, and the
	// effect is neither lost nor doubled.
	var lost atomic.Bool
	p.make(func(w http.ResponseWriter, operation string, forward func()) bool {
		if operation != "TransactWriteItems" || !lost.CompareAndSwap(false, true) {
			return false
		}
		forward()
		panic(http.ErrAbortHandler)
	})
	w.send(token, "DELETE", sharesPath(owner, img)+"/"+target, nil).is(204)
	if !lost.Load() {
		t.Error("no answer was lost")
	}
	count(0)
}

// TestTheAdviceForALostAnswerWorks has every write's answer lost beyond all
// retries, whether or not it was carried out, and then does what the answer's
// detail says: repeat it, but a save without a key only if it is not there.
func TestTheAdviceForALostAnswerWorks(t *testing.T) {
	t.Parallel()
	w, p := troubledService(t)
	lose := func(carriedOut bool) {
		p.make(func(_ http.ResponseWriter, operation string, forward func()) bool {
			if operation != "TransactWriteItems" {
				return false
			}
			if carriedOut {
				forward()
			}
			panic(http.ErrAbortHandler)
		})
	}
	platform := w.platform()
	for _, carriedOut := range []bool{true, false} {
		owner, target := w.project(fmt.Sprint("owner-", carriedOut)), w.project(fmt.Sprint("target-", carriedOut))
		img := w.image(owner, fmt.Sprint("img-", carriedOut), nil)
		token := w.tenant(owner, target)
		copies := func() []string { return w.pages(token, "/v1/projects/"+target+"/images", 100) }
		for _, c := range []struct {
			name, token, method, path string
			body                      any
			headers                   []string
			repeated                  int // its status if the first was carried out
			notThen                   int // and if it was not
		}{
			{"a change of a project", platform, "PUT", "/v1/projects/" + target, object{"accountId": "acct", "name": "Renamed"}, nil, 200, 200},
			{"a new project", platform, "PUT", "/v1/projects/" + w.id(fmt.Sprint("new-", carriedOut)), object{"accountId": "acct", "name": "New"}, nil, 200, 201},
			{"a change of an image", platform, "PUT", imagePath(owner, img), spec(object{"name": "silver"}), nil, 200, 200},
			{"a share", token, "POST", sharesPath(owner, img), shareBody(target), nil, 200, 200},
			{"a save with a key", token, "POST", sharedPath(target, img) + "/save", object{"name": "mine"}, []string{"Idempotency-Key", "key"}, 202, 202},
			{"the end of a share", token, "DELETE", sharesPath(owner, img) + "/" + target, nil, nil, 404, 204},
			{"the end of an image", platform, "DELETE", imagePath(owner, img), nil, nil, 404, 204},
			{"a new image", platform, "PUT", imagePath(owner, img), spec(nil), nil, 200, 201},
		} {
			lose(carriedOut)
			w.send(c.token, c.method, c.path, c.body, c.headers...).refused(503, "OutcomeUnknown")
			p.make(nil)
			want := c.notThen
			if carriedOut {
				want = c.repeated
			}
			if a := w.send(c.token, c.method, c.path, c.body, c.headers...); a.status != want {
				t.Errorf("%s, carried out %t: the repetition answered %d, not %d: %s", c.name, carriedOut, a.status, want, a.raw)
			}
		}
		if got := copies(); len(got) != 1 {
			t.Errorf("a save with a key, carried out %t: the copies are %v", carriedOut, got)
		}
		w.share(owner, img, target).is(200)
		lose(carriedOut)
		save := func() answer {
			return w.send(token, "POST", sharedPath(target, img)+"/save", object{"name": "mine"})
		}
		save().refused(503, "OutcomeUnknown")
		p.make(nil)
		if len(copies()) == 1 {
			save().is(202)
		}
		if got := copies(); len(got) != 2 {
			t.Errorf("a save without a key, carried out %t: the copies are %v", carriedOut, got)
		}
	}
}

func TestR06WithoutTheStream(t *testing.T) {
	t.Parallel()
	deleteHidesAtOnce(start(t, runner.Config{
		DataDir: runner.InMemory, Engine: runner.DynamoDB, DynamoDBEndpoint: ddbtest.Endpoint(t),
		TableName: "still-" + rand.Text(), WithoutCleanUp: true,
	}))
}

func TestPagesAreFullAmongStaleKeys(t *testing.T) {
	t.Parallel()
	w := start(t, runner.Config{
		DataDir: runner.InMemory, Engine: runner.DynamoDB, DynamoDBEndpoint: ddbtest.Endpoint(t),
		TableName: "stale-" + rand.Text(), WithoutCleanUp: true,
	})
	owner, target := w.project("owner"), w.project("target")
	platform := w.platform()
	var kept []string
	for i := range 160 {
		img := w.image(owner, fmt.Sprintf("img%03d", i), nil)
		w.share(owner, img, target).is(200)
		if i%16 == 0 {
			kept = append([]string{img}, kept...)
			continue
		}
		w.send(platform, "DELETE", imagePath(owner, img), nil).is(204)
	}
	token := w.tenant(target)
	for _, limit := range []int{1, 3, 9, 10, 100} {
		if got := w.pages(token, "/v1/projects/"+target+"/shared-images", limit); !slices.Equal(got, kept) {
			t.Errorf("by %d: %v, not %v", limit, got, kept)
		}
	}
}
