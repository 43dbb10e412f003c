// Package streamreply tells Lambda how a batch of a table's stream went.
package streamreply

import (
	"errors"

	"github.com/aws/aws-lambda-go/events"
)

// errNoSequenceNumber fails the whole batch: a partial reply could not name
// the record.
var errNoSequenceNumber = errors.New("a stream record without a sequence number failed")

// FailedFrom names the first record that failed, from which on Lambda sends the
// batch again (AWS Lambda, "Report batch item failures"): records after it come
// again, whether they were handled or not.
func FailedFrom(r events.DynamoDBEventRecord) (events.DynamoDBEventResponse, error) {
	number := r.Change.SequenceNumber
	if number == "" {
		return events.DynamoDBEventResponse{}, errNoSequenceNumber
	}
	return events.DynamoDBEventResponse{
		BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: number}},
	}, nil
}
