package robustness

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/budget"
)

// What goes wrong between the service and DynamoDB. Clients that hang up are in
// history.work, killed processes in process_test.go, and a late clean-up is in
// TestLateCleanUpLeavesANewImageAlone.

// dice are random numbers for many at a time.
type dice struct {
	mu     sync.Mutex
	random *rand.Rand
}

func newDice(stream uint64) *dice { return &dice{random: rand.New(rand.NewPCG(budget.Seed, stream))} }

func (d *dice) roll(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.random.IntN(n)
}

// unsteady delays every third transaction by up to 150 ms, so that others come
// between what it was decided on and the decision; of every eighth it loses the
// response; and it leaves a key of every fourth read for another call. DynamoDB
// may do all that. DynamoDB Local is too quick for the first and does no other.
func unsteady(t testing.TB) (endpoint string) {
	dice := newDice(2)
	return kit.Proxy(t, func(w http.ResponseWriter, c kit.Call) {
		switch c.Operation {
		case "TransactWriteItems":
			time.Sleep(time.Duration(max(0, dice.roll(450)-300)) * time.Millisecond)
			if dice.roll(8) == 0 {
				c.Forward(httptest.NewRecorder())
				panic(http.ErrAbortHandler)
			}
		case "BatchGetItem":
			if dice.roll(4) == 0 {
				leaveFirst(t, w, c, func() {})
				return
			}
		}
		c.Forward(w)
	})
}

// leaveFirst leaves the first key of a BatchGetItem for another call, and does
// something before the caller can make it.
func leaveFirst(t testing.TB, w http.ResponseWriter, c kit.Call, meanwhile func()) {
	var in struct {
		RequestItems map[string]struct{ Keys []api.Object }
	}
	var out struct {
		Responses       map[string][]api.Object
		UnprocessedKeys map[string]api.Object
	}
	if !forward(t, w, c, &out) {
		return
	}
	decode(t, c.Body, &in)
	for table, request := range in.RequestItems {
		first := request.Keys[0]
		out.Responses[table] = slices.DeleteFunc(out.Responses[table], func(item api.Object) bool {
			return reflect.DeepEqual(item["pk"], first["pk"]) && reflect.DeepEqual(item["sk"], first["sk"])
		})
		out.UnprocessedKeys[table] = api.Object{"Keys": request.Keys[:1], "ConsistentRead": true}
	}
	meanwhile()
	respond(w, out)
}

// indexResponse is a response of the index to a query.
type indexResponse struct {
	at   time.Time
	body struct {
		Items               []map[string]map[string]string
		Count, ScannedCount int
	}
}

// with has the entries of both responses, in the order of the index.
func (r indexResponse) with(other indexResponse) indexResponse {
	place := func(item map[string]map[string]string) string { return item["gsi1sk"]["S"] }
	items := slices.Concat(r.body.Items, other.body.Items)
	slices.SortStableFunc(items, func(x, y map[string]map[string]string) int { return strings.Compare(place(y), place(x)) })
	r.body.Items = slices.CompactFunc(items, func(x, y map[string]map[string]string) bool { return place(x) == place(y) })
	r.body.Count, r.body.ScannedCount = len(r.body.Items), len(r.body.Items)
	return r
}

// lateIndex responds to a query of the index as choose says, which gets the
// responses that the same query had so far; the last is true. They say nothing
// of further pages, which the store does not ask for.
func lateIndex(t testing.TB, choose func([]indexResponse) indexResponse) (endpoint string) {
	var mu sync.Mutex
	earlier := map[string][]indexResponse{} // by query
	return kit.Proxy(t, func(w http.ResponseWriter, c kit.Call) {
		var query api.Object
		if c.Operation == "Query" {
			decode(t, c.Body, &query)
		}
		if query["IndexName"] == nil {
			c.Forward(w)
			return
		}
		now := indexResponse{at: time.Now()}
		if !forward(t, w, c, &now.body) {
			return
		}
		key, _ := json.Marshal(query) // in one order of the names
		mu.Lock()
		defer mu.Unlock()
		earlier[string(key)] = append(earlier[string(key)], now)
		respond(w, choose(earlier[string(key)]).body)
	})
}

// forward sends a call on and decodes its response. What failed is the response;
// then it returns false.
func forward(t testing.TB, w http.ResponseWriter, c kit.Call, response any) bool {
	recorded := httptest.NewRecorder()
	c.Forward(recorded)
	if recorded.Code != http.StatusOK {
		w.WriteHeader(recorded.Code)
		_, _ = w.Write(recorded.Body.Bytes())
		return false
	}
	decode(t, recorded.Body.Bytes(), response)
	return true
}

func decode(t testing.TB, text []byte, to any) {
	if err := json.Unmarshal(text, to); err != nil {
		t.Errorf("%v in %s", err, text)
	}
}

func respond(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(body) // a client that hung up does not matter
}
