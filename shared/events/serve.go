package events

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/lambdalog"
)

// attemptTimeout bounds each attempt of a call. With it, the ten calls of a batch of
// 100, each made again for single entries and each with its retries, end after 192 s
// at the latest, before the function's time-out.
const attemptTimeout = 2 * time.Second

// config is what the deployed function reads from its environment.
type config struct {
	awsclient.Environment
	endpoint      string // AWS_ENDPOINT_URL_EVENTBRIDGE, for runs against a stand-in
	bus           string // EVENT_BUS_NAME
	configuration string // CONFIGURATION, counted up for a new version of the same code
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (c config, err error) {
	if c.Environment, err = awsclient.ReadEnvironment(getenv); err != nil {
		return config{}, err
	}
	c.endpoint, c.bus, c.configuration = getenv("AWS_ENDPOINT_URL_EVENTBRIDGE"), getenv("EVENT_BUS_NAME"), getenv("CONFIGURATION")
	if c.bus == "" {
		return config{}, errors.New("EVENT_BUS_NAME is not set: name the EventBridge bus")
	}
	return c, awsclient.CheckEndpoint("AWS_ENDPOINT_URL_EVENTBRIDGE", c.endpoint)
}

// Serve runs the function behind the table's stream that publishes activities.
// It does not return. It ends the process when the configuration is bad.
func Serve() {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	log.Info("starting", slog.String("configuration", c.configuration), slog.String("bus", c.bus))
	client := NewClient(ClientConfig{
		Region: c.Region, Endpoint: c.endpoint, Credentials: c.Credentials(), HTTPClient: awsclient.NewHTTPClient(attemptTimeout),
	})
	lambda.Start(NewHandler(NewPublisher(client, c.bus), log))
}
