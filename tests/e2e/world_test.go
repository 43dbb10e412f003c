// Package e2e has the end-to-end tests: over HTTP, through the gateway, with
// real tokens, on both engines. Every request and answer is held against the
// OpenAPI document.
package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/openapitest"
)

func TestMain(m *testing.M) {
	ddbtest.Main(m)
}

// world is a running service and the cast of one test in it. Every test has
// its own ids, so that all tests of an engine share one service.
type world struct {
	t      *testing.T
	url    string
	client *http.Client
	prefix string
}

// eachEngine runs a test on both engines.
func eachEngine(t *testing.T, test func(w *world)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(newWorld(t, sqliteService(t)))
	})
	t.Run("dynamodb", func(t *testing.T) {
		t.Parallel()
		test(newWorld(t, dynamoDBService(t)))
	})
}

func newWorld(t *testing.T, url string) *world {
	validator := openapitest.New(t)
	return &world{
		t: t, url: url,
		client: &http.Client{Transport: validator.Transport(http.DefaultTransport)},
		prefix: strings.ToLower(rand.Text()[:10]) + "-",
	}
}

// logs has what all services of the tests have logged.
var logs syncBuffer

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string { return string(s.bytes()) }

// bytes are valid until the next Write.
func (s *syncBuffer) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Bytes()
}

func testLog() *slog.Logger { return slog.New(slog.NewJSONHandler(&logs, nil)) }

// once starts a service for the whole test binary. It ends with the process:
// it keeps nothing.
type once struct {
	sync.Once
	url string
	err error
}

var services [2]once

func sqliteService(t *testing.T) string {
	return services[0].start(t, runner.Config{DataDir: runner.InMemory, Engine: runner.SQLite})
}

func dynamoDBService(t *testing.T) string {
	return services[1].start(t, runner.Config{
		DataDir: runner.InMemory, Engine: runner.DynamoDB,
		DynamoDBEndpoint: ddbtest.Endpoint(t), TableName: "e2e-" + rand.Text(),
	})
}

func (o *once) start(t *testing.T, c runner.Config) string {
	o.Do(func() {
		c.ShareLimit, c.Log = 50, testLog()
		var r *runner.Runner
		if r, o.err = runner.Start(context.Background(), c); o.err == nil {
			o.url = r.URL
		}
	})
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.url
}

// start runs a service of its own for one test.
func start(t *testing.T, c runner.Config) *world {
	t.Helper()
	if c.ShareLimit == 0 {
		c.ShareLimit = 50
	}
	if c.Log == nil {
		c.Log = testLog()
	}
	r, err := runner.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return newWorld(t, r.URL)
}

// id is an id of this test alone.
func (w *world) id(name string) string { return w.prefix + name }

type object = map[string]any

// answer is an HTTP answer, its JSON decoded.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	raw    string
	body   object
}

// token gets a token from the local issuer.
func (w *world) token(scope string, projects ...string) string {
	w.t.Helper()
	return w.tokenOf("tester", scope, projects...)
}

func (w *world) tokenOf(subject, scope string, projects ...string) string {
	w.t.Helper()
	if projects == nil {
		projects = []string{}
	}
	a := w.send("", "POST", "/local/token", object{"sub": subject, "projects": projects, "scope": scope})
	a.is(200)
	token := a.body["access_token"].(string)
	return token
}

const tenantScope = "images:read images:share images:save"

func (w *world) tenant(projects ...string) string { return w.token(tenantScope, projects...) }

func (w *world) platform() string { return w.token("catalog:write") }

// send sends a request; a body that is a string or []byte is sent as it is.
func (w *world) send(token, method, path string, body any, headers ...string) answer {
	w.t.Helper()
	a, err := w.try(context.WithoutCancel(w.t.Context()), token, method, path, body, headers...)
	if err != nil {
		w.t.Errorf("%s %s: %v", method, path, err)
	}
	return a
}

