// Package startup is what the deployed functions have in common before their
// first request: configuration, log, and for most the connection to DynamoDB.
package startup

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"image-sharing/shared/apigateway"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/service"
)

// attemptTimeout bounds each attempt of a call to DynamoDB: five of them with
// their waits fit well into a function's time.
const attemptTimeout = time.Second

// pageTimeout is that of a function that reads whole pages of the table, 1 MB each.
const pageTimeout = 10 * time.Second

// ServeHTTP runs a function behind the gateway. It does not return.
func ServeHTTP(f httpapi.Function) {
	c, log := configured()
	lambda.Start(apigateway.JSON(apigateway.NewHandler(httpapi.NewHandler(f, c.service(c.connected(attemptTimeout)), c.platform, log))))
}

// ServeStream runs the function behind the table's stream, with what removes the disks
// of a deleted image, as the environment says. It does not return.
func ServeStream(removal func(getenv func(string) string) (cleanup.RemoveDisks, error)) {
	remove, err := removal(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(lambdalog.New(os.Stdout), err)
	}
	c, log := configured()
	lambda.Start(cleanup.NewHandler(c.connected(attemptTimeout), log, remove))
}

// Service returns the use cases of a function that another package serves and that seldom
// needs them, and its log.
func Service() (*service.Service, *slog.Logger) {
	c, log := configured()
	return c.service(c.table(c.client(attemptTimeout))), log
}

// Table returns the store of a function that reads whole pages of it and that another
// package serves, the use cases on it, and the log.
func Table() (*dynamo.Store, *service.Service, *slog.Logger) {
	c, log := configured()
	table := c.connected(pageTimeout)
	return table, c.service(table), log
}

// configured ends the process when the configuration is bad. Which configuration a
// version started with is in its log.
func configured() (config, *slog.Logger) {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	log.Info("starting", slog.String("configuration", c.configuration), slog.Int("shareLimit", c.shareLimit))
	return c, log
}

func (c config) service(table *dynamo.Store) *service.Service {
	return service.New(table, service.Config{
		ShareLimit:        c.shareLimit,
		ActivityRetention: time.Duration(c.retentionDays) * 24 * time.Hour,
		Regions:           c.regions,
	})
}

// connected returns the store, with a connection to DynamoDB that is open already. The
// timeout is that of an attempt.
func (c config) connected(timeout time.Duration) *dynamo.Store {
	client := c.client(timeout)
	connect(client.HTTPClient, c.dynamoDBURL())
	return c.table(client)
}

func (c config) table(client dynamo.ClientConfig) *dynamo.Store {
	return dynamo.New(dynamo.NewClient(client), c.tableName)
}

func (c config) client(timeout time.Duration) dynamo.ClientConfig {
	return dynamo.ClientConfig{
		Region: c.Region, Endpoint: c.endpoint, Credentials: c.Credentials(), HTTPClient: awsclient.NewHTTPClient(timeout),
	}
}
