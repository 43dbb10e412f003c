package awsclient

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Environment is what Lambda sets for every function: where it runs, and as whom it
// calls.
type Environment struct {
	Region string          // AWS_REGION
	Keys   aws.Credentials // AWS_ACCESS_KEY_ID and so on
}

// ReadEnvironment reads an Environment. It returns an error that names the variable
// to set.
func ReadEnvironment(getenv func(string) string) (Environment, error) {
	e := Environment{
		Region: getenv("AWS_REGION"),
		Keys: aws.Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
			Source:          "environment",
		},
	}
	switch {
	case e.Region == "":
		return Environment{}, errors.New("AWS_REGION is not set: name the region")
	case !e.Keys.HasKeys():
		return Environment{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: Lambda sets both, a stand-in takes any")
	}
	return e, nil
}

// CheckEndpoint returns an error that names the variable unless its value is a URL,
// or "" for the region's own.
func CheckEndpoint(variable, value string) error {
	u, err := url.Parse(value)
	if value == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return nil
	}
	return fmt.Errorf("%s is %q: it must be a URL such as http://127.0.0.1:8000, or not set", variable, value)
}

// NumberIn is the value s of a variable, from 1 to most; fallback if it is not
// set.
func NumberIn(name, s string, fallback, most int) (int, error) {
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s is %q: it must be a whole number from 1 to %d", name, s, most)
	}
	return n, nil
}

// Credentials are Lambda's. They stay the same for the life of the process.
func (e Environment) Credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return e.Keys, nil })
}
