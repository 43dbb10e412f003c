package robustness

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"image-sharing/local/dynamodblocal"
	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/budget"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/robustness/model"
)

// Here the service, or DynamoDB Local under it, is killed at random moments of a
// load of requests, and started again on the same data. Then every request that
// got no response is repeated, and everything is read. All of it is one history:
// it is linearizable only if what was acknowledged is there, what was refused is
// not, and what got no response took effect whole or not at all.
//
// All of it holds when the service is killed, on both stores. DynamoDB Local
// itself is less durable: 3.3.1 answers a write a few milliseconds before it
// commits it, and killed in between it forgets that write, which was seen in
// every second of the kills that came at once. So when it is the one to be
// killed, the very last acknowledged write may be missing, whole; nothing else
// may. Its maker promises nothing; that is asserted so that a version which is
// worse is noticed. A deployment rests on DynamoDB itself.
//
// SIGKILL ends a process between any two instructions, but what the process
// gave to the kernel by then still reaches the disk. So nothing here shows what
// a power cut does: SQLite's synchronous=FULL is for that, and these tests
// would not miss it.

func TestKilledOnSQLite(t *testing.T) {
	t.Parallel()
	crashes(t, 8, nil)
}

// The service is killed in one crash, DynamoDB Local in the next.
func TestKilledOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	installed := ddbtest.Installation(t)
	crashes(t, 2, &installed)
}

// life is how many crashes the same data go through. It has an end because
// DynamoDB Local hands out its whole stream again after each start.
const life = 8

func crashes(t *testing.T, short int, installed *dynamodblocal.Installation) {
	d := &deployment{t: t, binary: build(t), installed: installed, limit: lowLimit}
	met := counts{}
	var survivors []*history // of this life
	n := 0
	for _, random := range budget.Rounds(t, killShare, short) {
		if n%life == 0 {
			d.dir, survivors = t.TempDir(), nil
			d.start()
		}
		survivors = append(survivors, d.crash(random, met, installed != nil && n%2 == 1))
		d.inspect(survivors)
		if n++; n%life == 0 {
			d.end(survivors)
		}
	}
	if n%life > 0 && !t.Failed() {
		d.end(survivors)
	}
	t.Logf("%d crashes: %s", n, met)
	if n < life {
		return // so few need not have met everything
	}
	if missing := met.missing([]string{"ShareImage 200", "UnshareImage 204", "SaveImage 202", "DeleteImage 204"}); len(missing) > 0 {
		t.Errorf("there was nothing of %q to lose", missing)
	}
}

// crash has clients send requests, kills the service or its database, and
// returns the history when all is well again.
func (d *deployment) crash(random *rand.Rand, met counts, database bool) *history {
	d.t.Helper()
	s := setting{store: runner.SQLite, limit: d.limit, breaks: true}
	enough := 10 + random.IntN(500)
	if d.installed != nil {
		s.store, enough = runner.DynamoDB, 10+random.IntN(50) // a write takes it some 20 ms
	}
	h := newHistory(kit.At(d.t, d.url).Unchecked(), s, 2, fewTargets, nil, met)
	h.register(4)
	var dead atomic.Bool
	done := make(chan struct{})
	pause := rand.New(rand.NewPCG(random.Uint64(), 0))
	go func() {
		defer close(done)
		h.work(random, 6, func(int) bool { return dead.Load() })
	}()
	for h.recorded() < enough {
		select {
		case <-done:
			d.t.Fatal("the clients stopped before anything was killed")
		case <-time.After(time.Duration(pause.Int64N(int64(5 * time.Millisecond)))):
		}
	}
	if database {
		d.killDatabase()
		time.Sleep(100 * time.Millisecond) // for requests that the service must refuse
	}
	d.killService()
	dead.Store(true)
	<-done
	if database {
		h.forgettable = h.lastWrites()
	}
	d.start()
	h.connect(kit.At(d.t, d.url).Unchecked())
	if d.installed == nil || database {
		h.restarted = time.Since(h.start) // what is on its way to a database that lives on may still come
	}
	h.repeatLost()
	h.look()
	h.check()
	return h
}

// repeatLost repeats what got no response.
func (h *history) repeatLost() {
	var again []model.Request
	for _, r := range h.records {
		if r.lost {
			again = append(again, r.request)
		}
	}
	h.all(again)
}

// lastWrites are the acknowledged writes each of which may have been the last:
// no other one was sent after its end. DynamoDB Local commits one write before it
// takes the next, so every other one was committed.
func (h *history) lastWrites() (last []int) {
	var sent time.Duration
	for i, r := range h.records {
		if !r.lost && r.response.Status/100 == 2 && r.request.Form().Method != "GET" {
			sent, last = max(sent, r.sent), append(last, i)
		}
	}
	return slices.DeleteFunc(last, func(i int) bool { return h.records[i].ended <= sent })
}

// end looks once more at what outlived all crashes of a life.
func (d *deployment) end(survivors []*history) {
	d.t.Helper()
	for _, h := range survivors {
		h.connect(kit.At(d.t, d.url).Unchecked())
		h.look()
		h.check()
	}
	d.inspect(survivors)
	d.killService()
	if d.database != nil {
		d.killDatabase()
	}
}

func (d *deployment) inspect(survivors []*history) {
	d.t.Helper()
	if d.installed == nil {
		d.inspectFile()
	} else {
		d.inspectTable(survivors)
	}
}

// inspectFile has SQLite itself look at its file.
func (d *deployment) inspectFile() {
	d.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(d.dir, "image-sharing.db"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		d.t.Errorf("integrity_check says %q, %v", verdict, err)
	}
	rows, err := db.Query("PRAGMA foreign_key_check")
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() || rows.Err() != nil {
		d.t.Errorf("foreign_key_check finds something: %v", rows.Err())
	}
}

// inspectTable holds the whole table against what was read over HTTP, when the
// clean-up is through.
func (d *deployment) inspectTable(survivors []*history) {
	d.t.Helper()
	var want, found kit.Inspection
	for _, h := range survivors {
		want.Projects += len(h.initial.Projects)
		want.Images, want.Shares = want.Images+h.found.images, want.Shares+h.found.shares
	}
	table := dynamo.New(kit.DynamoDB(d.database.Endpoint()), tableName)
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var err error
		if found, err = kit.Inspect(d.t.Context(), table, dynamo.Whole); err != nil {
			d.t.Fatal(err)
		}
		if len(found.Orphans) == 0 || time.Now().After(end) {
			break
		}
	}
	want.Activities, want.Pages = found.Activities, found.Pages // the histories have read them
	if fmt.Sprint(found) != fmt.Sprint(want) {
		d.t.Errorf("the table has %+v, and over HTTP there is %+v", found, want)
	}
}
