package dynamo

import (
	"context"
	"errors"
	"net/http/httptrace"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"image-sharing/shared/sharing"
)

// attempts watches what the SDK sends for one write. The SDK reports only its
// last attempt; an earlier one whose response was lost may have been carried
// out, and then "nothing was written" would be a lie.
type attempts struct{ uncertain bool }

func (a *attempts) observe(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		watch := middleware.FinalizeMiddlewareFunc("WatchAttempts", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			waited, connected := false, false
			ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
				GetConn: func(string) { waited = true },
				GotConn: func(httptrace.GotConnInfo) { connected = true },
			})
			out, metadata, err := next.HandleFinalize(ctx, in)
			// When the caller's time ends, the SDK puts an error of its own in the
			// place of net/http's; then only the wait shows that net/http was there.
			unsent := !connected && (waited || errors.As(err, new(*url.Error)))
			a.uncertain = a.uncertain || mayHaveHappened(err, unsent)
			return out, metadata, err
		})
		// Each attempt is signed. What fails before that was not sent.
		return s.Finalize.Insert(watch, "Signing", middleware.After)
	})
}

// mayHaveHappened reports whether a write that ended with err may have been
// carried out. A 4xx response says that it was not. So does unsent: net/http
// never got a connection to send it on. The error alone cannot show that,
// because a connection that takes too long and a response that takes too long
// end in the same time-out.
func mayHaveHappened(err error, unsent bool) bool {
	switch {
	case err == nil:
		return false
	case errors.As(err, new(*types.TransactionInProgressException)):
		return true // an earlier attempt is still under way
	default:
		return !unsent && !isRefused(err)
	}
}

// writeRefusal classifies what the SDK gave up on.
func writeRefusal(err error, uncertain bool) error {
	if uncertain {
		return sharing.OutcomeUnknown(err)
	}
	return refusal(err)
}

// refusal classifies what the SDK gave up on and is known to have written
// nothing: a read, or a write that was refused or never sent.
func refusal(err error) error {
	switch {
	case isThrottling(err):
		return sharing.Throttled(err)
	case isRefused(err) && !anyReason(err, reasonConflict):
		return err // our own fault, such as a missing permission
	default:
		return sharing.Busy(err)
	}
}

// isRefused reports whether DynamoDB answered, whole, that it will not do it.
func isRefused(err error) bool {
	var exception smithy.APIError
	var response *smithyhttp.ResponseError
	return errors.As(err, &exception) && errors.As(err, &response) && response.HTTPStatusCode() >= 400 && response.HTTPStatusCode() < 500
}

func isThrottling(err error) bool {
	var exception smithy.APIError
	if !errors.As(err, &exception) {
		return false
	}
	switch exception.ErrorCode() {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "LimitExceededException":
		return true
	}
	return anyReason(err, reasonThrottling, reasonThroughput) && !anyReason(err, reasonConflict)
}

func anyReason(err error, codes ...string) bool {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return false
	}
	for _, r := range cancelled.CancellationReasons {
		for _, code := range codes {
			if aws.ToString(r.Code) == code {
				return true
			}
		}
	}
	return false
}
