package events

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"image-sharing/shared/awsclient"
)

// ClientConfig says how to reach EventBridge.
type ClientConfig struct {
	Region      string
	Endpoint    string // "" is the region's own
	Credentials aws.CredentialsProvider
	HTTPClient  eventbridge.HTTPClient // awsclient.NewHTTPClient's, or a wrapper of it
}

// maxAttempts is how often the SDK sends one call: 6.3 s at most with an attempt
// time-out of 2 s. Beyond that the stream sends the records again.
const maxAttempts = 3

var backoff = awsclient.Backoff{Least: 100 * time.Millisecond, Most: 400 * time.Millisecond}

// NewClient returns a client that sends a call up to three times: to publish twice
// is allowed.
func NewClient(c ClientConfig) *eventbridge.Client {
	options := eventbridge.Options{
		Region:      c.Region,
		Credentials: c.Credentials,
		HTTPClient:  c.HTTPClient,
		Retryer:     awsclient.NewRetryer(maxAttempts, backoff),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	return eventbridge.New(options)
}
