package events

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/service"
)

// settling is longer than a share takes that was decided before a project was closed:
// the 25 s of a function, and the time by which the index is late.
const settling = 30 * time.Second

// attemptTimeout bounds each attempt of a call. With it, the ten calls of a batch of
// 100, each made again for single entries and each with its retries, end after 192 s
// at the latest, before the function's time-out.
const attemptTimeout = 2 * time.Second

// config is what the deployed function reads from its environment.
type config struct {
	awsclient.Environment
	endpoint string // AWS_ENDPOINT_URL_EVENTBRIDGE, for runs against a stand-in
	bus      string // EVENT_BUS_NAME
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (c config, err error) {
	if c.Environment, err = awsclient.ReadEnvironment(getenv); err != nil {
		return config{}, err
	}
	c.endpoint, c.bus = getenv("AWS_ENDPOINT_URL_EVENTBRIDGE"), getenv("EVENT_BUS_NAME")
	if c.bus == "" {
		return config{}, errors.New("EVENT_BUS_NAME is not set: name the EventBridge bus")
	}
	return c, awsclient.CheckEndpoint("AWS_ENDPOINT_URL_EVENTBRIDGE", c.endpoint)
}

// Serve runs the function behind the table's stream that publishes activities, and
// ends the shares of closed projects by the use cases, which it starts with their
// log. It does not return. It ends the process when the configuration is bad.
func Serve(start func() (*service.Service, *slog.Logger)) {
	c, err := configOf(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(lambdalog.New(os.Stdout), err)
	}
	s, log := start()
	client := NewClient(ClientConfig{
		Region: c.Region, Endpoint: c.endpoint, Credentials: c.Credentials(), HTTPClient: awsclient.NewHTTPClient(attemptTimeout),
	})
	lambda.Start(NewHandler(NewPublisher(client, c.bus), Closings{s, settling}, log))
}
