package kit

import (
	"context"
	"crypto/rand"
	"reflect"
	"sync"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

// Stores are the stores that a service can run on.
var Stores = []string{runner.SQLite, runner.DynamoDB}

// OnEachStore runs a test on both stores at the same time. All tests of the
// binary share the two services.
func OnEachStore(t *testing.T, test func(e *Environment)) {
	t.Parallel()
	for _, store := range Stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			test(Shared(t, store))
		})
	}
}

// Shared returns the service on a store that all tests of the binary share.
// Without Java it skips as ddbtest.Endpoint does.
func Shared(t testing.TB, store string) *Environment {
	t.Helper()
	s := shared[store]
	c := complete(t, runner.Config{Store: store})
	s.once.Do(func() {
		var r *runner.Runner
		if r, s.err = runner.Start(context.Background(), c); s.err == nil { // ends with the process
			s.url, s.config = r.URL, c
		}
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return on(t, &s.running)
}

var shared = map[string]*struct {
	once sync.Once
	err  error
	running
}{runner.SQLite: {}, runner.DynamoDB: {}}

func bothStoresRan() bool {
	return shared[runner.SQLite].url != "" && shared[runner.DynamoDB].url != ""
}

// Start runs a service for one test. What c leaves out is as usual: SQLite,
// nothing kept, 50 shares, a free port, the log of the binary, and on DynamoDB
// the engine of the binary with a table of its own.
func Start(t testing.TB, c runner.Config) *Environment {
	t.Helper()
	c = complete(t, c)
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	if r.DynamoDBEndpoint != c.DynamoDBEndpoint {
		t.Errorf("the service says that DynamoDB is at %q, not %q", r.DynamoDBEndpoint, c.DynamoDBEndpoint)
	}
	return on(t, &running{url: r.URL, config: c})
}

func complete(t testing.TB, c runner.Config) runner.Config {
	t.Helper()
	if c.Store == "" {
		c.Store = runner.SQLite
	}
	if c.DataDir == "" {
		c.DataDir = runner.InMemory
	}
	if c.ActivityRetentionDays == 0 {
		c.ActivityRetentionDays = sharing.DefaultActivityRetentionDays // DynamoDB Local removes what has expired
	}
	if c.ShareLimit == 0 {
		c.ShareLimit = sharing.MaxShares
	}
	if reflect.ValueOf(c.PlatformClients).IsZero() {
		c.PlatformClients = httpapi.AnyClient()
	}
	if c.Log == nil {
		c.Log = Log()
	}
	c = withEventsChecked(c)
	if c.Store == runner.DynamoDB {
		if c.HTTPClient == nil {
			c.HTTPClient = awsclient.NewHTTPClient(attemptTime)
		}
		c.HTTPClient = calls.Around(c.HTTPClient)
		if c.DynamoDBEndpoint == "" {
			c.DynamoDBEndpoint = ddbtest.Endpoint(t)
		}
		if c.TableName == "" {
			c.TableName = "test-" + rand.Text()
		}
	}
	return c
}
