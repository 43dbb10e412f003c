package disks

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/awsclient"
)

// ClientConfig says how to reach S3.
type ClientConfig struct {
	Region      string
	Endpoint    string // "" is the region's own
	Credentials aws.CredentialsProvider
	HTTPClient  s3.HTTPClient // awsclient.NewHTTPClient's, or a wrapper of it
}

// maxAttempts is how often the SDK sends one call. Beyond that the message comes
// again.
const maxAttempts = 5

var backoff = awsclient.Backoff{Least: 100 * time.Millisecond, Most: 5 * time.Second}

// NewClient returns a client that sends a call up to five times: all that the copier
// sends may be sent twice. It adds no checksum to what it sends: an upload that names
// an algorithm gets a checksum of checksums, which cannot be compared with the
// source's, and one that names none gets that of the whole object.
func NewClient(c ClientConfig) *s3.Client {
	options := s3.Options{
		Region:                     c.Region,
		Credentials:                c.Credentials,
		HTTPClient:                 c.HTTPClient,
		Retryer:                    awsclient.NewRetryer(maxAttempts, backoff),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if c.Endpoint != "" { // a stand-in has no name for each bucket
		options.BaseEndpoint, options.UsePathStyle = aws.String(c.Endpoint), true
	}
	return s3.New(options)
}
