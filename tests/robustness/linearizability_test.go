package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"image-sharing/local/runner"
)

// The histories are short and many, because to check one takes time that grows
// fast with its length.
const (
	linearImages   = 2
	linearLimit    = 3 // of linearTargets: full most of the time
	linearRequests = 12
)

// TestLinearizability has many clients share, unshare, launch, save, list,
// change, delete and register few images at the same time, and checks that
// what they were told is what a service would have told that does one request
// after the other.
func TestLinearizability(t *testing.T) {
	eachArena(t, func(t *testing.T, engine string) {
		a := newArena(t, engine, linearLimit)
		if engine == runner.DynamoDB {
			c := a.config
			c.DynamoDBEndpoint = unsteady(t, c.DynamoDBEndpoint)
			a = startArena(t, c)
		}
		linearizable(a.crowded(), linearShare, 4, 0)
	})
}

// unsteady stands before DynamoDB and delays every third transaction by up to
// 150 ms, so that others come between what it was decided on and the decision.
// DynamoDB Local alone is too quick for that to happen often.
func unsteady(t *testing.T, endpoint string) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 2))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
			mu.Lock()
			delay := time.Duration(max(0, random.IntN(450)-300)) * time.Millisecond
			mu.Unlock()
			time.Sleep(delay)
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// linearizable checks history after history on a service.
func linearizable(a *arena, share float64, short int, lag time.Duration) {
	a.t.Helper()
	owners, targets := a.projects("owner", 2), a.projects("target", linearTargets)
	token, catalog := a.tenant(append(owners, targets...)...), a.platform()
	n, operations, lost := 0, 0, 0
	for random := range rounds(a.t, share, short) {
		h := &history{arena: a, owners: owners, targets: targets, token: token, catalog: catalog, lag: lag}
		n++
		for i := range linearImages {
			h.images = append(h.images, a.id(fmt.Sprintf("img-%d-%d", n, i)))
		}
		h.run(random, linearRequests)
		h.check()
		operations, lost = operations+len(h.operations), lost+h.lost
	}
	a.t.Logf("%d operations, %d answers lost, answers %s", operations, lost, a.answers)
	a.sound()
}

// picture draws a history, for a browser, and returns where.
func (h *history) picture(info porcupine.LinearizationInfo) string {
	f, err := os.CreateTemp("", "linearizability-*.html")
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if err := porcupine.Visualize(searchModel, info, f); err != nil {
		return err.Error()
	}
	return f.Name()
}

// impossible names the operations that the search got no further than: the
// first to be answered of those that the longest order it found leaves out.
func impossible(info porcupine.LinearizationInfo) (texts []string) {
	for _, orders := range info.PartialLinearizationsOperations() {
		longest := slices.MaxFunc(orders, func(a, b []porcupine.Operation) int { return len(a) - len(b) })
		placed := map[int]bool{}
		for _, o := range longest {
			placed[o.Input.(operation).index] = true
		}
		var next *porcupine.Operation
		for i, o := range longest[0].Input.(operation).part.operations {
			if !placed[i] && (next == nil || o.Return < next.Return) {
				next = &o
			}
		}
		if next != nil {
			texts = append(texts, next.Input.(operation).text)
		}
	}
	return texts
}
