package dynamodblocal

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

func everyKind() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"s":    &types.AttributeValueMemberS{Value: "IMAGE"},
		"n":    &types.AttributeValueMemberN{Value: "-1.5E+10"},
		"b":    &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"bool": &types.AttributeValueMemberBOOL{Value: true},
		"null": &types.AttributeValueMemberNULL{Value: true},
		"ss":   &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"ns":   &types.AttributeValueMemberNS{Value: []string{"1", "2.5"}},
		"bs":   &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2, 3}}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberS{Value: ""}, &types.AttributeValueMemberL{Value: []types.AttributeValue{}},
		}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"inner": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}},
		}},
	}
}

// The shape is the one that AWS documents for Lambda.
const everyKindJSON = `{
	"awsRegion": "eu-west-1",
	"dynamodb": {
		"ApproximateCreationDateTime": 1479499740,
		"Keys": {"sk": {"S": "IMAGE"}},
		"OldImage": {
			"s": {"S": "IMAGE"}, "n": {"N": "-1.5E+10"}, "b": {"B": "AP8="},
			"bool": {"BOOL": true}, "null": {"NULL": true},
			"ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AQ==", "AgM="]},
			"l": {"L": [{"S": ""}, {"L": []}]}, "m": {"M": {"inner": {"M": {}}}}
		},
		"SequenceNumber": "13021600000000001596893679",
		"SizeBytes": 112,
		"StreamViewType": "NEW_AND_OLD_IMAGES"
	},
	"eventID": "bb53d5bc8f0bcb4b8f8c6d6e2a5dd2a4",
	"eventName": "REMOVE",
	"eventSource": "aws:dynamodb",
	"eventVersion": "1.1",
	"eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026",
	"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
}`

// The handler gets what it would get of Lambda, where the record comes as
// JSON.
func TestEventRecordIsAsLambdaDeliversIt(t *testing.T) {
	got := eventRecord("arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026", types.Record{
		AwsRegion: aws.String("eu-west-1"),
		Dynamodb: &types.StreamRecord{
			ApproximateCreationDateTime: aws.Time(time.Unix(1479499740, 0).UTC()),
			Keys:                        map[string]types.AttributeValue{"sk": &types.AttributeValueMemberS{Value: "IMAGE"}},
			OldImage:                    everyKind(),
			SequenceNumber:              aws.String("13021600000000001596893679"),
			SizeBytes:                   aws.Int64(112),
			StreamViewType:              types.StreamViewTypeNewAndOldImages,
		},
		EventID: aws.String("bb53d5bc8f0bcb4b8f8c6d6e2a5dd2a4"), EventName: types.OperationTypeRemove,
		EventSource: aws.String("aws:dynamodb"), EventVersion: aws.String("1.1"),
		UserIdentity: &types.Identity{Type: aws.String("Service"), PrincipalId: aws.String("dynamodb.amazonaws.com")},
	})
	var want events.DynamoDBEventRecord
	if err := json.Unmarshal([]byte(everyKindJSON), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
