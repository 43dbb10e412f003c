package lambdaruntime

import (
	"context"
	"crypto/rand"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"image-sharing/local/dynamodblocal"
)

// arnPrefix is that of every function on this machine.
const arnPrefix = "arn:aws:lambda:" + dynamodblocal.Region + ":000000000000:function:"

// Context returns the context that Lambda's runtime client would give a handler
// for an event: it names the function that is called, and the invocation. It is
// for handlers that are called in this process.
func Context(ctx context.Context, function string) context.Context {
	return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{
		AwsRequestID: rand.Text(), InvokedFunctionArn: arnPrefix + function,
	})
}
