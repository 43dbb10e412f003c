// Package runner runs the whole service on one machine: the gateway, the
// functions' own handlers behind it, a store, the token issuer, an event bus, the
// disks with the queue of copies to be made, the pump that feeds what was written to on-activity and, on DynamoDB, the one that
// feeds the table's stream to on-image-deleted.
// "make run" and the end-to-end tests start the same Runner.
package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"image-sharing/console"
	"image-sharing/local/diskstore"
	"image-sharing/local/dynamodblocal"
	"image-sharing/local/eventbridge"
	"image-sharing/local/gateway"
	"image-sharing/local/issuer"
	"image-sharing/local/sample"
	"image-sharing/shared/apigateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/service"
)

// shutdownTime is how long running requests have to finish.
const shutdownTime = 10 * time.Second

// Runner is a running service.
type Runner struct {
	// URL is where the service is reached.
	URL string
	// DynamoDBEndpoint is where DynamoDB is reached; "" with SQLite.
	DynamoDBEndpoint string

	log    *slog.Logger
	stops  []func() error // in the order of starting
	failed chan error
}

// Start starts everything, or nothing: if a part cannot start, those before it
// are stopped again. It returns one line that says what to do about it.
func Start(ctx context.Context, c Config) (*Runner, error) {
	r := &Runner{log: c.Log, failed: make(chan error, 8)}
	if err := r.start(ctx, c); err != nil {
		return nil, errors.Join(err, r.Stop())
	}
	return r, nil
}

func (r *Runner) start(ctx context.Context, c Config) error {
	listener, err := listen(c.Port)
	if err != nil {
		return err
	}
	r.onStop(ignoreClosed(listener.Close))
	r.URL = "http://" + listener.Addr().String()

	if err := r.useDataDir(c.DataDir); err != nil {
		return err
	}
	disks, err := r.openDisks(c.DataDir)
	if err != nil {
		return err
	}
	copies, err := r.openCopies(c)
	if err != nil {
		return err
	}
	busConfig := eventbridge.Config{Name: busName, Region: dynamodblocal.Region, OnEvent: c.OnEvent}
	if copies != nil {
		busConfig.Target = copies.Put
	}
	bus := eventbridge.New(busConfig)
	store, err := r.startStore(ctx, c, bus)
	if err != nil {
		return err
	}
	if copies != nil {
		handler := copier(c.service(store), disks, c.Log)
		r.run("the queue of copies", func(ctx context.Context) error { return copies.Run(ctx, handler) })
	}
	handler, err := r.handler(ctx, c, store, bus, disks)
	if err != nil {
		return err
	}
	server := gateway.NewServer(handler, c.Log)
	server.RegisterOnShutdown(bus.Close) // or who follows the events would keep it from stopping
	r.serve(listener, server)
	return nil
}

// listen takes the port before anything else is started, so that a taken port
// costs nothing.
func listen(port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is in use: stop what runs there, or choose another with PORT=%d", port, port+1)
	}
	return listener, err
}

// useDataDir makes the directory and keeps it for this process alone: two
// processes on one DynamoDB Local directory would spoil it, and on one SQLite
// file stand in each other's way.
func (r *Runner) useDataDir(dir string) error {
	if dir == InMemory {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot use the data directory %s: %w (choose another with DATA_DIR)", dir, err)
	}
	r.forOwnerOnly(dir)
	path := filepath.Join(dir, "lock")
	lock := flock.New(path, flock.SetPermissions(0o600))
	mine, err := lock.TryLock()
	if err == nil {
		err = os.Chmod(path, 0o600) // or others could lock it
	}
	if err != nil {
		return fmt.Errorf("cannot use the data directory %s: %w (choose another with DATA_DIR)", dir, err)
	}
	if !mine {
		return fmt.Errorf("the data directory %s is in use by another process: stop that one, or choose another with DATA_DIR", dir)
	}
	r.onStop(lock.Close)
	return nil
}

