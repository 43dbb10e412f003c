package dynamodblocal_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

// catcher is a handler that keeps the batches it received.
type catcher struct {
	mu      sync.Mutex
	batches [][]events.DynamoDBEventRecord
}

func (c *catcher) handle(_ context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batches = append(c.batches, e.Records)
	return events.DynamoDBEventResponse{}, nil
}

func pkOf(r events.DynamoDBEventRecord) string { return r.Change.Keys["pk"].String() }

// pks are those of the batches, in order.
func (c *catcher) pks() (batches [][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, records := range c.batches {
		var pks []string
		for _, r := range records {
			pks = append(pks, pkOf(r))
		}
		batches = append(batches, pks)
	}
	return batches
}

func (c *catcher) received(pk string) bool { return slices.Contains(slices.Concat(c.pks()...), pk) }

// startPump returns what stops the pump and returns its log; the end of the
// test does so too.
func startPump(t *testing.T, endpoint, table string, c *catcher) (stop func() (log string)) {
	t.Helper()
	var out bytes.Buffer
	p := dynamodblocal.NewPump(newClient(endpoint), dynamodblocal.Streams(endpoint), table, dynamodblocal.DeletedImages, c.handle,
		slog.New(slog.NewTextHandler(&out, nil)))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	stop = sync.OnceValue(func() string {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		return out.String()
	})
	t.Cleanup(func() { stop() })
	return stop
}

type items struct {
	t     *testing.T
	db    *dynamodb.Client
	table string
}

func (i items) key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
	}
}

func (i items) put(pk, sk string, more map[string]types.AttributeValue) {
	i.t.Helper()
	item := i.key(pk, sk)
	for name, v := range more {
		item[name] = v
	}
	if _, err := i.db.PutItem(i.t.Context(), &dynamodb.PutItemInput{TableName: &i.table, Item: item}); err != nil {
		i.t.Fatal(err)
	}
}

func (i items) remove(pk, sk string) {
	i.t.Helper()
	if _, err := i.db.DeleteItem(i.t.Context(), &dynamodb.DeleteItemInput{TableName: &i.table, Key: i.key(pk, sk)}); err != nil {
		i.t.Fatal(err)
	}
}

func newItems(t *testing.T, endpoint string) items {
	t.Helper()
	db := newClient(endpoint)
	return items{t, db, ddbtest.NewTable(t, db)}
}

func TestPumpDeliversRemovedImagesOnly(t *testing.T) {
	t.Parallel()
	endpoint := ddbtest.Endpoint(t)
	i := newItems(t, endpoint)
	i.put("IMAGE#before", "IMAGE", map[string]types.AttributeValue{
		"uid": &types.AttributeValueMemberS{Value: "u1"}, "sharedWith": &types.AttributeValueMemberSS{Value: []string{"p1", "p2"}},
	})
	i.put("IMAGE#before", "SHARE#p1", nil)
	i.remove("IMAGE#before", "IMAGE")

	var c catcher
	stop := startPump(t, endpoint, i.table, &c)
	eventually(t, func() bool { return c.received("IMAGE#before") })

	i.remove("IMAGE#before", "SHARE#p1")
	i.put("PROJECT#p1", "PROJECT", nil)
	i.remove("PROJECT#p1", "PROJECT")
	i.put("IMAGE#kept", "IMAGE", nil)
	i.put("IMAGE#kept", "IMAGE", map[string]types.AttributeValue{"name": &types.AttributeValueMemberS{Value: "n"}})
	i.put("IMAGE#after", "IMAGE", nil)
	i.remove("IMAGE#after", "IMAGE")
	eventually(t, func() bool { return c.received("IMAGE#after") })
	if log := stop(); log != "" {
		t.Errorf("it logged %s", log)
	}

	if got, want := fmt.Sprint(c.pks()), "[[IMAGE#before] [IMAGE#after]]"; got != want {
		t.Errorf("the handler received %s, want %s", got, want)
	}
	r := c.batches[0][0]
	if r.EventName != "REMOVE" || r.EventSource != "aws:dynamodb" || r.EventVersion == "" || r.EventID == "" || r.AWSRegion == "" {
		t.Errorf("the record is %+v", r)
	}
	wantContains(t, r.EventSourceArn, "arn:aws:dynamodb:", ":table/"+i.table+"/stream/")
	d := r.Change
	if d.StreamViewType != "NEW_AND_OLD_IMAGES" || d.SequenceNumber == "" || d.SizeBytes == 0 || d.ApproximateCreationDateTime.IsZero() {
		t.Errorf("the change is %+v", d)
	}
	if d.NewImage != nil || d.OldImage["uid"].String() != "u1" || len(d.OldImage["sharedWith"].StringSet()) != 2 {
		t.Errorf("the images are %v and %v", d.OldImage, d.NewImage)
	}
}

