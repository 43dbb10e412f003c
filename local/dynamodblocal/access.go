package dynamodblocal

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Region and Credentials are those of everything on this machine. DynamoDB Local
// checks neither, but other local engines keep a database for each pair, so all
// who are to see the same table have to use the same.
const (
	Region          = "us-east-1"
	accessKeyID     = "local"
	secretAccessKey = "local"
)

// Credentials returns the credentials that go with Region.
func Credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secretAccessKey, Source: "local"}, nil
	})
}

// Environment returns Region and Credentials as the variables in which a
// function finds its own.
func Environment() map[string]string {
	return map[string]string{
		"AWS_REGION": Region, "AWS_ACCESS_KEY_ID": accessKeyID, "AWS_SECRET_ACCESS_KEY": secretAccessKey,
	}
}
