package dynamodblocal

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// Filter chooses the records that reach a handler, as the filter that
// template.yaml gives its event source mapping.
type Filter func(types.Record) bool

// DeletedImages wants the records of removed image items, for on-image-deleted.
func DeletedImages(r types.Record) bool {
	return r.EventName == types.OperationTypeRemove && sortKeyOf(r) == "IMAGE"
}

// NewActivities wants the records of new activities, for on-activity.
func NewActivities(r types.Record) bool {
	return r.EventName == types.OperationTypeInsert && strings.HasPrefix(sortKeyOf(r), "ACTIVITY#")
}

// sortKeyOf is "" for a key that is no text.
func sortKeyOf(r types.Record) string {
	sk, ok := r.Dynamodb.Keys[sortKey].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return sk.Value
}

// eventRecord is the record as Lambda delivers it (AWS Lambda, "Using AWS
// Lambda with Amazon DynamoDB"): the stream's own fields, and the stream's ARN.
func eventRecord(streamARN string, r types.Record) events.DynamoDBEventRecord {
	d := r.Dynamodb
	out := events.DynamoDBEventRecord{
		AWSRegion: aws.ToString(r.AwsRegion),
		Change: events.DynamoDBStreamRecord{
			ApproximateCreationDateTime: seconds(d.ApproximateCreationDateTime),
			Keys:                        attributes(d.Keys),
			NewImage:                    attributes(d.NewImage),
			OldImage:                    attributes(d.OldImage),
			SequenceNumber:              aws.ToString(d.SequenceNumber),
			SizeBytes:                   aws.ToInt64(d.SizeBytes),
			StreamViewType:              string(d.StreamViewType),
		},
		EventID:        aws.ToString(r.EventID),
		EventName:      string(r.EventName),
		EventSource:    aws.ToString(r.EventSource),
		EventVersion:   aws.ToString(r.EventVersion),
		EventSourceArn: streamARN,
	}
	if u := r.UserIdentity; u != nil { // of a removal by TTL
		out.UserIdentity = &events.DynamoDBUserIdentity{Type: aws.ToString(u.Type), PrincipalID: aws.ToString(u.PrincipalId)}
	}
	return out
}

func seconds(t *time.Time) events.SecondsEpochTime {
	return events.SecondsEpochTime{Time: time.Unix(aws.ToTime(t).Unix(), 0)}
}

func attributes(m map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	if m == nil {
		return nil // absent, as the image that an INSERT or a REMOVE lacks
	}
	out := make(map[string]events.DynamoDBAttributeValue, len(m))
	for name, v := range m {
		out[name] = attribute(v)
	}
	return out
}

// attribute panics on a kind that DynamoDB does not have.
func attribute(v types.AttributeValue) events.DynamoDBAttributeValue {
	switch v := v.(type) {
	case *types.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value)
	case *types.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value)
	case *types.AttributeValueMemberBS:
		return events.NewBinarySetAttribute(v.Value)
	case *types.AttributeValueMemberL:
		list := make([]events.DynamoDBAttributeValue, 0, len(v.Value))
		for _, element := range v.Value {
			list = append(list, attribute(element))
		}
		return events.NewListAttribute(list)
	case *types.AttributeValueMemberM:
		return events.NewMapAttribute(attributes(v.Value))
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value)
	case *types.AttributeValueMemberNS:
		return events.NewNumberSetAttribute(v.Value)
	case *types.AttributeValueMemberNULL:
		return events.NewNullAttribute()
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value)
	case *types.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value)
	default:
		panic(fmt.Sprintf("%T is no attribute value of DynamoDB", v))
	}
}
