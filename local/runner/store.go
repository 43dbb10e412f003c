package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/lambdaruntime"
	"image-sharing/local/sqlite"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
)

func (r *Runner) startStore(ctx context.Context, c Config) (service.Store, error) {
	if c.Store == DynamoDB {
		return r.startDynamoDB(ctx, c)
	}
	open := func() (*sqlite.Store, error) { return sqlite.Open(c.DataDir, c.Log) }
	if c.DataDir == InMemory {
		open = sqlite.OpenMemory
	}
	store, err := open()
	if err != nil {
		return nil, err
	}
	r.onStop(store.Close)
	return store, nil
}

// attemptTimeout is longer than a function's: DynamoDB Local handles writes one
// after the other, so a burst of them waits for its turn.
const attemptTimeout = 10 * time.Second

func (r *Runner) startDynamoDB(ctx context.Context, c Config) (service.Store, error) {
	endpoint := c.DynamoDBEndpoint
	if endpoint == "" {
		var err error
		if endpoint, err = r.startDynamoDBLocal(ctx, c); err != nil {
			return nil, err
		}
	}
	r.DynamoDBEndpoint = endpoint
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: endpoint, Credentials: dynamodblocal.Credentials(),
		HTTPClient: c.client(),
	})
	if err := dynamodblocal.CreateTable(ctx, db, c.TableName); err != nil {
		return nil, fmt.Errorf("cannot use the table %s at %s: %w", c.TableName, endpoint, err)
	}
	t := dynamo.New(db, c.TableName)
	if !c.WithoutCleanUp {
		streams := dynamodblocal.Streams(endpoint)
		r.run("the stream pump", dynamodblocal.NewPump(db, streams, c.TableName, onImageDeleted(t, c.Log), c.Log).Run)
	}
	return t, nil
}

// client is what the functions send requests to DynamoDB with.
func (c Config) client() aws.HTTPClient {
	if c.HTTPClient != nil {
		return c.HTTPClient
	}
	return dynamo.NewHTTPClient(attemptTimeout)
}

// onImageDeleted is the function behind the table's stream.
func onImageDeleted(t *dynamo.Store, log *slog.Logger) dynamodblocal.Handler {
	handle := cleanup.NewHandler(t, log)
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		return handle(lambdaruntime.Context(ctx, "on-image-deleted"), e)
	}
}

func (r *Runner) startDynamoDBLocal(ctx context.Context, c Config) (endpoint string, err error) {
	installed, err := dynamodblocal.Install(ctx, c.Log)
	if err != nil {
		return "", err
	}
	dir := "" // in memory
	if c.DataDir != InMemory {
		dir = filepath.Join(c.DataDir, "dynamodb")
	}
	process, err := installed.Start(ctx, dynamodblocal.Options{DataDir: dir})
	if err != nil {
		return "", err
	}
	r.onStop(process.Stop)
	go func() {
		<-process.Done()
		r.failed <- errors.New("DynamoDB Local stopped by itself")
	}()
	return process.Endpoint(), nil
}

// run runs f beside the service until Stop.
func (r *Runner) run(name string, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil && ctx.Err() == nil {
			r.failed <- fmt.Errorf("%s stopped: %w", name, err)
		}
	}()
	r.onStop(func() error {
		cancel()
		<-done
		return nil
	})
}
