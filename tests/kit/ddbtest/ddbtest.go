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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
)

var (
	inMain  bool
	started *dynamodblocal.Process

	install = sync.OnceValues(func() (dynamodblocal.Installation, error) {
		return dynamodblocal.Install(context.Background(), slog.New(slog.DiscardHandler))
	})
	start = sync.OnceValues(func() (*dynamodblocal.Process, error) {
		installed, err := install()
		if err != nil {
			return nil, err
		}
		started, err = installed.Start(context.Background(), dynamodblocal.Options{})
		return started, err
	})
)

// Region is that of Credentials.
const Region = dynamodblocal.Region

// Credentials returns those with which a test's client sees the same tables as
// everybody else.
func Credentials() aws.CredentialsProvider { return dynamodblocal.Credentials() }

// Main runs the tests and then stops the engine, if a test has started it. A
// package that uses Endpoint needs it:
//
//	func TestMain(m *testing.M) { ddbtest.Main(m) }
func Main(m *testing.M) {
	inMain = true
	m.Run() // package testing keeps the result for the exit
	if started != nil {
		_ = started.Stop() // if it had failed, the tests have told
	}
}

// Endpoint returns the URL of the engine. It skips and fails as Installation
// does.
func Endpoint(t testing.TB) string {
	t.Helper()
	if !inMain {
		t.Fatal("this package has no TestMain that calls ddbtest.Main, so nobody would stop DynamoDB Local")
	}
	Installation(t)
	p, err := start()
	if err != nil {
		t.Fatal(err)
	}
	return p.Endpoint()
}

// Installation returns the installed engine. The short form of the tests
// (go test -short) goes without. Without Java or npm the test is skipped, but in
// CI (the environment has CI=true) it fails: there, a skip would look like a
// success.
func Installation(t testing.TB) dynamodblocal.Installation {
	t.Helper()
	if testing.Short() {
		t.Skip("needs DynamoDB Local, which go test -short leaves out")
	}
	installed, err := install()
	need(t, err)
	return installed
}

func need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, dynamodblocal.ErrMissing) && os.Getenv("CI") != "true":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// NewTable makes a table for this test alone and returns its name. It is gone
// when the test has ended.
func NewTable(t testing.TB, db *dynamodb.Client) string {
	t.Helper()
	name := "test-" + rand.Text()
	if err := dynamodblocal.CreateTable(t.Context(), db, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// A test may have ended its engine, and the table with it.
		_, _ = db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
	})
	return name
}
