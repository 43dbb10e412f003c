package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Calls are the calls to DynamoDB that functions have made: what each of them
// would have to be granted. The zero value is ready for use, by many at a time.
type Calls struct {
	mu    sync.Mutex
	needs map[string]map[Grant]bool // by function
}

// Around returns a client that notes the calls and sends them on. A call is of
// the function that the Lambda context of its request names. What no function
// calls, such as a test by itself, needs no grant.
func (c *Calls) Around(next dynamodb.HTTPClient) dynamodb.HTTPClient { return recorder{c, next} }

type recorder struct {
	calls *Calls
	next  dynamodb.HTTPClient
}

// Do implements dynamodb.HTTPClient.
func (r recorder) Do(request *http.Request) (*http.Response, error) {
	if function := functionOf(request); function != "" {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
		if err := r.calls.note(function, operation, body); err != nil {
			return nil, err
		}
	}
	return r.next.Do(request)
}

func functionOf(request *http.Request) string {
	invocation, ok := lambdacontext.FromContext(request.Context())
	if !ok {
		return ""
	}
	_, function, _ := strings.Cut(invocation.InvokedFunctionArn, ":function:")
	return function
}

func (c *Calls) note(function, operation string, body []byte) error {
	needs, err := needsOf(operation, body)
	if err != nil {
		return fmt.Errorf("a %s of %s: %w", operation, function, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.needs == nil {
		c.needs = map[string]map[Grant]bool{}
	}
	if c.needs[function] == nil {
		c.needs[function] = map[Grant]bool{}
	}
	for _, need := range needs {
		c.needs[function][need] = true
	}
	return nil
}

// Ungranted says, one sentence each, what a function called and its role does
// not grant.
func (c *Calls) Ungranted(roles Roles) (faults []string) {
	for function, needs := range c.all() {
		for need := range needs {
			if !roles[function][need] {
				faults = append(faults, fmt.Sprintf("%s calls %s, which its role does not grant", function, need))
			}
		}
	}
	slices.Sort(faults)
	return faults
}

// Unused says, one sentence each, what a role grants and no call needed.
func (c *Calls) Unused(roles Roles) (faults []string) {
	called := c.all()
	for function, grants := range roles {
		for grant := range grants {
			if !called[function][grant] {
				faults = append(faults, fmt.Sprintf("%s is granted %s, which it does not call", function, grant))
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func (c *Calls) all() map[string]map[Grant]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]map[Grant]bool{}
	for function, needs := range c.needs {
		all[function] = maps.Clone(needs)
	}
	return all
}

// wireKey is the primary key in a request; a put has it in its item.
type wireKey struct {
	PK struct{ S string } `json:"pk"`
}

// needsOf returns what a request has to be granted. A transaction is authorized
// by the actions in it (DynamoDB Developer Guide, "Using IAM with DynamoDB
// transactions").
func needsOf(operation string, body []byte) (needs []Grant, err error) {
	var request struct {
		Key                       *wireKey
		Item                      *wireKey
		IndexName                 string
		KeyConditionExpression    string
		ExpressionAttributeValues map[string]struct{ S string }
		RequestItems              map[string]json.RawMessage
		TransactItems             []map[string]struct{ Key, Item wireKey }
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	need := func(operation, key, within string) {
		needs = append(needs, Grant{"dynamodb:" + operation, table, pattern(key), within})
	}
	switch {
	case request.TransactItems != nil:
		for _, one := range request.TransactItems {
			for action, of := range one {
				need(actionIn(action), of.Key.PK.S+of.Item.PK.S, operation)
			}
		}
	case operation == "BatchGetItem":
		for _, of := range request.RequestItems {
			var keys struct{ Keys []wireKey }
			if err := json.Unmarshal(of, &keys); err != nil {
				return nil, err
			}
			for _, k := range keys.Keys {
				need(operation, k.PK.S, "")
			}
		}
	case operation == "Query":
		// "pk = :image AND …"
		_, placeholder, _ := strings.Cut(request.KeyConditionExpression, " = ")
		placeholder, _, _ = strings.Cut(placeholder, " ")
		need(operation, request.ExpressionAttributeValues[placeholder].S, "")
		if request.IndexName != "" {
			needs[0].Resource = indexPrefix + request.IndexName
		}
	case request.Key != nil:
		need(operation, request.Key.PK.S, "")
	case request.Item != nil:
		need(operation, request.Item.PK.S, "")
	default:
		need(operation, "", "")
	}
	return needs, nil
}

// actionIn is the action of a part of a transaction.
func actionIn(part string) string {
	switch part {
	case "ConditionCheck":
		return "ConditionCheckItem"
	case "Get", "Put", "Update", "Delete":
		return part + "Item"
	}
	return part
}

// pattern is the least pattern of partition keys that a role can name: those of
// a kind of items. A call that names no partition key meets any.
func pattern(key string) string {
	kind, _, ok := strings.Cut(key, "#")
	if !ok {
		return AnyKey
	}
	return kind + "#*"
}
