package disks

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"

	"image-sharing/local/sqlite"
	"image-sharing/shared/buckets"
	"image-sharing/shared/disks"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

const (
	region    = "eu-west"
	bucket    = "disks-eu-west"
	elsewhere = "us-east" // another region, with a bucket
	bucketOf  = "disks-us-east"
	partSize  = 64
	owner     = sharing.ProjectID("owner")
	recipient = sharing.ProjectID("recipient")
	source    = sharing.ImageID("source")
	sourceKey = "registered/by the+platform"
	otherKey  = "images/registered-by-the-platform"
)

// world is the copier with a store and a bucket of its own.
type world struct {
	*testing.T
	store  *sqlite.Store
	file   string
	s3     http.Handler
	calls  *calls
	client *s3.Client // of the test itself
	places disks.Places
	config disks.Config
	cut    func(partSize int64) disks.Handler
	handle disks.Handler
	log    *bytes.Buffer
	disk   []byte // the source's
}

func newWorld(t *testing.T, retryer aws.Retryer) *world {
	dir := t.TempDir()
	store, err := sqlite.Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w := &world{T: t, store: store, file: filepath.Join(dir, "image-sharing.db"), log: new(bytes.Buffer)}
	w.s3 = oneAtATime(gofakes3.New(s3mem.New(), gofakes3.WithAutoBucket(true)).Server())
	w.calls = &calls{s3: w.s3}
	w.client = newClient("eu-west-1", &calls{s3: w.s3, open: true}, nil)
	w.places = disks.NewPlaces(buckets.ByRegion{region: {Name: bucket, Region: "eu-west-1"}, elsewhere: {Name: bucketOf, Region: "us-east-1"}}, func(awsRegion string) *s3.Client {
		return newClient(awsRegion, w.calls, retryer)
	})
	s := service.New(store, service.Config{ShareLimit: 50, ActivityRetention: time.Hour})
	w.cut = func(partSize int64) disks.Handler {
		w.config.LeastPartSize = partSize
		return disks.NewHandler(disks.NewCopier(s, w.places, w.config), slog.New(slog.NewJSONHandler(w.log, nil)))
	}
	w.handle = w.cut(partSize)
	for _, p := range []sharing.ProjectID{owner, recipient} {
		w.must1(w.store.PutProject(t.Context(), sharing.PutProjectCommand{ID: p, ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "n"}, Origin: origin()}))
	}
	return w
}

// oneAtATime keeps requests apart: this S3 reads the parts of an upload without a lock.
func oneAtATime(h http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func newClient(awsRegion string, http s3.HTTPClient, retryer aws.Retryer) *s3.Client {
	client := disks.NewClient(disks.ClientConfig{Region: awsRegion, Endpoint: "http://s3.test", Credentials: keys, HTTPClient: http})
	if retryer == nil {
		return client
	}
	return s3.New(client.Options(), func(o *s3.Options) { o.Retryer = retryer })
}

var keys = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
})

// once has every fault reach the copier.
var once = aws.NopRetryer{}

func origin() sharing.Origin { return sample.Origin(time.Now().UTC().Truncate(time.Microsecond)) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) must1(_ any, _ bool, err error) { w.Helper(); w.must(err) }

func (w *world) put(key string, content []byte) { w.Helper(); w.putInto(bucket, key, content) }

func (w *world) putInto(bucket, key string, content []byte) {
	w.Helper()
	_, err := w.client.PutObject(context.Background(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(content)})
	w.must(err)
}

func (w *world) get(key string) []byte {
	w.Helper()
	out, err := w.client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	w.must(err)
	content, err := io.ReadAll(out.Body)
	w.must(err)
	return content
}

// bytesOf are n bytes that say where they are.
func bytesOf(n int, seed byte) []byte {
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(i/7) ^ byte(i) ^ seed
	}
	return content
}

// begin registers an image whose system disk has the size, and saves it under a key.
func (w *world) begin(size int) sharing.ImageID {
	w.Helper()
	w.disk = bytesOf(size, 1)
	w.put(sourceKey, w.disk)
	w.put(otherKey, []byte("nobody else's"))
	w.must1(w.store.PutImage(w.Context(), sharing.PutImageCommand{
		Owner: owner, ImageID: source, UID: "u", Origin: origin(),
		ImageSpec: sharing.ImageSpec{
			Name: "n", Region: region, Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
			SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: sourceKey},
		},
	}))
	_, _, err := w.store.Share(w.Context(), sharing.ShareCommand{
		Owner: owner, ImageID: source, Targets: []sharing.ProjectID{recipient}, Acknowledged: true, Limit: 50, Origin: origin(),
	})
	w.must(err)
	return w.save(origin()).ID
}

