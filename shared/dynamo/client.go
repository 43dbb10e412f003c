package dynamo

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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// ClientConfig says how to reach DynamoDB.
type ClientConfig struct {
	Region      string
	Endpoint    string // "" is the region's own
	Credentials aws.CredentialsProvider
	HTTPClient  dynamodb.HTTPClient // NewHTTPClient's, or a wrapper of it
}

// maxAttempts is how often the SDK sends one call: 5.4 s at most with a
// function's attempt time-out of 1 s. What repeats whole calls watches the
// request's deadline.
const maxAttempts = 5

// NewClient returns a client with this project's retry rules: 5 attempts with
// full jitter, and no client-side retry quota, because a quota would turn one
// tenant's throttling into every tenant's errors.
func NewClient(c ClientConfig) *dynamodb.Client {
	options := dynamodb.Options{
		Region:      c.Region,
		Credentials: c.Credentials,
		HTTPClient:  c.HTTPClient,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			o.RateLimiter = noRateLimit{}
			o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
				return jitter(attempt), nil
			})
			o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(retryCut))
		}),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	return dynamodb.New(options)
}

// retryCut has a response that broke off asked for again, which the SDK does
// not: reads change nothing, and every write has a request token.
func retryCut(err error) aws.Ternary {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// NewHTTPClient returns the HTTP client for a function in the same region as
// its table: attemptTimeout bounds each attempt, from the first byte sent to
// the last received. The SDK has no such bound of its own.
func NewHTTPClient(attemptTimeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithTimeout(attemptTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = attemptTimeout }).
		WithTransportOptions(func(tr *http.Transport) {
			tr.TLSHandshakeTimeout = attemptTimeout
			tr.MaxIdleConnsPerHost = 100
		})
}

const (
	leastWait = 25 * time.Millisecond
	mostWait  = 400 * time.Millisecond
)

// jitter is a random wait before the attempt after the given one (1 is the
// first): up to 25 ms, doubled each time, 400 ms at most.
func jitter(attempt int) time.Duration {
	ceiling := mostWait
	if attempt < 6 {
		ceiling = min(mostWait, leastWait<<(attempt-1))
	}
	return rand.N(ceiling) + 1
}

// wait sleeps before the attempt after the given one. It returns false when
// the request's time is over.
func wait(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(jitter(attempt))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

type noRateLimit struct{}

func (noRateLimit) GetToken(context.Context, uint) (func() error, error) { return noRelease, nil }
func (noRateLimit) AddTokens(uint) error                                 { return nil }

func noRelease() error { return nil }
