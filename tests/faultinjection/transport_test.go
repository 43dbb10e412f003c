package faultinjection

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// transport stands between the SDK and DynamoDB Local. It is used by one call
// of a use case at a time, which sends one request at a time.
type transport struct {
	real dynamodb.HTTPClient
	run  *run
}

// run is one call of a use case: what is to happen during it, and what did.
type run struct {
	plan       plan
	rival      func() error // somebody else's write, nil for none
	rivalAfter int          // requests; 0 is just before the first transaction
	cancel     context.CancelFunc

	sends     []*send
	rivaled   bool
	unplanned bool  // a fault was another one than planned
	err       error // of the rival or of DynamoDB Local itself
}

// plan chooses the fault of a request by its number, nil for none.
type plan func(number int, operation string) *fault

// send is one request and what became of it.
type send struct {
	operation string
	input     object
	fault     *fault
	answer    answer
}

// answer is what the SDK was told; its status is 0 when the answer was lost.
type answer struct {
	status  int
	kind    string   // the exception
	reasons []string // of a cancelled transaction
}

type object = map[string]any

// The kinds of requests.
const (
	get      = "GetItem"
	batchGet = "BatchGetItem"
	query    = "Query"
	scan     = "Scan"
	write    = "TransactWriteItems"
)

func (s *send) token() string {
	token, _ := s.input["ClientRequestToken"].(string)
	return token
}

func (s *send) String() string {
	fault := "no fault"
	if s.fault != nil {
		fault = s.fault.name
	}
	return fmt.Sprintf("%s %s %+v, %s", s.operation, s.token(), s.answer, fault)
}

// Do implements dynamodb.HTTPClient.
func (t *transport) Do(request *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	r := t.run
	s := &send{operation: operation}
	if err := json.Unmarshal(body, &s.input); err != nil {
		return nil, err
	}
	if r.rival != nil && !r.rivaled && (r.rivalAfter == 0 && operation == write || r.rivalAfter > 0 && len(r.sends) == r.rivalAfter) {
		r.rivaled = true
		r.note(r.rival())
	}
	s.fault = r.plan(len(r.sends), operation)
	r.sends = append(r.sends, s)
	e := &exchange{request: request, body: body, transport: t}
	if s.fault == nil {
		return s.keep(e.forward())
	}
	return s.keep(s.fault.happen(e))
}

// call calls a use case through the transport.
func (l *lane) call(ctx context.Context, u useCase, p plan) (*run, outcome) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{plan: p, rivalAfter: u.rivalAfter, cancel: cancel}
	if u.rival != nil {
		r.rival = func() error {
			_, err := u.rival(context.WithoutCancel(ctx), l.plain)
			return err
		}
	}
	l.transport.run = r
	result, err := u.run(ctx, l.troubled)
	return r, outcome{result, err}
}

func faultless(int, string) *fault { return nil }

func (r *run) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

// keep reads the answer, and hands it on unread.
func (s *send) keep(response *http.Response, err error) (*http.Response, error) {
	if err != nil || s.lost() {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var told struct {
		Type    string                  `json:"__type"`
		Reasons []struct{ Code string } `json:"CancellationReasons"`
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return nil, err
	}
	_, kind, _ := strings.Cut(told.Type, "#")
	s.answer = answer{status: response.StatusCode, kind: kind}
	for _, reason := range told.Reasons {
		s.answer.reasons = append(s.answer.reasons, reason.Code)
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
func (e *exchange) forward() (*http.Response, error) {
	response, err := e.through(e.real)
	if err == nil {
		var body []byte
		body, err = io.ReadAll(response.Body)
		_ = response.Body.Close() // it was read to its end
		response.Body = io.NopCloser(bytes.NewReader(body))
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

// reply answers in DynamoDB's place.
func (e *exchange) reply(status int, body any) (*http.Response, error) {
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
