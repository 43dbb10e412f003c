package main

import (
	"context"
	"log/slog"
	"time"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
)

// store is the DynamoDB that the function uses.
type store struct {
	endpoint  string
	tableName string
	stop      func() error
}

// openStore takes the DynamoDB at DYNAMODB_ENDPOINT, where what an event does
// stays, or starts a DynamoDB Local that forgets it.
func openStore(ctx context.Context, getenv func(string) string, log *slog.Logger) (store, error) {
	s := store{
		endpoint:  getenv("DYNAMODB_ENDPOINT"),
		tableName: getenv("TABLE_NAME"),
		stop:      func() error { return nil },
	}
	if s.tableName == "" {
		s.tableName = "image-sharing"
	}
	if s.endpoint != "" {
		return s, nil
	}
	installed, err := dynamodblocal.Install(ctx, log)
	if err != nil {
		return store{}, err
	}
	process, err := installed.Start(ctx, dynamodblocal.Options{})
	if err != nil {
		return store{}, err
	}
	s.endpoint, s.stop = process.Endpoint(), process.Stop
	return s, nil
}

// environment is that of a function on this store.
func (s store) environment() map[string]string {
	return map[string]string{
		"DYNAMODB_ENDPOINT": s.endpoint, "TABLE_NAME": s.tableName, "PLATFORM_CLIENTS": "platform",
		"JWT_ISSUER": "https://issuer.example", "CONSOLE_CLIENT_ID": "console",
	}
}

// attemptTimeout is longer than a function's: DynamoDB Local may just have started.
const attemptTimeout = 10 * time.Second

// clientConfig reaches the store as the function does.
func (s store) clientConfig() dynamo.ClientConfig {
	return dynamo.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: s.endpoint, Credentials: dynamodblocal.Credentials(),
		HTTPClient: awsclient.NewHTTPClient(attemptTimeout),
	}
}

func (s store) table() *dynamo.Store {
	return dynamo.New(dynamo.NewClient(s.clientConfig()), s.tableName)
}

// seed makes the table and loads the data unless it is there.
func (s store) seed(ctx context.Context) error {
	if err := dynamodblocal.CreateTable(ctx, dynamo.NewClient(s.clientConfig()), s.tableName); err != nil {
		return err
	}
	return load(ctx, s.table())
}
