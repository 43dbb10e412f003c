package outbox

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/sqlite"
)

// recordOf is the stream's record of the item that DynamoDB would have of the
// activity. Attributes that cannot be read leave it without an image, which the
// function refuses: so the record becomes a dead letter.
func recordOf(o sqlite.Outgoing) events.DynamoDBEventRecord {
	number := strconv.FormatInt(o.Seq, 10)
	image := attributesOf(o.Attributes)
	keys := keysOf(o.Feed, image)
	for name, key := range keys {
		if image != nil {
			image[name] = key
		}
	}
	r := events.DynamoDBEventRecord{
		EventID: "sqlite-" + number, EventName: string(events.DynamoDBOperationTypeInsert),
		EventSource: "aws:dynamodb", EventVersion: "1.1",
	}
	r.Change.Keys, r.Change.NewImage = keys, image
	r.Change.SequenceNumber = number
	r.Change.SizeBytes = int64(len(o.Attributes))
	r.Change.StreamViewType = string(events.DynamoDBStreamViewTypeNewAndOldImages)
	r.Change.ApproximateCreationDateTime = events.SecondsEpochTime{Time: time.Now().Truncate(time.Second)}
	return r
}

func attributesOf(text string) map[string]events.DynamoDBAttributeValue {
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	decoder.UseNumber()
	var record map[string]any
	if decoder.Decode(&record) != nil || record == nil {
		return nil
	}
	return attributeOf(record).Map()
}

func attributeOf(v any) events.DynamoDBAttributeValue {
	switch v := v.(type) {
	case string:
		return events.NewStringAttribute(v)
	case json.Number:
		return events.NewNumberAttribute(v.String())
	case bool:
		return events.NewBooleanAttribute(v)
	case []any:
		list := make([]events.DynamoDBAttributeValue, len(v))
		for i, e := range v {
			list[i] = attributeOf(e)
		}
		return events.NewListAttribute(list)
	case map[string]any:
		m := make(map[string]events.DynamoDBAttributeValue, len(v))
		for name, e := range v {
			m[name] = attributeOf(e)
		}
		return events.NewMapAttribute(m)
	}
	return events.NewNullAttribute()
}

// keysOf is the primary key that the DynamoDB store gives the item.
func keysOf(feed string, image map[string]events.DynamoDBAttributeValue) map[string]events.DynamoDBAttributeValue {
	pk := "PROJECT#" + feed
	under := textIn(image, "imageId")
	if _, echo := image["echo"]; echo {
		if copied := image["copy"]; copied.DataType() == events.DataTypeMap {
			under = textIn(copied.Map(), "imageId")
		}
	}
	if under != "" {
		pk = "IMAGE#" + under
	}
	return map[string]events.DynamoDBAttributeValue{
		"pk": events.NewStringAttribute(pk),
		"sk": events.NewStringAttribute("ACTIVITY#" + textIn(image, "at") + "#" + textIn(image, "activityId")),
	}
}

func textIn(attributes map[string]events.DynamoDBAttributeValue, name string) string {
	if v := attributes[name]; v.DataType() == events.DataTypeString {
		return v.String()
	}
	return ""
}
