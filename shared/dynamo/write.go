package dynamo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// maxConflicts is how often a transaction that met another one is sent again.
const maxConflicts = 8

// write runs operations as one transaction: all or none. Even a single one
// goes this way, because only transactions have a request token, and only with
// a token is a lost response safe to ask for again: without it, the
// SDK's second attempt at a delete that had succeeded would find nothing and
// report a failure.
//
// It returns *conditionsFailed when a condition decided against it, Busy or
// Throttled when nothing was written, and OutcomeUnknown when that is not
// known.
func (t *Store) write(ctx context.Context, operations ...types.TransactWriteItem) error {
	var sent attempts
	input := &dynamodb.TransactWriteItemsInput{
		TransactItems: operations,
		// The same token for every attempt: should one that seemed lost arrive
		// late, it is the same transaction and takes effect only once.
		ClientRequestToken: aws.String(rand.Text()),
	}
	for attempt := 1; ; attempt++ {
		_, err := t.db.TransactWriteItems(ctx, input, sent.observe)
		if err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if errors.As(err, &cancelled) {
			failed := failedConditions(cancelled.CancellationReasons)
			if failed != nil && !sent.uncertain {
				return failed
			}
			if failed != nil {
				// An attempt that was lost may still arrive and find its
				// conditions true again. To decide anew now, or to call this a
				// refusal, would be wrong then; so nobody may find it in the cause.
				return sharing.OutcomeUnknown(fmt.Errorf("an attempt was lost, then %v", failed))
			}
			if safeToRepeat(cancelled.CancellationReasons) && attempt < maxConflicts && backoff.Wait(ctx, attempt) {
				continue
			}
		}
		return writeRefusal(err, sent.uncertain)
	}
}

// conditionsFailed says which operations of a transaction had a false
// condition, by position, and what their items were then; an item that did
// not exist is empty.
type conditionsFailed struct{ items map[int]item }

func (e *conditionsFailed) Error() string {
	return fmt.Sprintf("%d conditions failed", len(e.items))
}

// The codes of a cancellation reason (DynamoDB API reference,
// TransactWriteItems).
const (
	reasonNone            = "None"
	reasonConditionFailed = "ConditionalCheckFailed"
	reasonConflict        = "TransactionConflict"
	reasonThrottling      = "ThrottlingError"
	reasonThroughput      = "ProvisionedThroughputExceeded"
)

func failedConditions(reasons []types.CancellationReason) *conditionsFailed {
	items := make(map[int]item)
	for i, r := range reasons {
		if aws.ToString(r.Code) == reasonConditionFailed {
			items[i] = r.Item
		}
	}
	if len(items) == 0 {
		return nil
	}
	return &conditionsFailed{items}
}

// safeToRepeat reports whether a cancellation says only that the moment was
// bad: the same transaction may succeed if it is sent again. Any other reason
// would come back, or may hide that something is wrong.
func safeToRepeat(reasons []types.CancellationReason) bool {
	passing := false
	for _, r := range reasons {
		switch aws.ToString(r.Code) {
		case reasonNone:
		case reasonConflict, reasonThrottling, reasonThroughput:
			passing = true
		default:
			return false
		}
	}
	return passing
}

// returnOld makes a failed condition bring the item along, so that a refusal
// is explained without another read.
const returnOld = types.ReturnValuesOnConditionCheckFailureAllOld

func (t *Store) put(it item, condition *string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: t.name, Item: it, ConditionExpression: condition,
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: returnOld,
	}}
}

func (t *Store) update(k key, expression string, condition *string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: t.name, Key: k.item(), UpdateExpression: aws.String(expression),
		ConditionExpression: condition, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: returnOld,
	}}
}

func (t *Store) delete(k key, condition *string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: t.name, Key: k.item(),
		ConditionExpression: condition, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: returnOld,
	}}
}

func (t *Store) check(k key, condition *string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: t.name, Key: k.item(),
		ConditionExpression: condition, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: returnOld,
	}}
}