// save saves the source, or begins its copy again.
func (w *world) save(o sharing.Origin) sharing.Image {
	w.Helper()
	const key = "key"
	img, err := w.store.Save(context.Background(), sharing.SaveCommand{
		Project: recipient, SourceID: source, Name: "copy", Key: key, NewID: sharing.SavedImageID(recipient, key), UID: fmt.Sprintf("U%d", time.Now().UnixNano()), Origin: o,
	})
	w.must(err)
	return img
}

// secondDisk gives a copy that has begun a second disk, as that of an own image has.
func (w *world) secondDisk(id sharing.ImageID, region, key string) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+w.file+"?_busy_timeout=5000")
	w.must(err)
	defer func() { _ = db.Close() }()
	element, err := json.Marshal(map[string]any{"region": region, "key": key, "sizeGiB": 100})
	w.must(err)
	_, err = db.ExecContext(context.Background(), `UPDATE images SET attributes = json_insert(attributes, '$.copyFrom[#]', json(?)) WHERE id = ?`, string(element), id)
	w.must(err)
}

func (w *world) image(id sharing.ImageID) *sharing.Image {
	w.Helper()
	img, err := w.store.CopyOf(context.Background(), id)
	w.must(err)
	return img
}

// message is what the queue brings of a save.
func message(id sharing.ImageID) events.SQSEvent {
	return eventMessage("ImageSaved", fmt.Sprintf(`"copy":{"imageId":%q,"projectId":"recipient","region":%q}`, id, region))
}

func eventMessage(kind, fields string) events.SQSEvent {
	body := fmt.Sprintf(`{"version":"0","source":"image-sharing","detail-type":%q,"detail":{"schemaVersion":"1","activityId":"act-1","type":%q,%s}}`, kind, kind, fields)
	return events.SQSEvent{Records: []events.SQSMessage{{MessageId: "message-1", Body: body}}}
}

// deliver reports whether the message is done.
func (w *world) deliver(ctx context.Context, id sharing.ImageID) bool {
	w.Helper()
	reply, err := w.handle(ctx, message(id))
	w.must(err)
	return len(reply.BatchItemFailures) == 0
}

// deliverUntilDone is the queue, which brings a message again.
func (w *world) deliverUntilDone(id sharing.ImageID) {
	w.Helper()
	for range 6 {
		if w.deliver(context.Background(), id) {
			return
		}
	}
	w.Errorf("the message is not done after six times:\n%s", w.log)
}

// keys are those of the bucket.
func (w *world) keys() (keys []string) {
	w.Helper()
	out, err := w.client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	w.must(err)
	for _, o := range out.Contents {
		keys = append(keys, *o.Key)
	}
	return keys
}

