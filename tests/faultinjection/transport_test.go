package faultinjection

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// transport stands between the SDK and DynamoDB Local. It is used by one run at
// a time, which may send several requests at once.
type transport struct {
	real   dynamodb.HTTPClient
	beside outside
	run    *run
}

// run is one action: what is to happen during it, and what did.
type run struct {
	plan       plan
	concurrent func() error // somebody else's write, nil for none
	after      int          // calls; 0 is just before the first transaction
	giveUp     context.CancelFunc

	// What follows is written by requests at the same time. It is locked for moments
	// only: a bubble's time does not go on while somebody waits for a lock.
	mutex    sync.Mutex
	end      []func() // what faults leave behind
	attempts []*attempt
	written  bool  // a write has reached DynamoDB Local
	err      error // of the concurrent write or of DynamoDB Local itself
}

// plan chooses the fault of an attempt by its number, nil for none.
type plan func(number int, operation string) *fault

func faultless(int, string) *fault { return nil }

func (r *run) note(err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.err == nil {
		r.err = err
	}
}

// atEnd has f called when the action is over.
func (r *run) atEnd(f func()) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.end = append(r.end, f)
}

// begin counts an attempt in. It returns somebody else's write if that is to come before
// it, nil otherwise.
func (r *run) begin(a *attempt) (concurrent func() error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.concurrent != nil && (r.after == 0 && a.operation == transact || r.after > 0 && len(r.attempts) == r.after) {
		concurrent, r.concurrent = r.concurrent, nil
	}
	a.fault = r.plan(len(r.attempts), a.operation)
	r.attempts = append(r.attempts, a)
	return concurrent
}

// functionTime is how long Lambda gives a function.
const functionTime = 25 * time.Second

// during runs an action in a bubble of its own: retries and time-outs take no
// time there, and a slow machine makes no other ones.
func (t *transport) during(test *testing.T, r *run, act action, p *product) (got response, err error) {
	t.run = r
	synctest.Test(test, func(*testing.T) {
		var ctx context.Context
		ctx, r.giveUp = context.WithTimeout(context.Background(), functionTime)
		got, err = act(ctx, p)
		r.giveUp()
		for _, end := range r.end {
			end()
		}
		time.Sleep(functionTime) // for those who still wait for a time-out
	})
	return got, err
}

// outside runs functions outside of all bubbles, one at a time: a bubble's time
// does not stand still for connections of its own that are idle.
type outside struct {
	work chan func()
	done chan struct{}
}

func newOutside() outside {
	o := outside{make(chan func()), make(chan struct{})}
	go func() { // to the end of the process
		for f := range o.work {
			f()
			o.done <- struct{}{}
		}
	}()
	return o
}

func (o outside) do(f func()) {
	o.work <- f
	<-o.done
}

// Do implements dynamodb.HTTPClient.
func (t *transport) Do(request *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	r, a := t.run, &attempt{operation: operation}
	if err := json.Unmarshal(body, &a.input); err != nil {
		return nil, err
	}
	if concurrent := r.begin(a); concurrent != nil {
		t.beside.do(func() { r.note(concurrent()) })
	}
	e := &exchange{request: request, body: body, transport: t}
	if a.fault == nil {
		return a.keep(e.forward())
	}
	return a.keep(a.fault.happen(e))
}

// keep reads the reply, and hands it on unread.
func (a *attempt) keep(response *http.Response, err error) (*http.Response, error) {
	if err != nil || a.lost() {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var read struct {
		Type    string                  `json:"__type"`
		Reasons []struct{ Code string } `json:"CancellationReasons"`
	}
	if err := json.Unmarshal(body, &read); err != nil {
		return nil, err
	}
	_, kind, _ := strings.Cut(read.Type, "#")
	a.reply = reply{status: response.StatusCode, kind: kind}
	for _, reason := range read.Reasons {
		a.reply.reasons = append(a.reply.reasons, reason.Code)
	}
	return response, nil
}

// exchange is what a fault works with: a request, and ways to treat it.
type exchange struct {
	*transport
	request *http.Request
	body    []byte
}

// forward has DynamoDB Local carry the request out. Its own troubles are noted:
// they are no part of the plan.
func (e *exchange) forward() (response *http.Response, err error) {
	again := e.request.Clone(context.Background()) // the request's own has the bubble's time
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body))
	e.beside.do(func() {
		if response, err = e.real.Do(again); err != nil {
			return
		}
		var body []byte
		body, err = io.ReadAll(response.Body)
		_ = response.Body.Close() // it was read to its end
		response.Body = io.NopCloser(bytes.NewReader(body))
	})
	if strings.HasSuffix(e.request.Header.Get("X-Amz-Target"), transact) {
		e.run.written = true // no two transactions are sent at once
	}
	e.run.note(err)
	return response, err
}

// through sends the request by another client.
func (e *exchange) through(client dynamodb.HTTPClient) (*http.Response, error) {
	again := e.request.Clone(e.request.Context())
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body))
	return client.Do(again)
}

// respond replies in DynamoDB's place.
func (e *exchange) respond(status int, body any) (*http.Response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)), Request: e.request,
	}, nil
}
