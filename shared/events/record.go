package events

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// The sort key of the table's items and how that of an activity begins. Package
// dynamo makes it; importing that would link all of DynamoDB into a function that
// does not call it.
const (
	sortKey        = "sk"
	activityPrefix = "ACTIVITY#"
)

var errNoSortKey = errors.New("the record is none of the table's stream: it has no sort key")

// activityOf reads the stream record of a new activity; ok is false for a record
// of anything else, which the event source's filter should have kept away, and
// for an entry that is not to be published. An error means that the record
// cannot be understood, however often it is tried.
func activityOf(r events.DynamoDBEventRecord) (a sharing.Activity, ok bool, err error) {
	switch events.DynamoDBOperationType(r.EventName) {
	case events.DynamoDBOperationTypeModify, events.DynamoDBOperationTypeRemove:
		return sharing.Activity{}, false, nil
	case events.DynamoDBOperationTypeInsert:
	default:
		return sharing.Activity{}, false, fmt.Errorf("the record is of no known operation: %.80q", r.EventName)
	}
	sk, isText := valueOf(r.Change.Keys[sortKey]).(string)
	if !isText {
		return sharing.Activity{}, false, errNoSortKey
	}
	if !strings.HasPrefix(sk, activityPrefix) {
		return sharing.Activity{}, false, nil
	}
	e, err := stored.DecodeActivity(lookupIn(r.Change.NewImage))
	if err != nil {
		return sharing.Activity{}, false, fmt.Errorf("the record of %.80q cannot be read: %w", sk, err)
	}
	return e.Activity, !e.Echo, nil
}

// lookupIn finds attributes in an item of the stream.
func lookupIn(attributes map[string]events.DynamoDBAttributeValue) stored.Lookup {
	return func(name string) (any, bool) {
		v, there := attributes[name]
		return valueOf(v), there
	}
}

// valueOf is nil for what package stored has no value for; asking the wrong
// type of an events.DynamoDBAttributeValue panics.
func valueOf(v events.DynamoDBAttributeValue) any {
	switch v.DataType() {
	case events.DataTypeString:
		return v.String()
	case events.DataTypeNumber:
		n, err := v.Integer()
		if err != nil || strings.ContainsAny(v.Number(), ".eE") {
			return nil
		}
		return n
	case events.DataTypeMap:
		return lookupIn(v.Map())
	case events.DataTypeList:
		list := make([]any, 0, len(v.List()))
		for _, e := range v.List() {
			list = append(list, valueOf(e))
		}
		return list
	}
	return nil
}
