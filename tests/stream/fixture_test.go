// Package stream hands the clean-up of deleted images what a table's stream may
// hand it: records twice, late, out of order, and such as it cannot understand.
// The records are those that DynamoDB Local's own stream has, in the JSON form
// in which Lambda passes them on. Whatever comes, nothing may be touched but
// what the deleted image left: the whole table is compared before and after.
package stream

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

const (
	region = "us-east-1"
	owner  = sharing.ProjectID("owner")
)

// world is a table with its stream and its clean-up, which runs only when a
// test delivers something.
type world struct {
	t        *testing.T
	name     string
	db       *dynamodb.Client
	table    *dynamo.Store
	function lambda.Handler
	deleted  recorder
}

// newWorld makes a table with projects: the owner and so many others, p0, p1
// and so on.
func newWorld(t *testing.T, projects int) *world {
	t.Helper()
	endpoint := ddbtest.Endpoint(t)
	w := &world{t: t}
	w.db = newClient(endpoint, dynamo.NewHTTPClient(10*time.Second))
	w.name = ddbtest.NewTable(t, w.db)
	w.table = dynamo.New(w.db, w.name)
	w.function = functionOn(w.table)
	w.deleted.start(t, dynamodblocal.NewPump(w.db, dynamodblocal.Streams(endpoint), w.name, w.deleted.take, discard))
	for _, p := range append(some(projects), owner) {
		_, _, err := w.table.PutProject(t.Context(), sharing.PutProjectCommand{ID: p, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: string(p)}, Now: time.Now()})
		w.must(err)
	}
	return w
}

var discard = slog.New(slog.DiscardHandler)

