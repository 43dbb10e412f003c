// Package hosting starts the deployed function that serves the console. It is apart
// from package startup, so that no other function links it or has its variables.
package hosting

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/lambdalog"
)

// Serve runs the function with the files of the console. It does not return.
func Serve(files fs.FS) {
	log := lambdalog.New(os.Stdout)
	c, err := configOf(os.Getenv)
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	handler, err := httpapi.NewConsole(files, c, log)
	if err != nil {
		lambdalog.CannotStart(log, err)
	}
	log.Info("starting", slog.String("configuration", os.Getenv("CONFIGURATION")), slog.String("clientId", c.ClientID))
	lambda.Start(apigateway.JSON(apigateway.NewHandler(handler)))
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (c httpapi.ConsoleConfig, err error) {
	c.Issuer, c.ClientID = getenv("JWT_ISSUER"), getenv("CONSOLE_CLIENT_ID")
	c.Scope = cmp.Or(getenv("CONSOLE_SCOPE"), httpapi.DefaultConsoleScope)
	if c.Issuer == "" {
		return c, errors.New("JWT_ISSUER is not set: name the issuer that signs people in")
	}
	if c.Origins, err = httpapi.ParseOrigins(getenv("CONSOLE_ORIGINS")); err != nil {
		return c, fmt.Errorf("CONSOLE_ORIGINS: %w", err)
	}
	return c, nil
}
