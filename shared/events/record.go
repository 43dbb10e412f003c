package events

import (
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// activityOf reads the stream record of a new activity; ok is false for a record
// of anything else, which the event source's filter should have kept away, and
// for an entry that is not to be published. An error means that the record
// cannot be understood, however often it is tried.
func activityOf(r events.DynamoDBEventRecord) (a sharing.Activity, ok bool, err error) {
	if r.EventName != string(events.DynamoDBOperationTypeInsert) {
		return sharing.Activity{}, false, nil
	}
	lookup := lookupIn(r.Change.NewImage)
	if _, there := lookup("activityId"); !there {
		return sharing.Activity{}, false, nil
	}
	e, err := stored.DecodeActivity(lookup)
	return e.Activity, err == nil && !e.Echo, err
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
