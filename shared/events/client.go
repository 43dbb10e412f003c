package events

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// ClientConfig says how to reach EventBridge.
type ClientConfig struct {
	Region      string
	Endpoint    string // "" is the region's own
	Credentials aws.CredentialsProvider
	HTTPClient  eventbridge.HTTPClient // NewHTTPClient's, or a wrapper of it
}

// maxAttempts is how often the SDK sends one call: 6.3 s at most with an attempt
// time-out of 2 s. Beyond that the stream sends the records again.
const maxAttempts = 3

// NewClient returns a client that sends a call up to three times, with full
// jitter, and without the SDK's retry quota: what it would save, the stream sends
// again.
func NewClient(c ClientConfig) *eventbridge.Client {
	options := eventbridge.Options{
		Region:      c.Region,
		Credentials: c.Credentials,
		HTTPClient:  c.HTTPClient,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			o.RateLimiter = unlimited{}
			o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
				return jitter(attempt), nil
			})
			o.Retryables = append(o.Retryables, retryCut)
		}),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	return eventbridge.New(options)
}

// NewHTTPClient returns an HTTP client of which attemptTimeout bounds each
// attempt, from the first byte sent to the last received. The SDK has no such
// bound of its own.
func NewHTTPClient(attemptTimeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithTimeout(attemptTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = attemptTimeout }).
		WithTransportOptions(func(tr *http.Transport) { tr.TLSHandshakeTimeout = attemptTimeout })
}

// retryCut has a response that broke off asked for again: to publish twice is
// allowed.
var retryCut = retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
})

const leastWait = 100 * time.Millisecond

// jitter is a random wait before the attempt after the given one (1 is the
// first): up to 100 ms, doubled each time.
func jitter(attempt int) time.Duration {
	return rand.N(leastWait<<(attempt-1)) + 1
}

type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) { return noRelease, nil }
func (unlimited) AddTokens(uint) error                                 { return nil }

func noRelease() error { return nil }
