package faultinjection

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
)

func exception(status int, kind string) happening {
	return func(e *exchange) (*http.Response, error) {
		return e.respond(status, object{"__type": "com.amazonaws.dynamodb.v20120810#" + kind, "message": "a fault of the test"})
	}
}

// page is what a load balancer replies that reaches no DynamoDB.
func page(status int) happening {
	return func(e *exchange) (*http.Response, error) {
		response, err := e.respond(status, nil)
		response.Header.Set("Content-Type", "text/html")
		response.Body = io.NopCloser(strings.NewReader("<html><body>Service Unavailable</body></html>"))
		return response, err
	}
}

// cancelled is a cancellation with a reason for the first operation and none
// for the others.
func cancelled(reason string) happening {
	return func(e *exchange) (*http.Response, error) { return e.cancel(0, reason) }
}

func cancelledLast(reason string) happening {
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
	return e.respond(400, object{
		"__type":  "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"Message": "Transaction cancelled", "CancellationReasons": reasons,
	})
}

// conflictBeside makes a conflict of every reason that is none; the failed
// conditions keep their items.
func conflictBeside(e *exchange) (*http.Response, error) {
	return e.replacing("None")
}

// conflictInstead makes conflicts of the failed conditions: DynamoDB does not look at
// an item's condition while another transaction is at work on it.
func conflictInstead(e *exchange) (*http.Response, error) {
	return e.replacing("ConditionalCheckFailed")
}

// replacing has DynamoDB carry the transaction out, and makes conflicts of
// those of its reasons.
func (e *exchange) replacing(reason string) (*http.Response, error) {
	response, err := e.forward()
	if err != nil || response.StatusCode == http.StatusOK {
		return response, err
	}
	var body object
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return nil, err
	}
	reasons, _ := body["CancellationReasons"].([]any)
	for i, r := range reasons {
		if r, _ := r.(object); r["Code"] == reason {
			reasons[i] = object{"Code": "TransactionConflict"}
		}
	}
	return e.respond(response.StatusCode, body)
}

// shortPage has DynamoDB reply with less than there is, and where to go on.
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

// unprocessed has DynamoDB read only some of n keys and leave the others to
// another call.
func unprocessed(some func(n int) int) happening {
	return func(e *exchange) (*http.Response, error) {
		type keysOf struct {
			Keys           []any
			ConsistentRead bool
		}
		var input struct{ RequestItems map[string]keysOf }
		if err := json.Unmarshal(e.body, &input); err != nil {
			return nil, err
		}
		body := object{"Responses": object{}}
		for name, of := range input.RequestItems {
			n := some(len(of.Keys))
			rest := keysOf{of.Keys[n:], of.ConsistentRead}
			if n > 0 {
				var err error
				if body, err = e.read(object{name: keysOf{of.Keys[:n], of.ConsistentRead}}); err != nil {
					return nil, err
				}
			}
			if len(rest.Keys) > 0 {
				body["UnprocessedKeys"] = object{name: rest}
			}
		}
		return e.respond(http.StatusOK, body)
	}
}

func none(int) int { return 0 }

func half(n int) int { return (n + 1) / 2 }

func (e *exchange) read(items object) (body object, err error) {
	if e.body, err = json.Marshal(object{"RequestItems": items}); err != nil {
		return nil, err
	}
	response, err := e.forward()
	if err != nil {
		return nil, err
	}
	return body, json.NewDecoder(response.Body).Decode(&body)
}
