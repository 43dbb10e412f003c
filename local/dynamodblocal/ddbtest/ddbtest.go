// Package ddbtest gives tests a DynamoDB Local: one process for each test
// binary, in memory, started by the first test that asks for it.
package ddbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
)

var engine struct {
	mu      sync.Mutex
	inMain  bool
	tried   bool
	process *dynamodblocal.Process
	err     error
}

// Main runs the tests and then stops the engine, if a test has started it. A
// package that uses Endpoint needs it:
//
//	func TestMain(m *testing.M) { ddbtest.Main(m) }
func Main(m *testing.M) {
	engine.inMain = true
	m.Run() // the testing package keeps its result for the exit
	engine.mu.Lock()
	defer engine.mu.Unlock()
	if engine.process != nil {
		_ = engine.process.Stop() // the tests have told by now if it had failed
	}
}

// Endpoint returns the URL of the engine. When Java or npm is missing, it
// skips the test, but fails it in CI (the environment's CI is "true").
func Endpoint(t testing.TB) string {
	t.Helper()
	engine.mu.Lock()
	defer engine.mu.Unlock()
	if !engine.inMain {
		t.Fatal("this package has no TestMain that calls ddbtest.Main, so nobody would stop DynamoDB Local")
	}
	if !engine.tried {
		engine.tried = true
		engine.process, engine.err = start()
	}
	if engine.err != nil {
		Unavailable(t, engine.err)
	}
	return engine.process.Endpoint()
}

func start() (*dynamodblocal.Process, error) {
	ctx := context.Background() // the engine outlives the test that starts it
	installed, err := dynamodblocal.Install(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return installed.Start(ctx, dynamodblocal.Options{})
}

// Unavailable ends the test that cannot have DynamoDB Local for this reason:
// it is skipped when a program is missing and this is not CI.
func Unavailable(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, dynamodblocal.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// NewTable makes a table of its own for the test and returns its name.
func NewTable(t testing.TB, db *dynamodb.Client) string {
	t.Helper()
	name := "test-" + rand.Text()
	if err := dynamodblocal.CreateTable(t.Context(), db, name); err != nil {
		t.Fatal(err)
	}
	return name
}
