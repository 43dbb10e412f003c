package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	lambda "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/delivery"
	"image-sharing/local/dynamodblocal"
	"image-sharing/local/eventbridge"
	"image-sharing/local/lambdaruntime"
	"image-sharing/local/outbox"
	"image-sharing/local/sqlite"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/events"
	"image-sharing/shared/service"
)

// storage is a store, and whether there is anything in it.
type storage struct {
	service.Store
	empty func(context.Context) (bool, error)
}

func (r *Runner) startStore(ctx context.Context, c Config, bus *eventbridge.Bus) (storage, error) {
	if c.Store == DynamoDB {
		return r.startDynamoDB(ctx, c, bus)
	}
	open := func() (*sqlite.Store, error) { return sqlite.Open(c.DataDir, c.Log) }
	if c.DataDir == InMemory {
		open = sqlite.OpenMemory
	}
	store, err := open()
	if err != nil {
		return storage{}, err
	}
	r.onStop(store.Close)
	r.run("the removal of expired activities", func(ctx context.Context) error { return removeExpired(ctx, store, c.Log) })
	// A share reads its targets in its own transaction: none comes after the closing.
	r.run("the outbox", outbox.New(store, eventbridge.MostKept, onActivity(bus, events.Closings{Service: c.service(store)}, c.Log), c.Log).Run)
	return storage{store, store.Empty}, nil
}

// removeExpired does once a day what DynamoDB's time to live does, until ctx ends.
func removeExpired(ctx context.Context, store *sqlite.Store, log *slog.Logger) error {
	for {
		removed, err := store.RemoveExpired(ctx, time.Now())
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.WarnContext(ctx, "activities whose time is over could not be removed, trying again tomorrow", "cause", err)
		case removed > 0:
			log.InfoContext(ctx, "activities whose time is over are removed", "activities", removed)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(24 * time.Hour):
		}
	}
}

// busName is that of the event bus.
const busName = "image-sharing"

// localSettling is shorter than a deployment's: the index of DynamoDB Local is never
// late, a share takes no second, and until it is over no later event is published.
const localSettling = 3 * time.Second

// onActivity is the function that publishes activities on the bus, and ends the
// shares of closed projects. It logs failures only: after each start a thousand
// activities come again.
func onActivity(bus *eventbridge.Bus, c events.Closings, log *slog.Logger) delivery.Handler {
	client := events.NewClient(events.ClientConfig{
		Region: dynamodblocal.Region, Credentials: dynamodblocal.Credentials(), HTTPClient: bus,
	})
	handle := events.NewHandler(events.NewPublisher(client, busName), c, slog.New(failures{log.Handler()}))
	return func(ctx context.Context, e lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error) {
		return handle(lambdaruntime.Context(ctx, "on-activity"), e)
	}
}

// attemptTimeout is longer than a function's: DynamoDB Local handles writes one
// after the other, so a burst of them waits for its turn.
const attemptTimeout = 10 * time.Second

func (r *Runner) startDynamoDB(ctx context.Context, c Config, bus *eventbridge.Bus) (storage, error) {
	endpoint := c.DynamoDBEndpoint
	if endpoint == "" {
		var err error
		if endpoint, err = r.startDynamoDBLocal(ctx, c); err != nil {
			return storage{}, err
		}
	}
	r.DynamoDBEndpoint = endpoint
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: endpoint, Credentials: dynamodblocal.Credentials(),
		HTTPClient: c.client(),
	})
	if err := dynamodblocal.CreateTable(ctx, db, c.TableName); err != nil {
		return storage{}, fmt.Errorf("cannot use the table %s at %s: %w", c.TableName, endpoint, err)
	}
	t := dynamo.New(db, c.TableName)
	streams := dynamodblocal.Streams(endpoint)
	if !c.WithoutCleanUp {
		r.run("the clean-up", dynamodblocal.NewPump(db, streams, c.TableName, dynamodblocal.DeletedImages, onImageDeleted(t, c.Log), c.Log).Run)
	}
	publish := onActivity(bus, events.Closings{Service: c.service(t), Settling: localSettling}, c.Log)
	r.run("the outbox", dynamodblocal.NewPump(db, streams, c.TableName, dynamodblocal.NewActivities, publish, c.Log).Run)
	empty := func(ctx context.Context) (bool, error) { return dynamodblocal.Empty(ctx, db, c.TableName) }
	return storage{t, empty}, nil
}

// client is what the functions send requests to DynamoDB with.
func (c Config) client() aws.HTTPClient {
	if c.HTTPClient != nil {
		return c.HTTPClient
	}
	return awsclient.NewHTTPClient(attemptTimeout)
}

// failures drops what is no failure: neither what went well, nor what a stop cut off,
// which the next start does.
type failures struct{ slog.Handler }

// Enabled implements slog.Handler.
func (f failures) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && !errors.Is(ctx.Err(), context.Canceled) && f.Handler.Enabled(ctx, level)
}

// onImageDeleted is the function behind the table's stream.
func onImageDeleted(t *dynamo.Store, log *slog.Logger) delivery.Handler {
	handle := cleanup.NewHandler(t, log)
	return func(ctx context.Context, e lambda.DynamoDBEvent) (lambda.DynamoDBEventResponse, error) {
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
