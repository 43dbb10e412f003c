package faultinjection

import (
	"net"
	"net/http"
	"slices"

	"image-sharing/shared/sharing"
)

// fault is one thing that can go wrong with a request.
type fault struct {
	name string
	// class has the faults that are one to the engine's callers: the same was
	// carried out, and the engine can know the same of it.
	class string
	// on reports whether it can happen to a request that would be answered so.
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

// pages are of what can go on: a page of the index is asked for by its length.
func pages(s *send) bool {
	return s.operation == scan || s.operation == query && s.input["IndexName"] == nil
}

// halfRefused is a transaction of which one condition fails and another holds.
func halfRefused(s *send) bool {
	return s.conditionFailed() && slices.Contains(s.answer.reasons, "None")
}

// everyFault is the catalogue. A request that is not carried out was lost on
// its way, one that is was answered in vain.
var everyFault = []*fault{
	{"connection refused", "unsent", anything, unsent(refuses), asBusy, false},
	{"connection not made in time", "unsent", anything, unsent(neverConnects), asBusy, false},
	{"request lost", "lost", anything, by(hangsUp), asLost, false},
	{"answer lost", "answer lost", anything, carriedOut(by(hangsUp)), asLost, false},
	{"request out of time", "lost", anything, by(silent), asLost, false},
	{"answer out of time", "answer lost", anything, carriedOut(by(silent)), asLost, false},
	{"answer cut", "answer lost", anything, partly(patience, func(c net.Conn) { _ = c.Close() }), asLost, false},
	{"answer stalled", "answer lost", anything, partly(attemptTimeout, func(net.Conn) {}), asLost, false},

	{"ThrottlingException", "throttled", anything, exception(400, "ThrottlingException"), asThrottled, false},
	{"ProvisionedThroughputExceededException", "throttled", anything, exception(400, "ProvisionedThroughputExceededException"), asThrottled, false},
	{"RequestLimitExceeded", "throttled", anything, exception(400, "RequestLimitExceeded"), asThrottled, false},
	{"InternalServerError", "lost", anything, exception(500, "InternalServerError"), asLost, false},
	{"InternalServerError, carried out", "answer lost", anything, carriedOut(exception(500, "InternalServerError")), asLost, false},
	{"503", "lost", anything, page(503), asLost, false},
	{"503, carried out", "answer lost", anything, carriedOut(page(503)), asLost, false},
	{"AccessDeniedException", "refused", anything, exception(400, "AccessDeniedException"), asInternal, true},

	{"caller out of time, unsent", "caller gone, unsent", anything, giveUpUnsent, asBusy, true},
	{"caller out of time, request lost", "caller gone, lost", anything, giveUp, asLost, true},
	{"caller out of time, carried out", "caller gone, answer lost", anything, carriedOut(giveUp), asLost, true},
	{"caller out of time after the answer", "caller gone, answered", anything, giveUpLater, asBusyLater, true},

	{"TransactionConflict", "conflict", transactions, cancelled("TransactionConflict"), asBusy, false},
	{"TransactionConflict of the last", "conflict", transactions, cancelledLast("TransactionConflict"), asBusy, false},
	{"TransactionConflict beside a failed condition", "conflict beside", halfRefused, conflictBeside, asNothing, false},
	{"ThrottlingError", "throttled", transactions, cancelled("ThrottlingError"), asThrottled, false},
	{"ProvisionedThroughputExceeded", "throttled", transactions, cancelled("ProvisionedThroughputExceeded"), asThrottled, false},
	{"ValidationError", "refused", transactions, cancelled("ValidationError"), asInternal, true},
	{"ItemCollectionSizeLimitExceeded", "refused", transactions, cancelledLast("ItemCollectionSizeLimitExceeded"), asInternal, true},
	{"cancelled without a reason", "refused", transactions, cancelled("None"), asInternal, true},
	// It says that an earlier attempt, unheard of since, is still under way.
	{"TransactionInProgressException", "in progress", transactions, exception(400, "TransactionInProgressException"), asLost, false},

	{"everything unprocessed", "unprocessed", batches, unprocessed(none), asThrottled, false},
	{"half of it unprocessed", "half processed", batches, unprocessed(half), asNothing, false},
	{"a short page", "short page", pages, shortPage, asNothing, false},
}