func newClient(endpoint string, c dynamodb.HTTPClient) *dynamodb.Client {
	return dynamo.NewClient(dynamo.ClientConfig{
		Region: region, Endpoint: endpoint, HTTPClient: c,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

// functionOn is the deployed function, from JSON to JSON.
func functionOn(t *dynamo.Store) lambda.Handler {
	return lambda.NewHandler(cleanup.NewHandler(t, discard))
}

// troubled is the function on an engine in trouble: a request that names the
// text is answered by answer.
func (w *world) troubled(text string, answer func(*http.Request) (*http.Response, error)) lambda.Handler {
	w.t.Helper()
	engine := dynamo.NewHTTPClient(10 * time.Second)
	return functionOn(dynamo.New(newClient(ddbtest.Endpoint(w.t), httpClient(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(body, []byte(text)) {
			return answer(r)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return engine.Do(r)
	})), w.name))
}

// httpClient makes a client of a function.
type httpClient func(*http.Request) (*http.Response, error)

func (f httpClient) Do(r *http.Request) (*http.Response, error) { return f(r) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// some are the first n projects.
func some(n int) []sharing.ProjectID {
	ids := make([]sharing.ProjectID, n)
	for i := range ids {
		ids[i] = sharing.ProjectID(fmt.Sprintf("p%d", i))
	}
	return ids
}

// image registers an image and shares it, and returns its uid.
func (w *world) image(id sharing.ImageID, with ...sharing.ProjectID) (uid string) {
	w.t.Helper()
	img, created, err := w.table.PutImage(w.t.Context(), sharing.PutImageCommand{
		Owner: owner, ImageID: id, UID: rand.Text(), Now: time.Now(),
		ImageSpec: sharing.ImageSpec{
			Name: "image", Region: "eu-west", Kind: sharing.Custom, HostType: sharing.UHost,
			State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 20},
		},
	})
	w.must(err)
	if !created {
		w.t.Fatalf("image %s was there already", id)
	}
	if len(with) > 0 {
		w.share(id, with...)
	}
	return img.UID
}

func (w *world) share(id sharing.ImageID, with ...sharing.ProjectID) {
	w.t.Helper()
	_, _, err := w.table.Share(w.t.Context(), sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: with, Acknowledged: true, SharedBy: "test", Now: time.Now(), Limit: sharing.MaxShares,
	})
	w.must(err)
}

func (w *world) unshare(id sharing.ImageID, target sharing.ProjectID) {
	w.t.Helper()
	w.must(w.table.Unshare(w.t.Context(), sharing.UnshareCommand{Owner: owner, ImageID: id, Target: target, Now: time.Now()}))
}

// remove deletes an image and returns the record that the stream has of it.
func (w *world) remove(id sharing.ImageID) record {
	w.t.Helper()
	img, err := w.table.Image(w.t.Context(), id)
	w.must(err)
	w.must(w.table.DeleteImage(w.t.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if r, ok := w.deleted.of(img.UID); ok {
			return r
		}
	}
	w.t.Fatalf("the stream has no record of image %s", id)
	return ""
}

// recorder keeps the records of a stream.
type recorder struct {
	mu      sync.Mutex
	records []record
}

// start runs the pump until the test ends.
func (r *recorder) start(t *testing.T, p *dynamodblocal.Pump) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = p.Run(ctx) // it returns nil
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

func (r *recorder) take(_ context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range e.Records {
		text, err := json.Marshal(one)
		if err != nil {
			return events.DynamoDBEventResponse{}, err
		}
		r.records = append(r.records, record(text))
	}
	return events.DynamoDBEventResponse{}, nil
}

// of returns the record of the image that had a uid.
func (r *recorder) of(uid string) (record, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.records, func(one record) bool { return strings.Contains(string(one), uid) })
	if i < 0 {
		return "", false
	}
	return r.records[i], true
}

// record is one of a stream, as JSON.
type record string

func (r record) String() string { return fmt.Sprintf("%.150s…", string(r)) }

// with returns the record with its JSON changed.
func (r record) with(t *testing.T, change func(fields map[string]any)) record {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(r), &fields); err != nil {
		t.Fatal(err)
	}
	change(fields)
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return record(text)
}

// sequenceNumber is what Lambda knows the record by.
func (r record) sequenceNumber() string {
	var fields struct {
		Dynamodb struct{ SequenceNumber string }
	}
	_ = json.Unmarshal([]byte(r), &fields) // some records are no JSON on purpose
	return fields.Dynamodb.SequenceNumber
}

// deliver hands records to a function as Lambda does. It returns the sequence
// number of the first that failed, "" when none did.
func deliver(f lambda.Handler, records ...record) (failed string, err error) {
	return deliverBy(context.Background(), f, records...)
}

// deliverBy is deliver with Lambda's deadline in the context.
func deliverBy(ctx context.Context, f lambda.Handler, records ...record) (failed string, err error) {
	payload := []byte(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = append(payload, r...)
	}
	out, err := f.Invoke(ctx, append(payload, "]}"...))
	if err != nil {
		return "", err
	}
	var reply struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(out, &reply); err != nil {
		return "", fmt.Errorf("the reply %s: %w", out, err)
	}
	switch n := len(reply.BatchItemFailures); n {
	case 0:
		return "", nil
	case 1:
		return reply.BatchItemFailures[0].ItemIdentifier, nil
	default:
		return "", fmt.Errorf("the reply %s names %d records", out, n)
	}
}

// done delivers records, none of which may fail.
func (w *world) done(records ...record) {
	w.t.Helper()
	failed, err := deliver(w.function, records...)
	if err != nil || failed != "" {
		w.t.Errorf("delivered %v: record %q failed (%v)", records, failed, err)
	}
}

// snapshot is every item of the table, by its key.
func (w *world) snapshot() map[string]string {
	w.t.Helper()
	items := make(map[string]string)
	in := &dynamodb.ScanInput{TableName: &w.name, ConsistentRead: aws.Bool(true)}
	for {
		out, err := w.db.Scan(w.t.Context(), in)
		w.must(err)
		for _, it := range out.Items {
			if set, ok := it["sharedWith"].(*types.AttributeValueMemberSS); ok {
				slices.Sort(set.Value)
			}
			text, err := json.Marshal(it)
			w.must(err)
			items[it["pk"].(*types.AttributeValueMemberS).Value+" "+it["sk"].(*types.AttributeValueMemberS).Value] = string(text)
		}
		if out.LastEvaluatedKey == nil {
			return items
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// removesOnly fails, and returns false, unless what f does to the table is to
// remove exactly the items with these keys.
func (w *world) removesOnly(keys []string, f func()) (ok bool) {
	w.t.Helper()
	ok = true
	wrong := func(format string, args ...any) {
		w.t.Helper()
		w.t.Errorf(format, args...)
		ok = false
	}
	want := w.snapshot()
	for _, k := range keys {
		if _, ok := want[k]; !ok {
			w.t.Fatalf("there is no %s to remove", k)
		}
		delete(want, k)
	}
	f()
	got := w.snapshot()
	for k, it := range got {
		if want[k] != it {
			wrong("there is %s, which should be %q", it, want[k])
		}
	}
	for k := range want {
		if _, ok := got[k]; !ok {
			wrong("%s is gone", k)
		}
	}
	return ok
}

func shareKeys(id sharing.ImageID, targets ...sharing.ProjectID) (keys []string) {
	for _, p := range targets {
		keys = append(keys, fmt.Sprintf("IMAGE#%s SHARE#%s", id, p))
	}
	return keys
}

// inspected fails unless Inspect finds the whole table in order.
func (w *world) inspected() {
	w.t.Helper()
	found, err := w.table.Inspect(w.t.Context())
	w.must(err)
	if len(found.Orphans) > 0 || len(found.Broken) > 0 {
		w.t.Errorf("Inspect finds %+v", found)
	}
}
