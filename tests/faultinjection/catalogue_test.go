package faultinjection

import (
	"net"
	"slices"

	"image-sharing/shared/sharing"
)

// fault is one thing that can go wrong with a request.
type fault struct {
	name string
	// class has the faults that are one to the store: the same was carried out,
	// and the store can know the same of it.
	class string
	// on reports whether it can happen to a request that would be replied to so.
	on     func(*attempt) bool
	happen happening
	ends   ending
	// stays: sending the request again would not help, so nobody does.
	stays bool
}

// ending is what a caller gets when a fault does not pass.
type ending int

const (
	asNothing ending = iota // the use case goes on
	asBusy
	asBusyLater // at the next request, if there is one
	asThrottled
	asLost // OutcomeUnknown of a write, Busy of a read
	asInternal
)

// code is that of an ending on an operation.
func (e ending) code(operation string) sharing.Code {
	switch {
	case e == asThrottled:
		return sharing.CodeThrottled
	case e == asLost && operation == transact:
		return sharing.CodeOutcomeUnknown
	case e == asInternal:
		return sharing.CodeInternal
	}
	return sharing.CodeBusy
}

// classOn is the class of the fault on a request. Of a read nothing is carried
// out, so it is one whether it arrived.
func (f *fault) classOn(a *attempt) string {
	if a.operation == transact {
		return f.class
	}
	switch f.class {
	case "unsent", "lost", "reply lost":
		return "no reply"
	case "caller gone, unsent", "caller gone, lost", "caller gone, reply lost":
		return "caller gone"
	}
	return f.class
}

// anything is every kind of request that the store makes. Another one would
// need faults of its own, or at least a thought: a transaction that only reads
// can conflict, a plain write has no request token.
func anything(a *attempt) bool {
	return slices.Contains([]string{get, batchGet, query, scan, transact}, a.operation)
}

func transactions(a *attempt) bool { return a.operation == transact }

func batches(a *attempt) bool { return a.operation == batchGet }

// pages are of what can go on: a page of the index is asked for by its length.
func pages(a *attempt) bool {
	return a.operation == scan || a.operation == query && a.input["IndexName"] == nil
}

// halfRefused is a transaction of which one condition fails and another holds.
func halfRefused(a *attempt) bool {
	return a.conditionFailed() && slices.Contains(a.reply.reasons, "None")
}

// everyFault is the catalogue. A request that is not carried out was lost on
// its way, one that is was replied to in vain.
var everyFault = []*fault{
	{"connection refused", "unsent", anything, refuses, asBusy, false},
	{"connection not made in time", "unsent", anything, neverConnects, asBusy, false},
	{"request lost", "lost", anything, hangsUp, asLost, false},
	{"reply lost", "reply lost", anything, carriedOut(hangsUp), asLost, false},
	{"request out of time", "lost", anything, silent, asLost, false},
	{"reply out of time", "reply lost", anything, carriedOut(silent), asLost, false},
	{"reply cut", "reply lost", anything, partly(func(c net.Conn) { _ = c.Close() }), asLost, false},
	{"reply stalled", "reply lost", anything, partly(func(net.Conn) {}), asLost, false},

	{"ThrottlingException", "throttled", anything, exception(400, "ThrottlingException"), asThrottled, false},
	{"ProvisionedThroughputExceededException", "throttled", anything, exception(400, "ProvisionedThroughputExceededException"), asThrottled, false},
	{"RequestLimitExceeded", "throttled", anything, exception(400, "RequestLimitExceeded"), asThrottled, false},
	{"InternalServerError", "lost", anything, exception(500, "InternalServerError"), asLost, false},
	{"InternalServerError, carried out", "reply lost", anything, carriedOut(exception(500, "InternalServerError")), asLost, false},
	{"503", "lost", anything, page(503), asLost, false},
	{"503, carried out", "reply lost", anything, carriedOut(page(503)), asLost, false},
	{"AccessDeniedException", "refused", anything, exception(400, "AccessDeniedException"), asInternal, true},

	{"caller out of time, unsent", "caller gone, unsent", anything, giveUpUnsent, asBusy, true},
	{"caller out of time, request lost", "caller gone, lost", anything, giveUp, asLost, true},
	{"caller out of time, carried out", "caller gone, reply lost", anything, carriedOut(giveUp), asLost, true},
	{"caller out of time after the reply", "caller gone, replied", anything, giveUpLater, asBusyLater, true},

	{"TransactionConflict", "conflict", transactions, cancelled("TransactionConflict"), asBusy, false},
	{"TransactionConflict of the last", "conflict", transactions, cancelledLast("TransactionConflict"), asBusy, false},
	{"TransactionConflict in the place of a failed condition", "conflict", (*attempt).conditionFailed, conflictInstead, asBusy, false},
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

// faultsOn are those that can happen to a request.
func faultsOn(a *attempt) []*fault {
	var all []*fault
	for _, f := range everyFault {
		if f.on(a) {
			all = append(all, f)
		}
	}
	return all
}
