package faultinjection

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

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

// giveUpUnsent: the caller's time is over while there is no connection yet.
func giveUpUnsent(e *exchange) (*http.Response, error) {
	return e.through(network(patience, func(ctx context.Context, _, _ string) (net.Conn, error) {
		e.run.cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}))
}

// giveUp: the caller's time is over while there is no answer yet.
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

// shortPage has the engine answer less than there is, and where to go on.
func shortPage(e *exchange) (*http.Response, error) {
	var input object
	if err := json.Unmarshal(e.body, &input); err != nil {
		return nil, err
	}
	input["Limit"] = 2
	var err error
	if e.body, err = json.Marshal(input); err != nil {
		return nil, err
	}
	return e.forward()
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