// A stop and a start on the same data are an engine error to the pump, which
// then goes on from where it was.
func TestPumpOutlivesTheEngine(t *testing.T) {
	i := ddbtest.Installation(t)
	o := dynamodblocal.Options{DataDir: filepath.Join(t.TempDir(), "data")}
	var engine atomic.Pointer[url.URL] // behind one address, as the engine's own port changes
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(engine.Load()) },
		ErrorLog: log.New(io.Discard, "", 0),
	})
	defer front.Close()
	start := func() *dynamodblocal.Process {
		p, err := i.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Stop() })
		address, err := url.Parse(p.Endpoint())
		if err != nil {
			t.Fatal(err)
		}
		engine.Store(address)
		return p
	}

	first := start()
	it := newItems(t, front.URL)
	var c catcher
	stop := startPump(t, front.URL, it.table, &c)
	it.put("A", "IMAGE", nil)
	it.remove("A", "IMAGE")
	eventually(t, func() bool { return c.received("A") })
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	start()
	it.put("B", "IMAGE", nil)
	it.remove("B", "IMAGE")
	eventually(t, func() bool { return c.received("B") })
	wantContains(t, stop(), "cannot be read, trying again")
	if got, want := fmt.Sprint(c.pks()), "[[A] [B]]"; got != want {
		t.Errorf("the handler received %s, want %s", got, want)
	}
}

// The fault lasts until the pump asks for the iterator that it should.
func TestPumpFindsItsPlaceAgain(t *testing.T) {
	t.Parallel()
	for fault, c := range map[string]struct{ cure, received string }{
		"ExpiredIteratorException":   {"AFTER_SEQUENCE_NUMBER", "[A B]"},
		"TrimmedDataAccessException": {"TRIM_HORIZON", "[A A B]"}, // from the oldest record that is left
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			target, err := url.Parse(ddbtest.Endpoint(t))
			if err != nil {
				t.Fatal(err)
			}
			forward := httputil.NewSingleHostReverseProxy(target)
			var faulty atomic.Bool
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				switch operation := r.Header.Get("X-Amz-Target"); {
				case strings.HasSuffix(operation, ".GetShardIterator") && bytes.Contains(body, []byte(c.cure)):
					faulty.Store(false)
				case strings.HasSuffix(operation, ".GetRecords") && faulty.Load():
					w.WriteHeader(http.StatusBadRequest)
					_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s"}`, fault)
					return
				}
				forward.ServeHTTP(w, r)
			}))
			defer front.Close()

			i := newItems(t, target.String())
			var caught catcher
			stop := startPump(t, front.URL, i.table, &caught)
			i.put("A", "IMAGE", nil)
			i.remove("A", "IMAGE")
			eventually(t, func() bool { return caught.received("A") })
			faulty.Store(true)
			i.put("B", "IMAGE", nil)
			i.remove("B", "IMAGE")
			eventually(t, func() bool { return caught.received("B") })
			wantContains(t, stop(), fault)
			if got := fmt.Sprint(slices.Concat(caught.pks()...)); got != c.received {
				t.Errorf("the handler received %s, want %s", got, c.received)
			}
		})
	}
}
