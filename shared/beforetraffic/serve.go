package beforetraffic

import (
	"context"
	"os"
	"time"

	lambdago "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"image-sharing/shared/lambdalog"
)

// callTimeout is longer than a function behind the gateway may take (25 s), and
// than a probe of on-image-deleted does, which has nothing to remove.
const callTimeout = 30 * time.Second

// Serve runs the hook as a function. It does not return.
func Serve() {
	log := lambdalog.New(os.Stdout)
	versions, err := parseVersions(os.Getenv("NEW_VERSIONS"))
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	c := aws.Config{
		Region:     os.Getenv("AWS_REGION"),
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(callTimeout),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
				SessionToken: os.Getenv("AWS_SESSION_TOKEN"), Source: "environment",
			}, nil
		}),
	}
	h := &hook{
		versions: versions,
		lambda: lambda.NewFromConfig(c, func(o *lambda.Options) {
			// A version that needs longer than callTimeout has failed. Asked again,
			// it would use up the time of those after it.
			o.RetryMaxAttempts = 1
			o.BaseEndpoint = endpoint(os.Getenv("AWS_ENDPOINT_URL_LAMBDA"))
		}),
		codedeploy: codedeploy.NewFromConfig(c, func(o *codedeploy.Options) {
			o.BaseEndpoint = endpoint(os.Getenv("AWS_ENDPOINT_URL_CODEDEPLOY"))
		}),
		log: log,
	}
	lambdago.Start(h.handle)
}

// endpoint is another than AWS's own, for a run on one machine.
func endpoint(url string) *string {
	if url == "" {
		return nil
	}
	return &url
}
