package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/lambdaruntime"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit/asyncapitest"
)

const eventsFolder = root + "/events/"

// documented is one row of events/README.md.
type documented struct {
	function string
	status   int    // 0 for records of the stream, messages of the queue, and inspections
	code     string // of a refusal
	failed   string // the sequence number of the record that fails
	refused  bool   // of an inspection
}

var rowRegexp = regexp.MustCompile("^\\| \\[([a-z0-9-]+)\\.json\\]\\(([a-z0-9-]+)\\.json\\) \\| (done|refused|failed at `([0-9]+)`|([0-9]{3})( `([A-Za-z]+)`)?) \\| .+ \\|$")

// documentation returns the rows by the events' names.
func documentation(t *testing.T) map[string]documented {
	t.Helper()
	text, err := os.ReadFile(eventsFolder + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]documented)
	function := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			function = heading
		}
		m := rowRegexp.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[1] != m[2] || !strings.HasPrefix(m[1], function) {
			t.Errorf("under %s, %s links to %s", function, m[1], m[2])
		}
		row := documented{function: function, failed: m[4], code: m[7], refused: m[3] == "refused"}
		_, _ = fmt.Sscan(m[5], &row.status) // none for the stream
		rows[m[1]] = row
	}
	return rows
}

func TestEveryEventIsDocumented(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(eventsFolder + "*.json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); name != "env" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if rows := slices.Sorted(maps.Keys(documentation(t))); !slices.Equal(rows, names) {
		t.Errorf("the table has %q, the folder %q", rows, names)
	}
}

// TestEveryRouteHasAnEvent that succeeds, for "make invoke" to try it with.
func TestEveryRouteHasAnEvent(t *testing.T) {
	t.Parallel()
	shown := make(map[string]bool)
	for name, row := range documentation(t) {
		if row.status/100 == 2 || row.status/100 == 3 {
			var e events.APIGatewayV2HTTPRequest
			strict(t, name, &e)
			shown[e.RouteKey] = true
		}
	}
	for _, f := range allFunctions() {
		for _, r := range f.Routes {
			if r.Method != http.MethodHead && !shown[r.Key()] {
				t.Errorf("no event succeeds on %s: add one to events, %s-….json, and its row to events/README.md", r.Key(), f.Name)
			}
		}
	}
}

// allFunctions are those behind the gateway.
func allFunctions() []httpapi.Function { return append(httpapi.Functions(), httpapi.Console) }