// listUploads knows that this S3 has an error for a bucket that never had one.
func (w *world) listUploads() []types.MultipartUpload {
	w.Helper()
	out, err := w.client.ListMultipartUploads(context.Background(), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	if err != nil && strings.Contains(err.Error(), "NoSuchUpload") {
		return nil
	}
	w.must(err)
	return out.Uploads
}

func (w *world) uploads() int {
	w.Helper()
	return len(w.listUploads())
}

// nothingLeft fails unless the bucket has the objects that somebody else put there,
// and those of the image's disks, and no upload.
func (w *world) nothingLeft(img *sharing.Image, others ...string) {
	w.Helper()
	if img != nil && (img.Copying != nil || img.CopyFrom != nil || img.Uploads != nil) {
		w.Errorf("of its copying it has %+v, %+v, %+v", img.Copying, img.CopyFrom, img.Uploads)
	}
	want := append([]string{otherKey}, others...)
	if img != nil && img.State == sharing.Available {
		want = append(want, img.SystemDisk.SnapshotID)
		for _, d := range img.DataDisks {
			want = append(want, d.SnapshotID)
		}
	}
	slices.Sort(want)
	if got := w.keys(); !slices.Equal(got, want) {
		w.Errorf("the bucket has\n%s, not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := w.uploads(); n > 0 {
		w.Errorf("%d uploads are left", n)
	}
}

// is checks what the copy has become: Available with the content, or Failed with the
// code.
func (w *world) is(id sharing.ImageID, code string, contents ...[]byte) *sharing.Image {
	w.Helper()
	img := w.image(id)
	if img == nil {
		w.Fatal("the copy is gone")
	}
	if code != "" {
		if img.State != sharing.Failed || img.Failure == nil || img.Failure.Code != code || img.Failure.Message == "" {
			w.Errorf("the copy is %s, %+v, not %s", img.State, img.Failure, code)
		}
		return img
	}
	if img.State != sharing.Available || !img.Sealed {
		w.Fatalf("the copy is %s, %+v; sealed: %v\n%s", img.State, img.Failure, img.Sealed, w.log)
	}
	keys := []string{img.SystemDisk.SnapshotID}
	for _, d := range img.DataDisks {
		keys = append(keys, d.SnapshotID)
	}
	for i, key := range keys {
		if !bytes.Equal(w.get(key), contents[i]) {
			w.Errorf("disk %d has not the source's content", i)
		}
		out, err := w.client.HeadObject(context.Background(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key})
		w.must(err)
		if etag := fmt.Sprintf("%x", md5.Sum(contents[i])); out.Metadata["source-etag"] != etag {
			w.Errorf("disk %d says that it is of %s, not of %s", i, out.Metadata["source-etag"], etag)
		}
	}
	if len(keys) > 1 && len(keys) != len(contents) { // what was saved anew has the system disk
		w.Errorf("it has %d disks, not %d", len(keys), len(contents))
	}
	return img
}

// calls is the transport of S3's client: it hands requests to S3 in this process, and
// does something to the one with a number.
type calls struct {
	s3   http.Handler
	open bool // to a test's own requests

	mu    sync.Mutex
	at    int // -1 for none
	meet  func(*exchange) (*http.Response, error)
	made  []string
	quiet bool                                    // nested calls are not counted
	all   func(*exchange) (*http.Response, error) // what every call meets
}

// exchange is a request on its way.
type exchange struct {
	*http.Request
	body []byte
	s3   http.Handler
}

// on has the call with the number meet something.
func (c *calls) on(number int, meet func(*exchange) (*http.Response, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.meet, c.made, c.quiet = number, meet, nil, false
}

// Do implements s3.HTTPClient.
func (c *calls) Do(r *http.Request) (*http.Response, error) {
	e := &exchange{Request: r, s3: c.s3}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		e.body = body
	}
	c.mu.Lock()
	number := len(c.made)
	met := c.meet != nil && number == c.at && !c.quiet
	if !c.quiet {
		c.made = append(c.made, r.Method+" "+r.URL.RequestURI())
	}
	if met {
		c.quiet = true
	}
	meet := c.meet
	if c.all != nil {
		meet, met = c.all, true
	}
	c.mu.Unlock()
	if why := c.forbidden(e); why != "" {
		return e.refuse(400, why), nil
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if met {
		return meet(e)
	}
	return e.forward(), nil
}

// forbidden is what the copier must not send, "" for all else: the content of a disk
// passes through nobody but S3, an upload names no algorithm, and nothing that is there
// is written over.
func (c *calls) forbidden(e *exchange) string {
	query, awsRegion := e.URL.Query(), "eu-west-1"
	if strings.HasPrefix(e.URL.Path, "/"+bucketOf) {
		awsRegion = "us-east-1"
	}
	switch {
	case c.open:
	case !strings.Contains(e.Header.Get("Authorization"), "/"+awsRegion+"/s3/"):
		return "AsksInAnotherRegion"
	case e.Method == http.MethodGet && !query.Has("list-type") && !query.Has("uploads") && !query.Has("uploadId"):
		return "ReadsADisk"
	case e.Method == http.MethodPut && (len(e.body) > 0 || e.Header.Get("X-Amz-Copy-Source") == ""):
		return "WritesADisk"
	case e.Header.Get("X-Amz-Checksum-Algorithm") != "":
		return "NamesAnAlgorithm"
	case e.Method == http.MethodPost && query.Has("uploadId") && e.Header.Get("If-None-Match") != "*":
		return "WritesOver"
	}
	return ""
}

// forward has S3 carry the request out.
func (e *exchange) forward() *http.Response {
	again := e.Clone(context.WithoutCancel(e.Context()))
	again.Body, again.RequestURI = io.NopCloser(bytes.NewReader(e.body)), e.URL.RequestURI()
	again.ContentLength = int64(len(e.body))
	again.Header.Set("Content-Length", fmt.Sprint(len(e.body))) // as it comes over a wire
	recorder := httptest.NewRecorder()
	e.s3.ServeHTTP(recorder, again)
	response := recorder.Result()
	response.Request = e.Request
	return response
}

func (e *exchange) respond(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/xml"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: e.Request,
	}
}

// refuse responds with an error of S3; a HEAD's has no body.
func (e *exchange) refuse(status int, code string) *http.Response {
	if e.Method == http.MethodHead {
		return e.respond(status, "")
	}
	return e.respond(status, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>`+code+`</Code><Message>m</Message></Error>`)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
