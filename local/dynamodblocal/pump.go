package dynamodblocal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"image-sharing/local/delivery"
)

const (
	batchSize     = 100 // as Lambda's default
	idleWait      = 100 * time.Millisecond
	discoverEvery = time.Second
	troubleWait   = time.Second
	streamTimeout = 10 * time.Second
)

// Pump reads a table's stream and hands those of its records that a filter wants
// to a handler: on one machine it stands for Lambda's event source mapping, with
// the same filter, batches and partial replies, and the log as dead-letter queue.
// As there, each function has its own, so that none waits for another's retries.
type Pump struct {
	db      *dynamodb.Client
	streams *dynamodbstreams.Client
	table   string
	wanted  Filter
	mapping delivery.Mapping
	log     *slog.Logger
}

// NewPump returns a pump. Both clients must lead to the same engine.
func NewPump(db *dynamodb.Client, streams *dynamodbstreams.Client, table string, wanted Filter, handler delivery.Handler, log *slog.Logger) *Pump {
	log = log.With("table", table)
	return &Pump{db: db, streams: streams, table: table, wanted: wanted, mapping: delivery.Mapping{Handler: handler, Log: log}, log: log}
}

// Streams returns a client for the streams of a local engine.
func Streams(endpoint string) *dynamodbstreams.Client {
	return dynamodbstreams.New(dynamodbstreams.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       Region,
		Credentials:  Credentials(),
		HTTPClient:   awshttp.NewBuildableClient().WithTimeout(streamTimeout),
	})
}

// Run delivers the records of the table's stream until ctx ends, and returns
// nil then. It begins with the oldest record that the stream still holds, so
// the handler must bear to see a record again. It outlives every failure of
// the engine: it logs it and goes on from where it was.
func (p *Pump) Run(ctx context.Context) error {
	var s stream
	for {
		err := p.follow(ctx, &s)
		if ctx.Err() != nil {
			return nil
		}
		p.log.WarnContext(ctx, "the table's stream cannot be read, trying again", "cause", err)
		_ = sleep(ctx, troubleWait) // follow will see that ctx has ended
	}
}

// follow reads the stream on from s until an error.
func (p *Pump) follow(ctx context.Context, s *stream) error {
	if err := p.open(ctx, s); err != nil {
		return err
	}
	var discovered time.Time
	for {
		// A new table's stream has no shard before the first write.
		if time.Since(discovered) > discoverEvery || len(s.readable()) == 0 {
			if err := p.discover(ctx, s); err != nil {
				return err
			}
			discovered = time.Now()
		}
		records, err := p.readShards(ctx, s)
		if err != nil {
			return err
		}
		if records == 0 {
			if err := sleep(ctx, idleWait); err != nil {
				return err
			}
		}
	}
}

func (p *Pump) readShards(ctx context.Context, s *stream) (records int, err error) {
	for _, sh := range s.readable() {
		n, err := p.readShard(ctx, s.arn, sh)
		if err != nil {
			return records, err
		}
		records += n
	}
	return records, nil
}

// readShard delivers the shard's next batch. The position moves only when the
// whole batch is done with: an error in between repeats records, never skips
// one.
func (p *Pump) readShard(ctx context.Context, arn string, sh *shard) (records int, err error) {
	out, err := p.getRecords(ctx, arn, sh)
	if err != nil {
		// The position is older than the stream: its oldest record is next.
		var trimmed *types.TrimmedDataAccessException
		if errors.As(err, &trimmed) {
			sh.last = nil
		}
		return 0, fmt.Errorf("shard %s: %w", sh.id, err)
	}
	var batch []events.DynamoDBEventRecord
	for _, r := range out.Records {
		if p.wanted(r) {
			batch = append(batch, eventRecord(arn, r))
		}
	}
	if err := p.mapping.Deliver(ctx, batch); err != nil {
		return 0, err
	}
	if n := len(out.Records); n > 0 {
		sh.last = out.Records[n-1].Dynamodb.SequenceNumber
	}
	sh.iterator = out.NextShardIterator
	sh.ended = sh.iterator == nil
	return len(out.Records), nil
}

func (p *Pump) getRecords(ctx context.Context, arn string, sh *shard) (*dynamodbstreams.GetRecordsOutput, error) {
	if sh.iterator == nil {
		in := &dynamodbstreams.GetShardIteratorInput{
			StreamArn: aws.String(arn), ShardId: aws.String(sh.id),
			ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
		}
		if sh.last != nil {
			in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, sh.last
		}
		out, err := p.streams.GetShardIterator(ctx, in)
		if err != nil {
			return nil, err
		}
		sh.iterator = out.ShardIterator
	}
	return p.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{
		ShardIterator: sh.iterator, Limit: aws.Int32(batchSize),
	})
}

// sleep returns early, with ctx's error, when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