// try is send for a request that may fail to be answered.
func (w *world) try(ctx context.Context, token, method, path string, body any, headers ...string) (answer, error) {
	none := answer{t: w.t, what: method + " " + path}
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	case []byte:
		content = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return none, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, w.url+path, content)
	if err != nil {
		return none, err
	}
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := w.client.Do(r)
	if err != nil {
		return none, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return none, err
	}
	a := answer{t: w.t, what: none.what, status: response.StatusCode, header: response.Header, raw: string(raw)}
	if len(raw) > 0 && strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			return a, fmt.Errorf("%w in %s", err, raw)
		}
	}
	return a, nil
}

// is fails the test unless the answer has the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s answered %d, not %d: %s", a.what, a.status, status, a.raw)
	}
	return a
}

// refused fails the test unless the answer is that problem.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	if a.status != status || a.body["code"] != code {
		a.t.Fatalf("%s answered %d %v, not %d %s: %s", a.what, a.status, a.body["code"], status, code, a.raw)
	}
	return a
}

// has fails the test unless a field of the answer has the value.
func (a answer) has(field string, value any) answer {
	a.t.Helper()
	if got := fmt.Sprint(a.body[field]); got != fmt.Sprint(value) {
		a.t.Fatalf("%s answered %s %s, not %v: %s", a.what, field, got, value, a.raw)
	}
	return a
}

// ids are the imageIds of a list.
func (a answer) ids() []string {
	a.t.Helper()
	ids := []string{}
	for _, img := range a.body["images"].([]any) {
		ids = append(ids, img.(object)["imageId"].(string))
	}
	return ids
}

// project registers a project and returns its id.
func (w *world) project(name string) string {
	w.t.Helper()
	w.send(w.platform(), "PUT", "/v1/projects/"+w.id(name), object{"accountId": "acct-" + name, "name": "Project " + name}).is(201)
	return w.id(name)
}

// projects registers n projects.
func (w *world) projects(name string, n int) []string {
	w.t.Helper()
	platform, ids := w.platform(), make([]string, n)
	for i := range ids {
		ids[i] = w.id(fmt.Sprintf("%s%03d", name, i))
		w.send(platform, "PUT", "/v1/projects/"+ids[i], object{"accountId": "acct", "name": "Project"}).is(201)
	}
	return ids
}

// spec is the body of an image, with changes.
func spec(changes object) object {
	s := object{
		"name": "golden", "description": "a test image", "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available",
		"osName": "Debian 12", "osType": "Linux", "architecture": "x86_64",
		"systemDisk": object{"sizeGiB": 20, "snapshotId": "snap-system-secret"},
		"dataDisks":  []object{{"sizeGiB": 100, "snapshotId": "snap-data-secret"}},
	}
	for k, v := range changes {
		s[k] = v
	}
	return s
}

// image registers an image and returns its id.
func (w *world) image(owner, name string, changes object) string {
	w.t.Helper()
	w.send(w.platform(), "PUT", imagePath(owner, w.id(name)), spec(changes)).is(201)
	return w.id(name)
}

func imagePath(project, image string) string { return "/v1/projects/" + project + "/images/" + image }

func sharesPath(project, image string) string { return imagePath(project, image) + "/shares" }

func sharedPath(project, image string) string {
	return "/v1/projects/" + project + "/shared-images/" + image
}

func shareBody(targets ...string) object {
	return object{"projectIds": targets, "acknowledgeSecurityReminder": true}
}

// share shares an image as its owner.
func (w *world) share(owner, image string, targets ...string) answer {
	w.t.Helper()
	return w.send(w.tenant(owner), "POST", sharesPath(owner, image), shareBody(targets...))
}

// pages reads a whole list.
func (w *world) pages(token, path string, limit int) (all []string) {
	w.t.Helper()
	for next := ""; ; {
		a := w.send(token, "GET", fmt.Sprintf("%s?limit=%d%s", path, limit, next), nil).is(200)
		all = append(all, a.ids()...)
		nextToken, more := a.body["nextToken"].(string)
		if !more {
			return all
		}
		next = "&nextToken=" + url.QueryEscape(nextToken)
	}
}
