// Package startup is what the deployed functions have in common before their
// first request: configuration, log, the connection to DynamoDB.
package startup

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/apigateway"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/service"
)

// attemptTimeout bounds each attempt of a call to DynamoDB: five of them with
// their waits fit well into a function's time.
const attemptTimeout = time.Second

// ServeHTTP runs a function behind the gateway. It does not return.
func ServeHTTP(f httpapi.Function) {
	c, log := configured()
	s := service.New(c.table(), service.Config{
		ShareLimit:        c.shareLimit,
		ActivityRetention: time.Duration(c.retentionDays) * 24 * time.Hour,
	})
	lambda.Start(apigateway.Decoding(apigateway.NewHandler(httpapi.NewHandler(f, s, c.platform, log))))
}

// ServeStream runs the function behind the table's stream. It does not return.
func ServeStream() {
	c, log := configured()
	lambda.Start(cleanup.NewHandler(c.table(), log))
}

// configured ends the process when the configuration is bad: a function that
// cannot work must fail at init, where deployments and alarms see it. Which
// configuration a version started with is in its log.
func configured() (config, *slog.Logger) {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		log.Error("cannot start", slog.String("outcome", "CannotStart"), slog.String("cause", err.Error()))
		os.Exit(1)
	}
	log.Info("starting", slog.String("configuration", c.configuration), slog.Int("shareLimit", c.shareLimit))
	return c, log
}

// table returns the store, with a connection to DynamoDB that is open already.
func (c config) table() *dynamo.Store {
	client := dynamo.NewHTTPClient(attemptTimeout)
	connect(client, c.dynamoDBURL())
	return dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region:   c.region,
		Endpoint: c.endpoint,
		// Those of Lambda stay the same for the life of the process.
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return c.credentials, nil
		}),
		HTTPClient: client,
	}), c.tableName)
}
