package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
	"image-sharing/shared/table"
)

// fault is one thing that can go wrong with a request.
type fault struct {
	name string
	// on tells whether it can happen to a request that would be answered so.
	on     func(*send) bool
	happen func(*exchange) (*http.Response, error)
	ends   ending
	// stays: sending the request again would not help, so nobody does.
	stays bool
}

// ending is what a caller is told when a fault does not pass.
type ending int

const (
	asNothing ending = iota // the use case goes on
	asBusy
	asBusyLater // at the next request, if there is one
	asThrottled
	asLost     // OutcomeUnknown of a write, Busy of a read
	asInternal // an error that is no refusal
)

// told is the code of an ending on an operation, "" for an error that is no
// refusal.
func (e ending) told(operation string) sharing.Code {
	switch {
	case e == asThrottled:
		return sharing.CodeThrottled
	case e == asLost && operation == write:
		return sharing.CodeOutcomeUnknown
	case e == asInternal:
		return ""
	}
	return sharing.CodeBusy
}

// anything is every kind of request that the engine makes. Another one would
// need faults of its own, or at least a thought: a transaction that only reads
// can conflict, a plain write has no request token.
func anything(s *send) bool {
	return slices.Contains([]string{get, batchGet, query, scan, write}, s.operation)
}

func transactions(s *send) bool { return s.operation == write }

func batches(s *send) bool { return s.operation == batchGet }

// halfRefused is a transaction of which one condition fails and another holds.
func halfRefused(s *send) bool {
	return s.conditionFailed() && slices.Contains(s.answer.reasons, "None")
}

// everyFault is the catalogue. A request that is not carried out was lost on
// its way, one that is was answered in vain.
var everyFault = []*fault{
	{"connection refused", anything, by(refuses), asBusy, false},
	{"connection not made in time", anything, by(neverConnects), asBusy, false},
	{"request lost", anything, by(hangsUp), asLost, false},
	{"answer lost", anything, carriedOut(by(hangsUp)), asLost, false},
	{"request out of time", anything, by(silent), asLost, false},
	{"answer out of time", anything, carriedOut(by(silent)), asLost, false},
	{"answer cut", anything, partly(func(c net.Conn) { _ = c.Close() }), asLost, false},
	{"answer stalled", anything, partly(func(net.Conn) {}), asLost, false},

	{"ThrottlingException", anything, exception(400, "ThrottlingException"), asThrottled, false},
	{"ProvisionedThroughputExceededException", anything, exception(400, "ProvisionedThroughputExceededException"), asThrottled, false},
	{"RequestLimitExceeded", anything, exception(400, "RequestLimitExceeded"), asThrottled, false},
	{"InternalServerError", anything, exception(500, "InternalServerError"), asLost, false},
	{"InternalServerError, carried out", anything, carriedOut(exception(500, "InternalServerError")), asLost, false},
	{"503", anything, page(503), asLost, false},
	{"503, carried out", anything, carriedOut(page(503)), asLost, false},
	{"AccessDeniedException", anything, exception(400, "AccessDeniedException"), asInternal, true},

	{"caller out of time, carried out", anything, carriedOut(giveUp), asLost, true},
	{"caller out of time after the answer", anything, giveUpLater, asBusyLater, true},

	{"TransactionConflict", transactions, cancelled("TransactionConflict"), asBusy, false},
	{"TransactionConflict of the last", transactions, cancelledLast("TransactionConflict"), asBusy, false},
	{"TransactionConflict beside a failed condition", halfRefused, conflictBeside, asNothing, false},
	{"ThrottlingError", transactions, cancelled("ThrottlingError"), asThrottled, false},
	{"ProvisionedThroughputExceeded", transactions, cancelled("ProvisionedThroughputExceeded"), asThrottled, false},
	{"ValidationError", transactions, cancelled("ValidationError"), asInternal, true},
	{"ItemCollectionSizeLimitExceeded", transactions, cancelledLast("ItemCollectionSizeLimitExceeded"), asInternal, true},
	{"cancelled without a reason", transactions, cancelled("None"), asInternal, true},
	{"TransactionInProgressException", transactions, exception(400, "TransactionInProgressException"), asLost, false},

	{"everything unprocessed", batches, unprocessed(none), asThrottled, false},
	{"half of it unprocessed", batches, unprocessed(half), asNothing, false},
}

// attemptTimeout is of the requests that never get an answer.
const attemptTimeout = 50 * time.Millisecond

// The ways a connection can fail. The client is the one of a function, with
// its time-outs; only the network is not there.
var (
	refuses = network(func(_ context.Context, network, _ string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	})
	neverConnects = table.NewHTTPClient(attemptTimeout).WithDialerOptions(func(d *net.Dialer) {
		d.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			<-ctx.Done()
			return ctx.Err()
		}
	})
	silent = network(func(context.Context, string, string) (net.Conn, error) {
		return connection(func(net.Conn) {}), nil
	})
	hangsUp = network(func(context.Context, string, string) (net.Conn, error) {
		return connection(func(c net.Conn) { _ = c.Close() }), nil
	})
)

