package faultinjection

import (
	"fmt"
	"reflect"
	"slices"
)

// checkSends holds a run's requests to what makes retries safe. Every write is
// a transaction with a token. A decision that is not answered yet, or only
// with "not now", is sent again as it was, token and all. One that is answered
// is never sent again. After a failed condition there may be a new one, unless
// an attempt of the former was lost and may still arrive.
func checkSends(sends []*send) error {
	tokens, lost := map[string]bool{}, map[string]bool{}
	var last *send
	for _, s := range sends {
		if s.operation != write {
			if err := checkRead(s); err != nil {
				return err
			}
			continue
		}
		switch {
		case s.token() == "":
			return fmt.Errorf("a transaction without a ClientRequestToken")
		case last != nil && last.open():
			if !reflect.DeepEqual(s.input, last.input) {
				return fmt.Errorf("a transaction was sent again changed: %v, then %v", last.input, s.input)
			}
		case last != nil && (!last.conditionFailed() || lost[last.token()]):
			return fmt.Errorf("a transaction after an answer that ends the matter, %+v", last.answer)
		case tokens[s.token()]:
			return fmt.Errorf("a new decision has an old token")
		}
		tokens[s.token()] = true
		lost[s.token()] = lost[s.token()] || s.lost()
		last = s
	}
	return nil
}

func (s *send) lost() bool { return s.fault != nil && s.fault.ends == asLost }

func (s *send) conditionFailed() bool {
	return slices.Contains(s.answer.reasons, "ConditionalCheckFailed")
}

// open reports whether the same transaction may be sent again.
func (s *send) open() bool {
	switch s.answer.kind {
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return true
	case "TransactionCanceledException":
		passing := []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
		hasPassing := slices.ContainsFunc(passing, func(r string) bool { return slices.Contains(s.answer.reasons, r) })
		return hasPassing && !slices.ContainsFunc(s.answer.reasons, func(r string) bool { return r != "None" && !slices.Contains(passing, r) })
	}
	return s.answer.status == 0 // lost
}

// checkRead: every read but the index's is consistent.
func checkRead(s *send) error {
	parts := []any{s.input}
	if items, ok := s.input["RequestItems"].(object); ok {
		parts = parts[:0]
		for _, of := range items {
			parts = append(parts, of)
		}
	}
	for _, part := range parts {
		p, _ := part.(object)
		if p["ConsistentRead"] != true && p["IndexName"] == nil {
			return fmt.Errorf("a %s that may miss what was written before", s.operation)
		}
	}
	return nil
}
