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
	"errors"
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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/awsclient"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

const owner = sharing.ProjectID("owner")

// fixture is a table with its stream and its clean-up, which runs only when a
// test delivers something.
type fixture struct {
	t        *testing.T
	name     string
	db       *dynamodb.Client
	store    *dynamo.Store
	function lambda.Handler
	deleted  recorder
}

// newFixture makes a table with projects: the owner and so many others, p0, p1
// and so on.
func newFixture(t *testing.T, projects int) *fixture {
	t.Helper()
	endpoint := ddbtest.Endpoint(t)
	f := &fixture{t: t, db: kit.DynamoDB(endpoint)}
	f.name = ddbtest.NewTable(t, f.db)
	f.store = dynamo.New(f.db, f.name)
	f.function = functionOn(f.store)
	f.deleted.start(t, dynamodblocal.NewPump(f.db, dynamodblocal.Streams(endpoint), f.name, dynamodblocal.DeletedImages, f.deleted.take, discard))
	for _, p := range append(some(projects), owner) {
		_, _, err := f.store.PutProject(t.Context(), sharing.PutProjectCommand{ID: p, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: string(p)}, Origin: sample.Origin(time.Now())})
		f.must(err)
	}
	return f
}

var discard = slog.New(slog.DiscardHandler)

// functionOn is the deployed function, from JSON to JSON.
func functionOn(s *dynamo.Store) lambda.Handler {
	return lambda.NewHandler(cleanup.NewHandler(s, discard))
}

// troubled is the function on a DynamoDB in trouble: a request that has the text
// is replied to by reply.
func (f *fixture) troubled(text string, reply httpClient) lambda.Handler {
	f.t.Helper()
	working := awsclient.NewHTTPClient(10 * time.Second)
	return functionOn(dynamo.New(kit.DynamoDBOver(httpClient(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(body, []byte(text)) {
			return reply(r)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return working.Do(r)
	}), ddbtest.Endpoint(f.t)), f.name))
}

// untouched is the function on a table that it must not even look at.
func untouched(t *testing.T) lambda.Handler {
	return functionOn(dynamo.New(kit.DynamoDBOver(httpClient(func(r *http.Request) (*http.Response, error) {
		t.Errorf("it sent a %s", r.Header.Get("X-Amz-Target"))
		return nil, errors.New("nobody should ask")
	}), "http://dynamodb.invalid"), "table"))
}

// httpClient makes a client of a function.
type httpClient func(*http.Request) (*http.Response, error)

// Do implements dynamodb.HTTPClient.
func (f httpClient) Do(r *http.Request) (*http.Response, error) { return f(r) }

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
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
func (f *fixture) image(id sharing.ImageID, with ...sharing.ProjectID) (uid string) {
	f.t.Helper()
	img, created, err := f.store.PutImage(f.t.Context(), sharing.PutImageCommand{
		Owner: owner, ImageID: id, UID: rand.Text(), Origin: sample.Origin(time.Now()),
		ImageSpec: sharing.ImageSpec{
			Name: "image", Region: "eu-west", Kind: sharing.Custom, HostType: sharing.UHost,
			State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 20},
		},
	})
	f.must(err)
	if !created {
		f.t.Fatalf("image %s was there already", id)
	}
	if len(with) > 0 {
		f.share(id, with...)
	}
	return img.UID
}

func (f *fixture) share(id sharing.ImageID, with ...sharing.ProjectID) {
	f.t.Helper()
	_, _, err := f.store.Share(f.t.Context(), sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: with, Acknowledged: true, Origin: sample.Origin(time.Now()), Limit: sharing.MaxShares,
	})
	f.must(err)
}

func (f *fixture) unshare(id sharing.ImageID, target sharing.ProjectID) {
	f.t.Helper()
	f.must(f.store.Unshare(f.t.Context(), sharing.UnshareCommand{Owner: owner, ImageID: id, Target: target, Origin: sample.Origin(time.Now())}))
}

// remove deletes an image and returns the record that the stream has of it.
func (f *fixture) remove(id sharing.ImageID) record {
	f.t.Helper()
	return f.record(f.end(id))
}

// end deletes an image and returns its uid.
func (f *fixture) end(id sharing.ImageID) (uid string) {
	f.t.Helper()
	img, err := f.store.Image(f.t.Context(), owner, id)
	f.must(err)
	f.must(f.store.DeleteImage(f.t.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	return img.UID
}

// record waits for the record that the stream has of the end of an image.
func (f *fixture) record(uid string) record {
	f.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if r, ok := f.deleted.of(uid); ok {
			return r
		}
	}
	f.t.Fatalf("the stream has no record of the image that was %s", uid)
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
	payload := []byte(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = append(payload, r...)
	}
	out, err := f.Invoke(context.Background(), append(payload, "]}"...))
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
func (f *fixture) done(records ...record) {
	f.t.Helper()
	failed, err := deliver(f.function, records...)
	if err != nil || failed != "" {
		f.t.Errorf("delivered %v: record %q failed (%v)", records, failed, err)
	}
}

// removesOnly fails unless what do does to the table is to remove exactly the items
// with these keys.
func (f *fixture) removesOnly(keys []string, do func()) {
	f.t.Helper()
	want := kit.Items(f.t, f.db, f.name)
	for _, k := range keys {
		if _, ok := want[k]; !ok {
			f.t.Fatalf("there is no %s to remove", k)
		}
		delete(want, k)
	}
	do()
	got := kit.Items(f.t, f.db, f.name)
	for k, it := range got {
		if want[k] != it {
			f.t.Errorf("there is %s, which should be %q", it, want[k])
		}
	}
	for k := range want {
		if _, ok := got[k]; !ok {
			f.t.Errorf("%s is gone", k)
		}
	}
}

func shareKeys(id sharing.ImageID, targets ...sharing.ProjectID) (keys []string) {
	for _, p := range targets {
		keys = append(keys, fmt.Sprintf("IMAGE#%s SHARE#%s", id, p))
	}
	return keys
}

// inspected fails unless Inspect finds the whole table in order.
func (f *fixture) inspected() {
	f.t.Helper()
	found, err := kit.Inspect(f.t.Context(), f.store, dynamo.Whole)
	f.must(err)
	if len(found.Orphans) > 0 || len(found.Broken) > 0 {
		f.t.Errorf("Inspect finds %+v", found)
	}
}
