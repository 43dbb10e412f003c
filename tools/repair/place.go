package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
)

// place is where the table is; endpoint "" is the region's own.
type place struct{ table, endpoint string }

// attemptTimeout is longer than a function's: a page of a scan is up to 1 MB,
// and comes from another network.
const attemptTimeout = 30 * time.Second

// open returns the table, or an error that says what to set. It does not yet
// call DynamoDB.
func (p place) open(getenv func(string) string) (*dynamo.Store, error) {
	region, credentials, err := p.access(getenv)
	if err != nil {
		return nil, err
	}
	return dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region: region, Endpoint: p.endpoint, Credentials: credentials,
		HTTPClient: awsclient.NewHTTPClient(attemptTimeout),
	}), p.table), nil
}

// access comes from the environment for a deployed table. An engine on this
// machine takes any: it has no business with real credentials.
func (p place) access(getenv func(string) string) (region string, credentials aws.CredentialsProvider, err error) {
	if p.endpoint != "" {
		if u, err := url.Parse(p.endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", nil, fmt.Errorf("-endpoint is %q: it must be a URL such as http://127.0.0.1:8000", p.endpoint)
		}
		return dynamodblocal.Region, dynamodblocal.Credentials(), nil
	}
	region = getenv("AWS_REGION")
	c := aws.Credentials{
		AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    getenv("AWS_SESSION_TOKEN"),
		Source:          "environment",
	}
	if region == "" || !c.HasKeys() {
		return "", nil, errors.New("set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for a deployed table, or name a DynamoDB Local with -endpoint: see -help")
	}
	return region, aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil }), nil
}