// forOwnerOnly closes a directory that was there before to others: who can write to it
// could put a key or a database of his own in the place of ours. One that is meant to
// be everybody's, such as /tmp, stays as it is; our files are for their owner only.
func (r *Runner) forOwnerOnly(dir string) {
	info, err := os.Stat(dir)
	if err == nil && info.Mode()&os.ModeSticky == 0 && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(dir, 0o700)
	}
	if err != nil {
		r.log.Warn("others of this machine may use the data directory", "dir", dir, "cause", err)
	}
}

func (r *Runner) handler(ctx context.Context, c Config, store storage, bus *eventbridge.Bus, disks *diskstore.Store) (http.Handler, error) {
	functions := make(map[string]apigateway.Handler)
	for _, f := range httpapi.Functions() {
		functions[f.Name] = apigateway.NewHandler(httpapi.NewHandler(f, c.service(store), c.PlatformClients, c.Log))
	}
	page, err := httpapi.NewConsole(console.Files(), c.console(), c.Log)
	if err != nil {
		return nil, err
	}
	functions[httpapi.Console.Name] = apigateway.NewHandler(page)
	g := gateway.Config{Functions: functions, Events: bus.Stream(), Disks: disks, PlatformClients: c.PlatformClients, Log: c.Log}
	if c.Issuer != "" {
		g.Verifier, err = gateway.NewVerifier(ctx, c.Issuer, c.Audience)
		return gateway.New(g), err
	}
	local, err := issuer.New(issuer.Config{
		KeyDir: keyDir(c.DataDir), URL: r.URL, Audience: localAudience, Log: c.Log,
		Sample: &sample.Loader{Service: c.service(store), Disks: disks, ShareLimit: c.ShareLimit, Empty: store.empty},
	})
	if err != nil {
		return nil, err
	}
	g.Verifier = gateway.NewLocalVerifier(local)
	g.Issuer = local
	return gateway.New(g), nil
}

// console is what the page is told: on this machine everything that there is to ask for.
func (c Config) console() httpapi.ConsoleConfig {
	if c.Issuer == "" {
		return httpapi.ConsoleConfig{ClientID: issuer.Client, Scope: "openid " + strings.Join(sample.Scopes(), " ")}
	}
	return httpapi.ConsoleConfig{
		Issuer: c.Issuer, ClientID: c.ConsoleClientID, Scope: cmp.Or(c.ConsoleScope, httpapi.DefaultConsoleScope), Origins: c.ConsoleOrigins,
	}
}

func (c Config) service(store service.Store) *service.Service {
	return service.New(store, service.Config{
		ShareLimit:        c.ShareLimit,
		ActivityRetention: time.Duration(c.ActivityRetentionDays) * 24 * time.Hour,
		Regions:           c.Regions,
	})
}

// localAudience is the audience of the local issuer's tokens.
const localAudience = "image-sharing"

func keyDir(dataDir string) string {
	if dataDir == InMemory {
		return ""
	}
	return dataDir
}

func (r *Runner) serve(listener net.Listener, server *http.Server) {
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			r.failed <- fmt.Errorf("the gateway stopped: %w", err)
		}
	}()
	r.onStop(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return errors.Join(fmt.Errorf("requests were still running: %w", err), server.Close())
		}
		return nil
	})
}

func (r *Runner) onStop(f func() error) { r.stops = append(r.stops, f) }

// Failed receives an error when a part ends by itself; the rest should be
// stopped then.
func (r *Runner) Failed() <-chan error { return r.failed }

// Stop stops everything in the reverse order of starting: first no more
// requests, then the queue and the pump, then the store.
func (r *Runner) Stop() error {
	var errs []error
	for len(r.stops) > 0 {
		last := len(r.stops) - 1
		errs = append(errs, r.stops[last]())
		r.stops = r.stops[:last]
	}
	return errors.Join(errs...)
}

func ignoreClosed(f func() error) func() error {
	return func() error {
		if err := f(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}
