// Package performance measures use cases through HTTP against their floors: how much
// of the processor a request takes of the server's process, and how long it takes.
package performance

import (
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) {
	if on := os.Getenv(variable); on != "" {
		if err := serve(parsePlace(on)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ddbtest.Main(m)
}

const (
	owner     = "owner"
	recipient = "recipient"

	sharesEach = sharing.MaxShares
	newImages  = 400 // for shares to come
)

// images are shared already, with sharesEach projects. With 20,000 there are a million
// shares, which take minutes to make: nothing may be slower for it.
var images = flag.Int64("images", 120, "how many images are shared already")

// useCases are the requests that are measured.
var useCases = []struct {
	name    string
	request func(l *load, n int64) api.Request
}{
	{"launch check", func(l *load, n int64) api.Request {
		return api.Request{Token: l.recipient, Method: "GET", Path: api.LaunchPath(recipient, imageID(n))}
	}},
	{"get", func(l *load, n int64) api.Request {
		return api.Request{Token: l.recipient, Method: "GET", Path: api.ReceivedPath(recipient, imageID(n))}
	}},
	{"list of 25", func(l *load, _ int64) api.Request {
		return api.Request{Token: l.recipient, Method: "GET", Path: api.ReceivedImagesPath(recipient) + "?limit=25"}
	}},
	{"list of 100", func(l *load, _ int64) api.Request {
		return api.Request{Token: l.recipient, Method: "GET", Path: api.ReceivedImagesPath(recipient) + "?limit=100"}
	}},
	{"share", func(l *load, n int64) api.Request {
		return api.Request{Token: l.owner, Method: "POST", Path: api.SharesPath(owner, newImage(n/sharesEach)), Body: api.ShareBody(target(int(n % sharesEach)))}
	}},
}

func imageID(n int64) string { return fmt.Sprintf("image-%d", n%*images) }

func newImage(n int64) string { return fmt.Sprintf("new-%d", n%newImages) }

func target(i int) string { return fmt.Sprintf("target-%d", i) }

// pair is the service and its floor, each with its load.
type pair struct{ service, floor *load }

// newPair starts both on the same data: images that are shared with as many projects
// as can be, the recipient among them.
func newPair(b *testing.B, store string) pair {
	b.Helper()
	on := place{store: store, dir: b.TempDir()}
	if store == runner.DynamoDB {
		on.endpoint, on.table = ddbtest.Endpoint(b), "performance-"+rand.Text()
	}
	fill(b, on)
	floorOn := on
	floorOn.store, floorOn.dir = floorOf+store, b.TempDir()
	if err := os.CopyFS(floorOn.dir, os.DirFS(on.dir)); err != nil {
		b.Fatal(err)
	}
	service, floor := start(b, on), start(b, floorOn)
	client := api.Client{URL: service.URL}
	token := func(project string) string {
		token, err := client.Token(b.Context(), "tester", api.TenantScope, project)
		if err != nil {
			b.Fatal(err)
		}
		return token
	}
	p := pair{newLoad(b, service), newLoad(b, floor)}
	p.service.owner, p.service.recipient = token(owner), token(recipient)
	p.floor.owner, p.floor.recipient = p.service.owner, p.service.recipient
	p.floor.sent = newImages / 2 * sharesEach // on DynamoDB they are in one table
	return p
}

// fill brings the data in, through a service that has ended when it returns.
func fill(b *testing.B, on place) {
	b.Helper()
	r, err := runner.Start(b.Context(), on.config(slog.New(slog.DiscardHandler)))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := r.Stop(); err != nil {
			b.Fatal(err)
		}
	}()
	token, err := api.Client{URL: r.URL}.Token(b.Context(), "platform", api.EveryScope, owner)
	if err != nil {
		b.Fatal(err)
	}
	l := newLoad(b, &server{URL: r.URL})
	put := func(path string, body api.Object) {
		l.must(api.Request{Token: token, Method: "PUT", Path: path, Body: body}, http.StatusCreated)
	}
	put(api.ProjectPath(owner), api.ProjectBody("account", owner))
	put(api.ProjectPath(recipient), api.ProjectBody("account", recipient))
	targets := []string{recipient}
	for i := range sharesEach {
		put(api.ProjectPath(target(i)), api.ProjectBody("account", target(i)))
		targets = append(targets, target(i))
	}
	for n := range *images {
		put(api.ImagePath(owner, imageID(n)), api.ImageBody(nil))
		l.must(api.Request{Token: token, Method: "POST", Path: api.SharesPath(owner, imageID(n)), Body: api.ShareBody(targets[:sharesEach]...)}, http.StatusOK)
	}
	for n := range int64(newImages) {
		put(api.ImagePath(owner, newImage(n)), api.ImageBody(nil))
	}
}

// warmUp is how many requests come before what is measured: connections are made, and
// DynamoDB Local compiles.
const warmUp = 200

// requestsATurn is how many requests go to one of the two before the other has its turn.
const requestsATurn = 500

// BenchmarkUseCases has service and floor take turns, so that both have the same
// machine, and reports what one request takes. "make bench" makes a table of it.
func BenchmarkUseCases(b *testing.B) {
	for _, on := range []struct {
		store  string
		crowds []int
	}{
		{runner.SQLite, []int{1, 8, 32}},
		{runner.DynamoDB, []int{1, 8}}, // with more, DynamoDB Local alone is measured
	} {
		b.Run(on.store, func(b *testing.B) {
			p := newPair(b, on.store)
			for _, u := range useCases {
				for _, clients := range on.crowds {
					name := fmt.Sprintf("%s/clients=%d", strings.ReplaceAll(u.name, " ", "-"), clients)
					b.Run(name, func(b *testing.B) { p.measure(b, u.request, clients) })
				}
			}
		})
	}
}

func (p pair) measure(b *testing.B, request func(*load, int64) api.Request, clients int) {
	var service, floor measured
	p.service.b, p.floor.b = b, b
	p.service.measure(request, clients, warmUp)
	p.floor.measure(request, clients, warmUp)
	for b.Loop() {
		service.add(p.service.measure(request, clients, requestsATurn))
		floor.add(p.floor.measure(request, clients, requestsATurn))
	}
	b.ReportMetric(0, "ns/op") // of both together: of no interest
	micros := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	for prefix, m := range map[string]*measured{"": &service, "floor-": &floor} {
		b.ReportMetric(micros(m.processorEach()), prefix+"cpu-µs")
		b.ReportMetric(micros(m.percentile(50)), prefix+"p50-µs")
		b.ReportMetric(micros(m.percentile(99)), prefix+"p99-µs")
	}
}
