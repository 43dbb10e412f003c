package queue

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/delivery"
	"image-sharing/local/dynamodblocal"
	"image-sharing/local/lambdaruntime"
)

// call hands a message to the handler, with a deadline, as Lambda does. Whatever the
// reply names, it is this message, or the whole batch, which is the same (AWS Lambda,
// "Implementing partial batch responses").
func (q *Queue) call(ctx context.Context, handler Handler, m *message) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	reply, err := delivery.Recovered(lambdaruntime.Context(ctx, q.c.Function), handler, events.SQSEvent{Records: []events.SQSMessage{q.record(m)}})
	if err == nil && len(reply.BatchItemFailures) > 0 {
		err = errReported
	}
	return err
}

// record is a message as Lambda hands it over (AWS Lambda, "Using Lambda with Amazon
// SQS").
func (q *Queue) record(m *message) events.SQSMessage {
	sum := md5.Sum([]byte(m.body))
	sent := strconv.FormatInt(m.sent.UnixMilli(), 10)
	return events.SQSMessage{
		MessageId:     m.id,
		ReceiptHandle: fmt.Sprintf("%s-%d", m.id, m.received),
		Body:          m.body,
		Md5OfBody:     hex.EncodeToString(sum[:]),
		Attributes: map[string]string{
			"ApproximateReceiveCount":          strconv.Itoa(m.received),
			"SentTimestamp":                    sent,
			"SenderId":                         "events.amazonaws.com",
			"ApproximateFirstReceiveTimestamp": sent,
		},
		MessageAttributes: map[string]events.SQSMessageAttribute{},
		EventSourceARN:    "arn:aws:sqs:" + dynamodblocal.Region + ":000000000000:" + q.c.Function,
		EventSource:       "aws:sqs",
		AWSRegion:         dynamodblocal.Region,
	}
}
