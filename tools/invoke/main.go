// Command invoke runs the real binary of a function on one event, through a
// Lambda runtime and against a DynamoDB Local that holds the events' data and an
// event bus: see events/README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"image-sharing/local/lambdaruntime"
)

// timeout is what API Gateway waits at most.
const timeout = 30 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "invoke: %v\n", err)
		os.Exit(1)
	}
}

// run loads the data, and prints the function's response to the event if it is
// given one.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("invoke", flag.ContinueOnError)
	seedOnly := flags.Bool("seed", false, "only load the events' data into the table at DYNAMODB_ENDPOINT")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if !*seedOnly && flags.NArg() != 2 {
		return errors.New("name the function's binary and the event's file")
	}
	if *seedOnly && os.Getenv("DYNAMODB_ENDPOINT") == "" {
		return errors.New("set DYNAMODB_ENDPOINT to the URL of the DynamoDB to load the events' data into")
	}
	var event []byte
	if !*seedOnly {
		if event, err = os.ReadFile(flags.Arg(1)); err != nil {
			return err
		}
		if err := checkKind(filepath.Base(filepath.Dir(flags.Arg(0))), event); err != nil {
			return err
		}
	}
	s, err := openStore(ctx, os.Getenv, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := s.seed(ctx); err != nil {
		return fmt.Errorf("cannot load the events' data into the table %s at %s: %w", s.tableName, s.endpoint, err)
	}
	if *seedOnly {
		_, err := fmt.Fprintf(out, "the table %s at %s has the events' data\n", s.tableName, s.endpoint)
		return err
	}
	environment, stop, err := openBus(os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	maps.Copy(environment, s.environment())
	return invoke(ctx, flags.Arg(0), event, environment, out)
}

func invoke(ctx context.Context, binary string, event []byte, environment map[string]string, out io.Writer) error {
	f, err := lambdaruntime.Start(ctx, lambdaruntime.Config{Binary: binary, Env: environment, Log: os.Stderr})
	if err != nil {
		return err
	}
	defer f.Stop()
	result, err := f.Invoke(ctx, event, timeout)
	if err != nil {
		return err
	}
	if result.Error != nil {
		return fmt.Errorf("the function failed: %s: %s", result.Error.Type, result.Error.Message)
	}
	return show(out, result.Payload)
}
