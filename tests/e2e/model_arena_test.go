package e2e

import (
	"context"
	"crypto/rand"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
)

// arena is a service of a test's own. On DynamoDB its table can be looked
// into.
type arena struct {
	*world
	config  runner.Config
	table   *dynamo.Store // nil on SQLite
	answers counts
}

// eachArena runs a test on both engines, side by side but alone: what others
// do at the same time would spoil its figures.
func eachArena(t *testing.T, test func(t *testing.T, engine string)) {
	for _, engine := range []string{runner.SQLite, runner.DynamoDB} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, engine)
		})
	}
}

// newArena starts a service with a share limit. SQLite has a file, where reads
// do not wait for writes, as they do in memory.
func newArena(t *testing.T, engine string, limit int) *arena {
	t.Helper()
	c := runner.Config{Engine: engine, DataDir: t.TempDir(), ShareLimit: limit}
	if engine == runner.DynamoDB {
		c.DynamoDBEndpoint, c.DataDir = ddbtest.Endpoint(t), runner.InMemory
	}
	return startArena(t, c)
}

func startArena(t *testing.T, c runner.Config) *arena {
	t.Helper()
	a := &arena{config: c, answers: counts{}}
	if c.Engine == runner.DynamoDB {
		if a.config.TableName == "" {
			a.config.TableName = "arena-" + rand.Text()
		}
		a.table = tableAt(ddbtest.Endpoint(t), a.config.TableName)
	}
	a.world = start(t, a.config)
	return a
}

func tableAt(endpoint, name string) *dynamo.Store {
	return dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: endpoint, HTTPClient: dynamo.NewHTTPClient(10 * time.Second),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	}), name)
}

// crowded makes the arena's client one for hundreds of requests at a time. It
// does not hold them against the OpenAPI document: that would take longer than
// the requests, and so keep them apart.
func (a *arena) crowded() *arena {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 256
	a.t.Cleanup(transport.CloseIdleConnections)
	a.client = &http.Client{Transport: transport}
	return a
}

// inspect looks at the whole table.
func (a *arena) inspect() dynamo.Inspection {
	a.t.Helper()
	found, err := a.table.Inspect(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	return found
}

// sound fails the test if the whole table breaks a promise.
func (a *arena) sound() {
	a.t.Helper()
	if a.table == nil {
		return
	}
	for _, broken := range a.inspect().Broken {
		a.t.Error(broken)
	}
}
