package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/lambdalog"
)

// attemptTimeout bounds each attempt of a call. With it, the ten calls of a batch of
// 100, each made again for single entries and each with its retries, end after 192 s
// at the latest, before the function's time-out.
const attemptTimeout = 2 * time.Second

// config is what the deployed function reads from its environment.
type config struct {
	region        string          // AWS_REGION, set by Lambda
	credentials   aws.Credentials // AWS_ACCESS_KEY_ID and so on, set by Lambda
	bus           string          // EVENT_BUS_NAME
	endpoint      string          // AWS_ENDPOINT_URL_EVENTBRIDGE, for runs against a stand-in
	configuration string          // CONFIGURATION, counted up for a new version of the same code
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (config, error) {
	c := config{
		region: getenv("AWS_REGION"),
		credentials: aws.Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
			Source:          "environment",
		},
		bus:           getenv("EVENT_BUS_NAME"),
		endpoint:      getenv("AWS_ENDPOINT_URL_EVENTBRIDGE"),
		configuration: getenv("CONFIGURATION"),
	}
	if c.region == "" {
		return config{}, errors.New("AWS_REGION is not set: name the event bus's region")
	}
	if !c.credentials.HasKeys() {
		return config{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: Lambda sets both, a stand-in takes any")
	}
	if c.bus == "" {
		return config{}, errors.New("EVENT_BUS_NAME is not set: name the EventBridge bus")
	}
	if c.endpoint != "" && !isURL(c.endpoint) {
		return config{}, fmt.Errorf("AWS_ENDPOINT_URL_EVENTBRIDGE is %q: it must be a URL such as http://127.0.0.1:8000, or not set", c.endpoint)
	}
	return c, nil
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Serve runs the function behind the table's stream that publishes activities.
// It does not return. It ends the process when the configuration is bad: a
// function that cannot work must fail at init, where deployments and alarms see
// it.
func Serve() {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		log.Error("cannot start", slog.String("outcome", "CannotStart"), slog.String("cause", err.Error()))
		os.Exit(1)
	}
	log.Info("starting", slog.String("configuration", c.configuration), slog.String("bus", c.bus))
	client := NewClient(ClientConfig{
		Region:   c.region,
		Endpoint: c.endpoint,
		// Those of Lambda stay the same for the life of the process.
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return c.credentials, nil
		}),
		HTTPClient: NewHTTPClient(attemptTimeout),
	})
	lambda.Start(NewHandler(NewPublisher(client, c.bus), log))
}
