package disks

import (
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/buckets"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// How long an attempt of a call may take. S3 answers to the copy of a part when it is
// done: of the largest, minutes. What is removed has no part in that.
const (
	attemptTimeout       = 5 * time.Minute
	removeAttemptTimeout = 5 * time.Second
	tableAttemptTimeout  = time.Second
)

// config is what the deployed function reads from its environment.
type config struct {
	awsclient.Environment
	endpoint      string           // AWS_ENDPOINT_URL_S3, for runs against a stand-in
	tableEndpoint string           // DYNAMODB_ENDPOINT, likewise
	tableName     string           // TABLE_NAME
	buckets       buckets.ByRegion // DISK_BUCKETS; without, every message is ignored
	retentionDays int              // ACTIVITY_RETENTION_DAYS
	configuration string           // CONFIGURATION, counted up for a new version of the same code
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (c config, err error) {
	if c.Environment, err = awsclient.ReadEnvironment(getenv); err != nil {
		return config{}, err
	}
	c.endpoint, c.tableEndpoint, c.tableName, c.configuration = getenv("AWS_ENDPOINT_URL_S3"), getenv("DYNAMODB_ENDPOINT"), getenv("TABLE_NAME"), getenv("CONFIGURATION")
	if c.tableName == "" {
		return config{}, errors.New("TABLE_NAME is not set: name the DynamoDB table")
	}
	if c.buckets, err = buckets.FromEnvironment(getenv); err != nil {
		return config{}, err
	}
	if c.retentionDays, err = awsclient.NumberIn("ACTIVITY_RETENTION_DAYS", getenv("ACTIVITY_RETENTION_DAYS"), sharing.DefaultActivityRetentionDays, sharing.MaxActivityRetentionDays); err != nil {
		return config{}, err
	}
	return c, errors.Join(awsclient.CheckEndpoint("AWS_ENDPOINT_URL_S3", c.endpoint), awsclient.CheckEndpoint("DYNAMODB_ENDPOINT", c.tableEndpoint))
}

// PlacesToRemove are those of a function that removes disks, as its environment says:
// none where the platform copies. An error names the variable to set.
func PlacesToRemove(getenv func(string) string) (Places, error) {
	environment, err := awsclient.ReadEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	endpoint := getenv("AWS_ENDPOINT_URL_S3")
	if err := awsclient.CheckEndpoint("AWS_ENDPOINT_URL_S3", endpoint); err != nil {
		return nil, err
	}
	all, err := buckets.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	return placesOf(all, environment, endpoint, removeAttemptTimeout), nil
}

func placesOf(all buckets.ByRegion, e awsclient.Environment, endpoint string, timeout time.Duration) Places {
	http := awsclient.NewHTTPClient(timeout)
	return NewPlaces(all, func(region string) *s3.Client {
		return NewClient(ClientConfig{Region: region, Endpoint: endpoint, Credentials: e.Credentials(), HTTPClient: http})
	})
}

// Serve runs the function behind the queue of copies to be made. It does not return.
// It ends the process when the configuration is bad.
func Serve() {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	log.Info("starting", slog.String("configuration", c.configuration), slog.String("regions", strings.Join(c.buckets.Regions(), " ")))
	table := dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region: c.Region, Endpoint: c.tableEndpoint, Credentials: c.Credentials(), HTTPClient: awsclient.NewHTTPClient(tableAttemptTimeout),
	}), c.tableName)
	places := placesOf(c.buckets, c.Environment, c.endpoint, attemptTimeout)
	s := service.New(table, service.Config{
		ShareLimit:        sharing.MaxShares,
		ActivityRetention: time.Duration(c.retentionDays) * 24 * time.Hour,
	})
	lambda.Start(NewHandler(NewCopier(s, places, Config{LeastPartSize: LeastPartSize}), log))
}
