// Package awsclient is what the clients of AWS services have in common: how long a
// call may take, how often it is sent again, and what a deployed function's
// environment says of where to.
package awsclient

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Backoff is how long to wait before another attempt: full jitter, up to Least
// before the second, doubled each time, Most at most.
type Backoff struct{ Least, Most time.Duration }

// jitter is a random wait before the attempt after the given one (1 is the first).
func (b Backoff) jitter(attempt int) time.Duration {
	ceiling := b.Least
	for range attempt - 1 {
		if ceiling *= 2; ceiling >= b.Most {
			break
		}
	}
	return rand.N(min(ceiling, b.Most)) + 1
}

// Wait sleeps before the attempt after the given one (1 is the first). It returns
// false when the context's time is over.
func (b Backoff) Wait(ctx context.Context, attempt int) bool {
	return Sleep(ctx, b.jitter(attempt))
}

// Sleep returns false when the context's time is over before.
func Sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// NewRetryer has the SDK send a call up to maxAttempts times. It has no retry quota
// as the SDK's own has: that would turn one tenant's throttling into every tenant's
// errors. What is sent must be safe to send twice.
func NewRetryer(maxAttempts int, b Backoff) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.RateLimiter = noRateLimit{}
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return b.jitter(attempt), nil
		})
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(retryCut))
	})
}

// retryCut has a response that broke off asked for again, which the SDK does not.
func retryCut(err error) aws.Ternary {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// IsThrottled reports whether a service has refused a call because there were too many.
func IsThrottled(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary
}

// IsRetryable reports whether NewRetryer's retryer would have sent a call again
// after an error, had it not been the last attempt.
func IsRetryable(err error) bool {
	all := slices.Concat(retry.DefaultRetryables, []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(retryCut)})
	return retry.IsErrorRetryables(all).IsErrorRetryable(err) == aws.TrueTernary
}

// NewHTTPClient returns an HTTP client of which attemptTimeout bounds each
// attempt, from the first byte sent to the last received. The SDK has no such
// bound of its own.
func NewHTTPClient(attemptTimeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithTimeout(attemptTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = attemptTimeout }).
		WithTransportOptions(func(tr *http.Transport) {
			tr.TLSHandshakeTimeout = attemptTimeout
			tr.MaxIdleConnsPerHost = 100
		})
}

type noRateLimit struct{}

func (noRateLimit) GetToken(context.Context, uint) (func() error, error) { return noRelease, nil }
func (noRateLimit) AddTokens(uint) error                                 { return nil }

func noRelease() error { return nil }
