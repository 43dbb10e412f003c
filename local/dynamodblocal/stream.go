package dynamodblocal

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
)

// stream is how far a stream has been read.
type stream struct {
	arn    string
	shards map[string]*shard // by id
}

// shard is how far one shard has been read.
type shard struct {
	id, parent string
	iterator   *string // nil when a new one is to be had
	last       *string // the sequence number of the last record done with
	ended      bool    // no record will follow
}

// readable are the shards to read now: a parent to its end before its
// children, because an item's older records are in the parent.
func (s *stream) readable() []*shard {
	var readable []*shard
	for _, sh := range s.shards {
		parent := s.shards[sh.parent]
		if !sh.ended && (parent == nil || parent.ended) {
			readable = append(readable, sh)
		}
	}
	return readable
}

// open finds the table's stream. The positions stay if it is the one that s
// knows, but not the iterators: they may be what failed.
func (p *Pump) open(ctx context.Context, s *stream) error {
	out, err := p.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(p.table)})
	if err != nil {
		return err
	}
	arn := aws.ToString(out.Table.LatestStreamArn)
	if arn == "" {
		return fmt.Errorf("the table %s has no stream", p.table)
	}
	if arn != s.arn {
		*s = stream{arn: arn}
	}
	for _, sh := range s.shards {
		sh.iterator = nil
	}
	return nil
}

// discover takes up the shards that are new and drops those that are gone.
func (p *Pump) discover(ctx context.Context, s *stream) error {
	shards := make(map[string]*shard)
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(s.arn)}
	for {
		out, err := p.streams.DescribeStream(ctx, in)
		if err != nil {
			return err
		}
		for _, d := range out.StreamDescription.Shards {
			id := aws.ToString(d.ShardId)
			if shards[id] = s.shards[id]; shards[id] == nil {
				shards[id] = &shard{id: id, parent: aws.ToString(d.ParentShardId)}
			}
		}
		in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId
		if in.ExclusiveStartShardId == nil {
			s.shards = shards
			return nil
		}
	}
}
