package faultinjection

import (
	"fmt"
	"reflect"
	"slices"
)

// The operations.
const (
	get      = "GetItem"
	batchGet = "BatchGetItem"
	query    = "Query"
	scan     = "Scan"
	transact = "TransactWriteItems"
)

// attempt is a request that the SDK has sent, and what became of it.
type attempt struct {
	operation string
	input     object
	fault     *fault
	reply     reply
}

// reply is what the SDK got; its status is 0 when it got nothing whole.
type reply struct {
	status  int
	kind    string   // the exception
	reasons []string // of a cancelled transaction
}

func (a *attempt) String() string {
	fault := "no fault"
	if a.fault != nil {
		fault = a.fault.name
	}
	return fmt.Sprintf("%s %s %+v, %s", a.operation, a.token(), a.reply, fault)
}

func (a *attempt) token() string {
	token, _ := a.input["ClientRequestToken"].(string)
	return token
}

func (a *attempt) lost() bool { return a.fault != nil && a.fault.ends == asLost }

func (a *attempt) conditionFailed() bool {
	return slices.Contains(a.reply.reasons, "ConditionalCheckFailed")
}

// open reports whether the same transaction may be sent again.
func (a *attempt) open() bool {
	switch a.reply.kind {
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return true
	case "TransactionCanceledException":
		passing := []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
		hasPassing := slices.ContainsFunc(passing, func(r string) bool { return slices.Contains(a.reply.reasons, r) })
		return hasPassing && !slices.ContainsFunc(a.reply.reasons, func(r string) bool { return r != "None" && !slices.Contains(passing, r) })
	}
	return a.reply.status == 0 // lost
}

// kind names what is one to whatever handles the replies: the same operation,
// and a reply of the same form.
func (a *attempt) kind() string {
	return fmt.Sprint(a.operation, a.input["IndexName"] != nil, a.reply)
}

// checkAttempts holds a run's attempts to what makes retries safe. Every write is
// a transaction with a token. A decision without a reply yet, or only with "not
// now", is sent again as it was, token and all. One that has its reply is never
// sent again. After a failed condition there may be a new one, unless
// an attempt of the former was lost and may still arrive.
func checkAttempts(attempts []*attempt) error {
	tokens, lost := map[string]bool{}, map[string]bool{}
	var last *attempt
	for _, a := range attempts {
		if a.operation != transact {
			if err := checkRead(a); err != nil {
				return err
			}
			continue
		}
		switch {
		case a.token() == "":
			return fmt.Errorf("a transaction without a ClientRequestToken")
		case last != nil && last.open():
			if !reflect.DeepEqual(a.input, last.input) {
				return fmt.Errorf("a transaction was sent again changed: %v, then %v", last.input, a.input)
			}
		case last != nil && (!last.conditionFailed() || lost[last.token()]):
			return fmt.Errorf("a transaction after a reply that ends the matter, %+v", last.reply)
		case tokens[a.token()]:
			return fmt.Errorf("a new decision has an old token")
		}
		tokens[a.token()] = true
		lost[a.token()] = lost[a.token()] || a.lost()
		last = a
	}
	return nil
}

// checkRead: every read is consistent but the index's, and a scan, of which nothing is
// believed that is not read again.
func checkRead(a *attempt) error {
	parts := []any{a.input}
	if items, ok := a.input["RequestItems"].(object); ok {
		parts = parts[:0]
		for _, of := range items {
			parts = append(parts, of)
		}
	}
	for _, part := range parts {
		p, _ := part.(object)
		if p["ConsistentRead"] != true && p["IndexName"] == nil && a.operation != scan {
			return fmt.Errorf("a %s that may miss what was written before", a.operation)
		}
	}
	return nil
}