// connection takes one request and then does what answer does.
func connection(answer func(net.Conn)) net.Conn {
	here, there := net.Pipe()
	go func() {
		if r, err := http.ReadRequest(bufio.NewReader(there)); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		answer(there)
	}()
	return here
}

func network(dial func(ctx context.Context, network, address string) (net.Conn, error)) dynamodb.HTTPClient {
	return table.NewHTTPClient(attemptTimeout).WithTransportOptions(func(t *http.Transport) { t.DialContext = dial })
}

func by(client dynamodb.HTTPClient) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) { return e.through(client) }
}

// carriedOut has the engine carry the request out before the fault happens.
func carriedOut(fault func(*exchange) (*http.Response, error)) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		if _, err := e.forward(); err != nil {
			return nil, err
		}
		return fault(e)
	}
}

// partly has the connection bring a part of the answer and then end as it may.
func partly(end func(net.Conn)) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		response, err := e.forward()
		if err != nil {
			return nil, err
		}
		answer, err := httputil.DumpResponse(response, true)
		if err != nil {
			return nil, err
		}
		return e.through(network(func(context.Context, string, string) (net.Conn, error) {
			return connection(func(c net.Conn) {
				_, _ = c.Write(answer[:len(answer)-1])
				end(c)
			}), nil
		}))
	}
}

func exception(status int, kind string) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		return e.reply(status, object{"__type": "com.amazonaws.dynamodb.v20120810#" + kind, "message": "a fault of the test"})
	}
}

// page is what a load balancer answers that reaches no engine.
func page(status int) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		response, err := e.reply(status, nil)
		response.Header.Set("Content-Type", "text/html")
		response.Body = io.NopCloser(strings.NewReader("<html><body>Service Unavailable</body></html>"))
		return response, err
	}
}

func giveUp(e *exchange) (*http.Response, error) {
	e.run.cancel()
	return nil, e.request.Context().Err()
}

func giveUpLater(e *exchange) (*http.Response, error) {
	response, err := e.forward()
	e.run.cancel()
	return response, err
}

// cancelled is a cancellation with a reason for the first operation and none
// for the others.
func cancelled(reason string) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) { return e.cancel(0, reason) }
}

func cancelledLast(reason string) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) { return e.cancel(-1, reason) }
}

func (e *exchange) cancel(at int, reason string) (*http.Response, error) {
	var input struct{ TransactItems []any }
	if err := json.Unmarshal(e.body, &input); err != nil {
		return nil, err
	}
	n := len(input.TransactItems)
	reasons := slices.Repeat([]object{{"Code": "None"}}, n)
	reasons[(at+n)%n] = object{"Code": reason, "Message": "a fault of the test"}
	return e.reply(400, object{
		"__type":  "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"Message": "Transaction cancelled", "CancellationReasons": reasons,
	})
}

// conflictBeside makes a conflict of every reason that is none; the failed
// conditions keep their items.
func conflictBeside(e *exchange) (*http.Response, error) {
	response, err := e.forward()
	if err != nil || response.StatusCode == http.StatusOK {
		return response, err
	}
	var told object
	if err := json.NewDecoder(response.Body).Decode(&told); err != nil {
		return nil, err
	}
	reasons, _ := told["CancellationReasons"].([]any)
	for _, reason := range reasons {
		if r, _ := reason.(object); r["Code"] == "None" {
			r["Code"] = "TransactionConflict"
		}
	}
	return e.reply(response.StatusCode, told)
}

// unprocessed has the engine read only some of n keys and leave the others to
// another call.
func unprocessed(some func(n int) int) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		type keysOf struct {
			Keys           []any
			ConsistentRead bool
		}
		var input struct{ RequestItems map[string]keysOf }
		if err := json.Unmarshal(e.body, &input); err != nil {
			return nil, err
		}
		told := object{"Responses": object{}}
		for name, of := range input.RequestItems {
			n := some(len(of.Keys))
			rest := keysOf{of.Keys[n:], of.ConsistentRead}
			if n > 0 {
				var err error
				if told, err = e.read(object{name: keysOf{of.Keys[:n], of.ConsistentRead}}); err != nil {
					return nil, err
				}
			}
			if len(rest.Keys) > 0 {
				told["UnprocessedKeys"] = object{name: rest}
			}
		}
		return e.reply(http.StatusOK, told)
	}
}

func none(int) int { return 0 }

func half(n int) int { return (n + 1) / 2 }

func (e *exchange) read(items object) (told object, err error) {
	if e.body, err = json.Marshal(object{"RequestItems": items}); err != nil {
		return nil, err
	}
	response, err := e.forward()
	if err != nil {
		return nil, err
	}
	return told, json.NewDecoder(response.Body).Decode(&told)
}
