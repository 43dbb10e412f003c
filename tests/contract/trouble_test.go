package contract

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// trouble stands between a service and DynamoDB Local. It does what the test
// wants to every TransactWriteItems, or to another operation.
type trouble struct {
	mu        sync.Mutex
	operation string
	make      func(http.ResponseWriter, kit.Call) // nil for no trouble
}

func troubledService(t *testing.T) (*kit.Environment, *trouble) {
	t.Helper()
	tr := &trouble{}
	endpoint := kit.Proxy(t, func(w http.ResponseWriter, c kit.Call) {
		tr.mu.Lock()
		operation, make := tr.operation, tr.make
		tr.mu.Unlock()
		if make == nil || c.Operation != operation {
			c.Forward(w)
			return
		}
		make(w, c)
	})
	return kit.Start(t, runner.Config{Store: runner.DynamoDB, DynamoDBEndpoint: endpoint, WithoutCleanUp: true}), tr
}

// on makes a trouble of every call of an operation from now on.
func (tr *trouble) on(operation string, make func(http.ResponseWriter, kit.Call)) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.operation, tr.make = operation, make
}

func (tr *trouble) end() { tr.on("", nil) }

// failing is a trouble: DynamoDB responds with an error.
func failing(status int, kind, more string) func(http.ResponseWriter, kit.Call) {
	return func(w http.ResponseWriter, _ kit.Call) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"secret detail"%s}`, kind, more)
	}
}

// lost is a trouble: the call is carried out, and the response never comes.
func lost(_ http.ResponseWriter, c kit.Call) {
	c.Forward(httptest.NewRecorder())
	panic(http.ErrAbortHandler)
}

const conflict = `,"CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]`

func TestDynamoDBInTroubleIsReportedTruly(t *testing.T) {
	t.Parallel()
	e, trouble := troubledService(t)
	owner, target := e.Project("owner"), e.Project("target")
	img := e.Image(owner, "img", nil)
	token := e.Tenant(owner)
	share := func() kit.Response { return e.Send(token, "POST", api.SharesPath(owner, img), api.ShareBody(target)) }
	count := func(n int) {
		t.Helper()
		trouble.end()
		e.Send(token, "GET", api.SharesPath(owner, img), nil).Is(200).Has("shareCount", n)
	}

	trouble.on("TransactWriteItems", failing(400, "TransactionCanceledException", conflict))
	if a := share().Refused(503, "Busy"); a.Header.Get("Retry-After") == "" {
		t.Error("Busy without Retry-After")
	}
	count(0)
	trouble.on("TransactWriteItems", failing(400, "ThrottlingException", ""))
	if a := share().Refused(429, "Throttled"); a.Header.Get("Retry-After") == "" {
		t.Error("Throttled without Retry-After")
	}
	count(0)
	trouble.on("BatchGetItem", failing(500, "InternalServerError", ""))
	share().Refused(503, "Busy")
	count(0)
	trouble.on("TransactWriteItems", failing(400, "ValidationException", ""))
	if a := share().Refused(500, "Internal"); strings.Contains(a.Raw, "secret detail") {
		t.Errorf("the cause is shown: %s", a.Raw)
	}
	count(0)

	trouble.on("TransactWriteItems", lost)
	share().Refused(503, "OutcomeUnknown")
	count(1)
	e.Send(token, "DELETE", api.SharePath(owner, img, target), nil).Is(204)
	e.Send(token, "DELETE", api.SharePath(owner, img, target), nil).Refused(404, "ShareNotFound")
}
