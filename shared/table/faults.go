package table

import (
	"context"
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"image-sharing/shared/sharing"
)

// attempts watches what the SDK sends for one write. The SDK reports only its
// last attempt; an earlier one whose answer was lost may have been carried
// out, and then "nothing was written" would be a lie.
type attempts struct{ uncertain bool }

func (a *attempts) observe(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		watch := middleware.FinalizeMiddlewareFunc("WatchAttempts", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleFinalize(ctx, in)
			a.uncertain = a.uncertain || mayHaveHappened(err)
			return out, metadata, err
		})
		return s.Finalize.Insert(watch, "Retry", middleware.After)
	})
}

// mayHaveHappened tells whether a write that was answered with err may have
// been carried out. Only a 4xx answer, or a connection that never was, says
// that it was not.
func mayHaveHappened(err error) bool {
	if err == nil {
		return false
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		status := answer.HTTPStatusCode()
		return status < 400 || status >= 500
	}
	var network *net.OpError
	return !errors.As(err, &network) || network.Op != "dial"
}

// writeRefusal classifies what the SDK gave up on.
func writeRefusal(err error, uncertain bool) error {
	switch {
	case uncertain:
		return sharing.OutcomeUnknown(err)
	case isThrottling(err):
		return sharing.Throttled(err)
	case isConflict(err), isOutOfTime(err), isUnreachable(err):
		return sharing.Busy(err)
	default:
		return err
	}
}

// readRefusal classifies a read that the SDK gave up on. Nothing was written,
// whatever was lost.
func readRefusal(err error) error {
	var answer smithy.APIError
	var http *smithyhttp.ResponseError
	switch {
	case isThrottling(err):
		return sharing.Throttled(err)
	case errors.As(err, &answer) && errors.As(err, &http) && http.HTTPStatusCode() < 500:
		return err // our own fault, such as a missing permission
	default:
		return sharing.Busy(err)
	}
}

func isThrottling(err error) bool {
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.ErrorCode() {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "LimitExceededException":
		return true
	}
	return anyReason(err, reasonThrottling, reasonThroughput) && !isConflict(err)
}

func isConflict(err error) bool {
	var inProgress *types.TransactionInProgressException
	return errors.As(err, &inProgress) || anyReason(err, reasonConflict)
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

func isOutOfTime(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

func isUnreachable(err error) bool {
	var network *net.OpError
	return errors.As(err, &network)
}
