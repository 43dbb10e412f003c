package crash

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	_ "modernc.org/sqlite"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
)

// world is a service with its clients, on one set of data.
type world struct {
	t          *testing.T
	deployment deployment
	running    *running
	clients    []*client
	clock      atomic.Int64 // counts the begins and ends of requests
}

// newWorld starts a service on new data, with the cast registered.
func newWorld(t *testing.T, d deployment) *world {
	t.Helper()
	w := &world{t: t, deployment: d}
	for i := range clients {
		w.clients = append(w.clients, &client{t: t, clock: &w.clock, name: fmt.Sprintf("client-%d", i)})
	}
	w.start()
	w.register()
	return w
}

func (w *world) start() {
	w.t.Helper()
	w.running = w.deployment.start(w.t)
	for _, c := range w.clients {
		var err error
		if c.api, err = signIn(w.running.url, c.name, c.projects()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) register() {
	w.t.Helper()
	registered := make(map[string]bool)
	for _, c := range w.clients {
		for _, p := range c.projects() {
			if registered[p] {
				continue
			}
			registered[p] = true
			got, err := c.api.send(request{method: "PUT", path: "/v1/projects/" + p, body: map[string]any{"accountId": "account", "name": p}})
			if err != nil || got.status != 201 {
				w.t.Fatalf("project %s: %d %s %v", p, got.status, got.raw, err)
			}
		}
	}
	w.clients[0].do(command{kind: put, image: common, name: "common"})
	for _, c := range w.clients {
		c.state.images[common] = w.clients[0].state.images[common]
	}
}

// victim is what is killed.
type victim int

const (
	service victim = iota
	database
)

// crash has all clients write, kills the victim, starts again, checks
// everything, and returns what became of the requests.
func (w *world) crash(v victim, random *rand.Rand) (counts tally) {
	w.t.Helper()
	w.load(v, random)
	w.start()
	mayBeForgotten := func(write) bool { return false }
	if v == database {
		mayBeForgotten = w.isLast()
	}
	for _, c := range w.clients {
		c.check(mayBeForgotten)
		counts.add(c.counts)
		c.counts = tally{}
	}
	if counts.forgotten > 1 {
		w.t.Errorf("%d acknowledged writes are forgotten", counts.forgotten)
	}
	if w.deployment.engine == nil {
		w.inspectFile()
	} else {
		w.inspectTable()
	}
	if w.t.Failed() {
		w.t.FailNow()
	}
	return counts
}

// isLast tells of an acknowledged write whether it may have been the last: no
// other one was begun after its end. DynamoDB Local commits one write before it
// takes the next, so every other one was committed.
func (w *world) isLast() func(write) bool {
	var begun int64
	for _, c := range w.clients {
		begun = max(begun, c.last.begun)
	}
	return func(one write) bool { return one.end > begun }
}

// load has all clients work and kills the victim. It returns when service and
// engine are dead.
func (w *world) load(v victim, random *rand.Rand) {
	w.t.Helper()
	enough := w.clock.Load() + 2*int64(10+random.IntN(w.deployment.mostRequests())) // each is two ticks
	stop, done := make(chan struct{}), make(chan struct{})
	var working sync.WaitGroup
	for _, c := range w.clients {
		own := rand.New(rand.NewPCG(random.Uint64(), 0))
		working.Go(func() { c.work(own, stop) })
	}
	go func() {
		working.Wait()
		close(done)
	}()
	for w.clock.Load() < enough {
		select {
		case <-done:
			w.t.Fatal("the clients stopped before anything was killed")
		case <-time.After(time.Duration(random.Int64N(int64(5 * time.Millisecond)))):
		}
	}
	if v == service {
		w.running.killService()
	} else {
		w.running.killEngine(w.t)
		time.Sleep(100 * time.Millisecond) // for commands that the service must refuse
	}
	close(stop)
	<-done
	if v == service && w.running.engine != nil {
		w.commit()
	}
	w.end()
}

// commit makes a write of its own, after which all former ones are committed.
func (w *world) commit() {
	w.t.Helper()
	if _, _, err := w.table().PutProject(w.t.Context(), sharing.PutProjectCommand{ID: commonOwner, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: "again"}, Now: time.Now()}); err != nil {
		w.t.Fatal(err)
	}
}

// end ends what still runs.
func (w *world) end() {
	w.t.Helper()
	w.running.killService()
	if w.running.engine != nil {
		w.running.stopEngine()
	}
}

// inspectFile has SQLite itself look at its file.
func (w *world) inspectFile() {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.deployment.dir, "image-sharing.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		w.t.Errorf("integrity_check says %q, %v", verdict, err)
	}
	rows, err := db.Query("PRAGMA foreign_key_check")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() || rows.Err() != nil {
		w.t.Errorf("foreign_key_check finds something: %v", rows.Err())
	}
}

// inspectTable holds the whole table against what all clients know, when the
// clean-up is through.
func (w *world) inspectTable() {
	w.t.Helper()
	t := w.table()
	var found dynamo.Inspection
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var err error
		if found, err = t.Inspect(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		if len(found.Orphans) == 0 || time.Now().After(end) {
			break
		}
	}
	want := dynamo.Inspection{Projects: 1, Images: 1} // the common one and its owner
	for _, c := range w.clients {
		want.Projects += len(c.projects()) - 1
		images, shares := c.state.count()
		want.Images, want.Shares = want.Images+images, want.Shares+shares
	}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		w.t.Errorf("the table has %+v, and the clients know of %+v", found, want)
	}
}

func (w *world) table() *dynamo.Store {
	return dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: w.running.engine.Endpoint(), HTTPClient: dynamo.NewHTTPClient(10 * time.Second),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	}), tableName)
}

// count counts the client's images with their copies, and its shares.
func (s state) count() (images, shares int) {
	for i, img := range s.images {
		shares += img.with.count()
		if i == common {
			continue
		}
		images += s.copies[i].count()
		if img.exists {
			images++
		}
	}
	return images, shares
}

func (s set) count() (n int) {
	for _, in := range s {
		if in {
			n++
		}
	}
	return n
}
