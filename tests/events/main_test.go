// Package events holds the events to what is promised of them: each change is
// one, with what the API says of it, on both stores and whatever is killed.
package events

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// event is one of GET /local/events.
type event struct {
	ID     string          `json:"id"`
	Type   string          `json:"detail-type"`
	Detail json.RawMessage `json:"detail"`
}

// detail is what these tests look at of it.
type detail struct {
	ActivityID, Type, ProjectID string
	Source, Copy                *struct{ ProjectID string }
}

func (e event) detail(t *testing.T) (d detail) {
	t.Helper()
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// follower keeps what a service shows of its bus.
type follower struct {
	t      *testing.T
	mu     sync.Mutex
	events []event
}

// follow follows the bus until the test ends, or the service.
func follow(t *testing.T, e *kit.Environment) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", e.URL+"/local/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+e.Token("catalog:read"))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 {
		t.Fatalf("the events got %d", response.StatusCode)
	}
	f := &follower{t: t}
	go func() {
		defer func() { _ = response.Body.Close() }()
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<20)
		var data string
		for lines.Scan() {
			// An event ends with an empty line; one that a kill has cut off is none.
			// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				data = text
			} else if lines.Text() == "" && data != "" {
				f.add(data)
				data = ""
			}
		}
	}()
	return f
}

func (f *follower) add(data string) {
	var e event
	if err := json.Unmarshal([]byte(data), &e); err != nil {
		f.t.Errorf("%v: %s", err, data)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, e)
}

// all returns what came so far.
func (f *follower) all() []event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]event(nil), f.events...)
}

// until waits for what came to be enough, and returns it.
func (f *follower) until(what string, enough func([]event) bool) []event {
	f.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		all := f.all()
		if enough(all) {
			return all
		}
		if time.Now().After(end) {
			f.t.Fatalf("%s did not come; %d events did", what, len(all))
		}
	}
}
