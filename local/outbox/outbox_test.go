package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/sqlite"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

// catcher is a function that keeps what it got.
type catcher struct {
	mu      sync.Mutex
	records []events.DynamoDBEventRecord
	fails   int    // so many times
	poison  string // the sequence number of a record that fails always
	ends    context.CancelFunc
}

func (c *catcher) handle(_ context.Context, e events.DynamoDBEvent) (reply events.DynamoDBEventResponse, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ends != nil {
		c.ends() // the process dies here: whoever got the records does not know
	}
	for i, r := range e.Records {
		number := r.Change.SequenceNumber
		if number == c.poison || c.fails > 0 && i == len(e.Records)-1 {
			c.fails--
			reply.BatchItemFailures = append(reply.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: number})
			break
		}
		c.records = append(c.records, r)
	}
	return reply, nil
}

// numbers are the sequence numbers of what it got.
func (c *catcher) numbers() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, r := range c.records {
		all = append(all, r.Change.SequenceNumber)
	}
	return strings.Join(all, " ")
}

func open(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // closed before by some
	return s
}

func put(t *testing.T, s *sqlite.Store, names ...string) {
	t.Helper()
	for _, name := range names {
		origin := sample.Origin(time.Now())
		origin.ActivityID = sharing.ActivityID("act-" + name)
		if _, _, err := s.PutProject(t.Context(), sharing.PutProjectCommand{
			ID: sharing.ProjectID(name), ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: name}, Origin: origin,
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a pump until stop, which returns its log.
func run(t *testing.T, s *sqlite.Store, again int, c *catcher) (stop func() string) {
	t.Helper()
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- New(s, again, c.handle, slog.New(slog.NewTextHandler(&log, nil))).Run(ctx) }()
	stop = sync.OnceValue(func() string {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		return log.String()
	})
	t.Cleanup(func() { stop() })
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func (c *catcher) gets(t *testing.T, numbers string) {
	t.Helper()
	eventually(t, "it got other records than "+numbers, func() bool { return c.numbers() == numbers })
}

func TestWhatIsWrittenIsDelivered(t *testing.T) {
	memory, err := sqlite.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	for name, s := range map[string]*sqlite.Store{"file": open(t, t.TempDir()), "memory": memory} {
		var c catcher
		put(t, s, "before")
		stop := run(t, s, 0, &c)
		c.gets(t, "1")
		put(t, s, "a", "b")
		c.gets(t, "1 2 3")
		if log := stop(); log != "" {
			t.Errorf("%s: it logged %s", name, log)
		}
	}
}

// The record is the one that DynamoDB's stream has of the item.
func TestARecordOfTheStream(t *testing.T) {
	number := func(n string) events.DynamoDBAttributeValue { return events.NewNumberAttribute(n) }
	text := events.NewStringAttribute
	r := recordOf(sqlite.Outgoing{Seq: 7, Feed: "q", Attributes: `{"activityId":"act","at":"2026","expiresAt":1893456000,"echo":1,"imageId":"i",` +
		`"targets":["x","y"],"copy":{"imageId":"j"}}`})
	image := map[string]events.DynamoDBAttributeValue{
		"pk": text("IMAGE#j"), "sk": text("ACTIVITY#2026#act"),
		"activityId": text("act"), "at": text("2026"), "expiresAt": number("1893456000"), "echo": number("1"), "imageId": text("i"),
		"targets": events.NewListAttribute([]events.DynamoDBAttributeValue{text("x"), text("y")}),
		"copy":    events.NewMapAttribute(map[string]events.DynamoDBAttributeValue{"imageId": text("j")}),
	}
	got, err := json.Marshal(r.Change.NewImage)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(image)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) || r.EventName != "INSERT" || r.Change.SequenceNumber != "7" || r.EventID == "" || r.Change.Keys["sk"].String() != "ACTIVITY#2026#act" {
		t.Errorf("the record is %+v, its image %s", r, got)
	}
	for attributes, pk := range map[string]string{
		`{}`: "PROJECT#q", `{"imageId":"i"}`: "IMAGE#i", `{"imageId":"i","copy":{"imageId":"j"}}`: "IMAGE#i", `{"echo":1,"copy":1}`: "PROJECT#q",
		`null`: "PROJECT#q", `{`: "PROJECT#q", `[]`: "PROJECT#q",
	} {
		if got := recordOf(sqlite.Outgoing{Feed: "q", Attributes: attributes}).Change.Keys["pk"].String(); got != pk {
			t.Errorf("%s has the key %s, not %s", attributes, got, pk)
		}
	}
}

func TestARestartGoesOn(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a", "b")
	var first catcher
	stop := run(t, s, 0, &first)
	first.gets(t, "1 2")
	stop()
	put(t, s, "c")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var second catcher
	run(t, open(t, dir), 0, &second)
	second.gets(t, "3")
}

func TestARestartDeliversTheNewestAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a", "b", "c", "d")
	var first catcher
	stop := run(t, s, 0, &first)
	first.gets(t, "1 2 3 4")
	stop()
	for again, numbers := range map[int]string{0: "", 2: "3 4", 4: "1 2 3 4", 1000: "1 2 3 4"} {
		var c catcher
		stop := run(t, s, again, &c)
		c.gets(t, numbers)
		stop()
	}
}

// A process that ends after a commit has not delivered it; one that ends while
// it delivers does not know whether it has. Either way it comes after the restart.
func TestNothingIsLostInACrash(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a", "b")
	ctx, die := context.WithCancel(t.Context())
	dying := catcher{ends: die}
	if err := New(s, 0, dying.handle, slog.New(slog.DiscardHandler)).Run(ctx); err != nil {
		t.Fatal(err)
	}
	if dying.numbers() != "1 2" {
		t.Fatalf("before it died it got %s", dying.numbers())
	}
	put(t, s, "c")
	// A file that is not closed is what a crash leaves.
	var c catcher
	run(t, open(t, dir), 0, &c)
	c.gets(t, "1 2 3")
}

func TestAFailedRecordIsTriedAgain(t *testing.T) {
	s := open(t, t.TempDir())
	put(t, s, "a", "b", "c")
	c := catcher{fails: 2}
	run(t, s, 0, &c)
	c.gets(t, "1 2 3")
}

func TestAPoisonRecordIsGivenUp(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for six attempts")
	}
	s := open(t, t.TempDir())
	put(t, s, "a", "b", "c")
	c := catcher{poison: "2"}
	stop := run(t, s, 0, &c)
	c.gets(t, "1 3")
	if log := stop(); strings.Count(log, "dead letter") != 1 || !strings.Contains(log, "act-b") {
		t.Errorf("it logged %s", log)
	}
}

