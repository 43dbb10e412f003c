// Command local runs the whole service on this machine: see the README's
// "make run" and its table of configuration.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"image-sharing/local/runner"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "image-sharing: %v\n", err)
		os.Exit(1)
	}
}

// run returns when the service was stopped by a signal (nil), could not start,
// or failed.
func run() error {
	// Before anything is started, so that a signal during the start stops what
	// is there already.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(runner.GCPercent)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := runner.CheckNames(os.Environ()); err != nil {
		return err
	}
	c, err := runner.ConfigOf(os.LookupEnv, log)
	if err != nil {
		return err
	}
	r, err := runner.Start(ctx, c)
	if err != nil {
		if ctx.Err() != nil {
			return nil // asked to stop while starting
		}
		return err
	}
	welcome(os.Stdout, r, c)
	select {
	case <-ctx.Done():
		stop() // a second signal ends the process at once
		return r.Stop()
	case err := <-r.Failed():
		_ = r.Stop() // the failure is what matters
		return err
	}
}