func eventOf(t testing.TB, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(eventsFolder + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// strict decodes an event and knows every field of it.
func strict(t *testing.T, name string, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(eventOf(t, name)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestEventsAreWhatTheCloudSends as far as Go's types for them tell, and of a
// route of their function.
func TestEventsAreWhatTheCloudSends(t *testing.T) {
	t.Parallel()
	for name, row := range documentation(t) {
		if row.function == "copy-disks" {
			var e events.SQSEvent
			strict(t, name, &e)
			for i, m := range e.Records {
				if err := asyncapitest.Check([]byte(m.Body)); err != nil || m.EventSource != "aws:sqs" {
					t.Errorf("%s: record %d is no message with an event: %v", name, i, err)
				}
			}
			continue
		}
		if row.function == "repair" { // its events are what it takes, and it is strict
			if name == "repair" {
				var e events.EventBridgeEvent
				strict(t, name, &e)
			}
			continue
		}
		if row.status == 0 {
			var e events.DynamoDBEvent
			strict(t, name, &e)
			for i, r := range e.Records {
				if r.EventID == "" || r.EventSource != "aws:dynamodb" || r.Change.SequenceNumber == "" || len(r.Change.Keys) != 2 {
					t.Errorf("%s: record %d is no record of the table's stream", name, i)
				}
			}
			continue
		}
		var e events.APIGatewayV2HTTPRequest
		strict(t, name, &e)
		i := slices.IndexFunc(allFunctions(), func(f httpapi.Function) bool { return f.Name == row.function })
		if e.Version != "2.0" || e.RouteKey != e.RequestContext.RouteKey || e.RawPath != e.RequestContext.HTTP.Path || i < 0 ||
			!slices.ContainsFunc(allFunctions()[i].Routes, func(r httpapi.Route) bool {
				return r.Key() == e.RouteKey && strings.TrimSuffix(e.RawPath, "/") == strings.TrimSuffix(pathOf(e, r.Path), "/")
			}) {
			t.Errorf("%s is no event of a route of %s", name, row.function)
		}
	}
}

// pathOf is the path that API Gateway shows for a route.
func pathOf(e events.APIGatewayV2HTTPRequest, route string) string {
	if stage := e.RequestContext.Stage; stage != "$default" {
		route = "/" + stage + route
	}
	for name, value := range e.PathParameters {
		route = strings.NewReplacer("{"+name+"}", value, "{"+name+"...}", value).Replace(route)
	}
	return route
}

// TestEveryEventGetsTheDocumentedResponse by the function's real binary, in any
// order, on data that they share.
func TestEveryEventGetsTheDocumentedResponse(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	processes := make(map[string]*lambdaruntime.Function)
	bus := newBus(t)
	for _, function := range served {
		environment := s.environment()
		maps.Copy(environment, bus.environment)
		processes[function] = started(t, function, environment)
	}
	rows := documentation(t)
	names := slices.Sorted(maps.Keys(rows))
	rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	t.Logf("the order is %q", names)
	for _, name := range names {
		row := rows[name]
		if row.function == "repair" {
			if outcome := outcomeIn(t, replyOf(t, processes[row.function], eventOf(t, name))); (outcome == "InvalidRequest") != row.refused || !row.refused && outcome != "ok" {
				t.Errorf("%s ends with %s", name, outcome)
			}
			continue
		}
		if row.status == 0 {
			payload := replyOf(t, processes[row.function], eventOf(t, name))
			if failed := failedIn(t, payload); failed != row.failed {
				t.Errorf("%s failed at %q, not %q", name, failed, row.failed)
			}
			continue
		}
		if status, code := httpResponse(t, invoked(t, processes[row.function], eventOf(t, name), timeout)); status != row.status || code != row.code {
			t.Errorf("%s got %d %s, not %d %s", name, status, code, row.status, row.code)
		}
	}
}

// bus is an event bus, and what it shows.
type bus struct {
	environment map[string]string

	mu    sync.Mutex
	shown []string
}

func newBus(t *testing.T) *bus {
	t.Helper()
	b := &bus{}
	environment, stop, err := openBus(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	b.environment = environment
	return b
}

// Write implements io.Writer.
func (b *bus) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shown = append(b.shown, string(line))
	return len(line), nil
}

func (b *bus) lines() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.shown)
}

// TestWhatIsPublished: what the samples of on-activity put on the bus.
func TestWhatIsPublished(t *testing.T) {
	t.Parallel()
	for name, types := range map[string][]string{
		"on-activity":                {"ImageShared"},
		"on-activity-project-closed": {"ProjectClosed"},
		"on-activity-batch":          {"ProjectRegistered", "ImageShared", "ImageSaved", "ShareCancelled"},
		"on-activity-third-fails":    {"ProjectRegistered", "ImageShared", "ImageShared"},
		"on-activity-ignored":        nil,
	} {
		b := newBus(t)
		environment := newStub(t, false).environment() // whose projects do not exist
		maps.Copy(environment, b.environment)
		replyOf(t, started(t, "on-activity", environment), eventOf(t, name))
		var got []string
		for _, line := range b.lines() {
			event := []byte(strings.TrimPrefix(line, "published "))
			if err := asyncapitest.Check(event); err != nil {
				t.Errorf("%s: %v: %s", name, err, event)
			}
			var e struct {
				Type string `json:"detail-type"`
			}
			if err := json.Unmarshal(event, &e); err != nil {
				t.Error(err)
			}
			got = append(got, e.Type)
		}
		if !slices.Equal(got, types) {
			t.Errorf("%s: published were %q, not %q", name, got, types)
		}
	}
}

// outcomeIn is how an inspection ended.
func outcomeIn(t *testing.T, payload []byte) string {
	t.Helper()
	var reply struct{ Outcome string }
	if err := json.Unmarshal(payload, &reply); err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	return reply.Outcome
}

// failedIn is the sequence number that a reply names, "" if all is done.
func failedIn(t *testing.T, payload []byte) string {
	t.Helper()
	var reply events.DynamoDBEventResponse
	if err := json.Unmarshal(payload, &reply); err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	switch len(reply.BatchItemFailures) {
	case 0:
		return ""
	case 1:
		return reply.BatchItemFailures[0].ItemIdentifier
	default:
		t.Fatalf("the reply names several records: %s", payload)
		return ""
	}
}
