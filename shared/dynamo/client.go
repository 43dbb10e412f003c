package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/awsclient"
)

// ClientConfig says how to reach DynamoDB.
type ClientConfig struct {
	Region      string
	Endpoint    string // "" is the region's own
	Credentials aws.CredentialsProvider
	HTTPClient  dynamodb.HTTPClient // awsclient.NewHTTPClient's, or a wrapper of it
}

// maxAttempts is how often the SDK sends one call: 5.4 s at most with a
// function's attempt time-out of 1 s. What repeats whole calls watches the
// request's deadline.
const maxAttempts = 5

var backoff = awsclient.Backoff{Least: 25 * time.Millisecond, Most: 400 * time.Millisecond}

// NewClient returns a client that sends a call up to five times: reads change
// nothing, and every write has a request token.
func NewClient(c ClientConfig) *dynamodb.Client {
	options := dynamodb.Options{
		Region:      c.Region,
		Credentials: c.Credentials,
		HTTPClient:  c.HTTPClient,
		Retryer:     awsclient.NewRetryer(maxAttempts, backoff),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	return dynamodb.New(options)
}
