package disks

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
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
// done: of the largest, minutes.
const (
	attemptTimeout      = 5 * time.Minute
	tableAttemptTimeout = time.Second
)

// config is what the deployed function reads from its environment.
type config struct {
	awsclient.Environment
	endpoint      string           // AWS_ENDPOINT_URL_S3, for runs against a stand-in
	tableEndpoint string           // DYNAMODB_ENDPOINT, likewise
	tableName     string           // TABLE_NAME
	buckets       buckets.ByRegion // DISK_BUCKETS
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
	if c.buckets, err = buckets.Parse(getenv("DISK_BUCKETS")); err != nil {
		return config{}, fmt.Errorf("DISK_BUCKETS is %q: %w", getenv("DISK_BUCKETS"), err)
	}
	c.retentionDays = sharing.DefaultActivityRetentionDays
	if days := getenv("ACTIVITY_RETENTION_DAYS"); days != "" {
		c.retentionDays, err = strconv.Atoi(days)
		if err != nil || c.retentionDays < 1 || c.retentionDays > sharing.MaxActivityRetentionDays {
			return config{}, fmt.Errorf("ACTIVITY_RETENTION_DAYS is %q: it must be a whole number from 1 to %d", days, sharing.MaxActivityRetentionDays)
		}
	}
	return c, errors.Join(awsclient.CheckEndpoint("AWS_ENDPOINT_URL_S3", c.endpoint), awsclient.CheckEndpoint("DYNAMODB_ENDPOINT", c.tableEndpoint))
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
	http := awsclient.NewHTTPClient(attemptTimeout)
	places := NewPlaces(c.buckets, func(region string) *s3.Client {
		return NewClient(ClientConfig{Region: region, Endpoint: c.endpoint, Credentials: c.Credentials(), HTTPClient: http})
	})
	s := service.New(table, service.Config{
		ShareLimit:        sharing.MaxShares,
		ActivityRetention: time.Duration(c.retentionDays) * 24 * time.Hour,
	})
	lambda.Start(NewHandler(NewCopier(s, places, LeastPartSize), log))
}