// A backlog comes in batches, in order.
func TestABacklog(t *testing.T) {
	s := open(t, t.TempDir())
	var want []string
	for i := range 2*batchSize + 3 {
		put(t, s, fmt.Sprint("p", i))
		want = append(want, fmt.Sprint(i+1))
	}
	var c catcher
	run(t, s, 0, &c)
	c.gets(t, strings.Join(want, " "))
}

// What is over is removed when it is delivered, and not before.
func TestOnlyWhatIsDeliveredIsRemoved(t *testing.T) {
	s := open(t, t.TempDir())
	put(t, s, "a", "b")
	later := time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
	if n, err := s.RemoveExpired(t.Context(), later); err != nil || n != 0 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	var c catcher
	stop := run(t, s, 0, &c)
	c.gets(t, "1 2")
	stop()
	put(t, s, "c")
	if n, err := s.RemoveExpired(t.Context(), time.Now()); err != nil || n != 0 {
		t.Errorf("before their time, %d were removed, %v", n, err)
	}
	if n, err := s.RemoveExpired(t.Context(), later); err != nil || n != 2 {
		t.Errorf("%d were removed, %v", n, err)
	}
	left, err := s.Outgoing(t.Context(), 0, 10)
	if err != nil || len(left) != 1 || left[0].Seq != 3 {
		t.Errorf("left are %+v, %v", left, err)
	}
	// The numbers go on, so nothing that comes is taken for delivered.
	run(t, s, 1000, &c)
	c.gets(t, "1 2 3")
}

func TestTheOutboxOutlivesAFailure(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var c catcher
	stop := run(t, s, 0, &c)
	time.Sleep(50 * time.Millisecond)
	if log := stop(); !strings.Contains(log, "cannot be delivered, trying again") {
		t.Errorf("it logged %s", log)
	}
	if len(c.records) > 0 {
		t.Errorf("it got %v", c.records)
	}
}
