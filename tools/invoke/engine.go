package main

import (
	"context"
	"log/slog"
	"time"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/dynamo"
)

// engine is the DynamoDB that the function uses.
type engine struct {
	endpoint  string
	tableName string
	stop      func() error
}

// openEngine takes the engine at DYNAMODB_ENDPOINT, where what an event does
// stays, or starts a DynamoDB Local that forgets it.
func openEngine(ctx context.Context, getenv func(string) string, log *slog.Logger) (engine, error) {
	e := engine{
		endpoint:  getenv("DYNAMODB_ENDPOINT"),
		tableName: getenv("TABLE_NAME"),
		stop:      func() error { return nil },
	}
	if e.tableName == "" {
		e.tableName = "image-sharing"
	}
	if e.endpoint != "" {
		return e, nil
	}
	installed, err := dynamodblocal.Install(ctx, log)
	if err != nil {
		return engine{}, err
	}
	process, err := installed.Start(ctx, dynamodblocal.Options{})
	if err != nil {
		return engine{}, err
	}
	e.endpoint, e.stop = process.Endpoint(), process.Stop
	return e, nil
}

// environment is that of a function on this engine.
func (e engine) environment() map[string]string {
	return map[string]string{"DYNAMODB_ENDPOINT": e.endpoint, "TABLE_NAME": e.tableName}
}

// attemptTimeout is longer than a function's: the engine may just have started.
const attemptTimeout = 10 * time.Second

// clientConfig reaches the engine as the function does.
func (e engine) clientConfig() dynamo.ClientConfig {
	return dynamo.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: e.endpoint, Credentials: dynamodblocal.Credentials(),
		HTTPClient: dynamo.NewHTTPClient(attemptTimeout),
	}
}

func (e engine) store() *dynamo.Store {
	return dynamo.New(dynamo.NewClient(e.clientConfig()), e.tableName)
}

// seed makes the table and loads the data unless it is there.
func (e engine) seed(ctx context.Context) error {
	if err := dynamodblocal.CreateTable(ctx, dynamo.NewClient(e.clientConfig()), e.tableName); err != nil {
		return err
	}
	return load(ctx, e.store())
}
