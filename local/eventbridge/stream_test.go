package eventbridge

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// follower reads a stream.
type follower struct {
	t     *testing.T
	lines *bufio.Scanner
	close context.CancelFunc
}

func follow(t *testing.T, url, lastEventID string) *follower {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "text/event-stream" || response.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("it responded %d, %v", response.StatusCode, response.Header)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &follower{t, lines, cancel}
}

// next reads the next event, as its id and its number.
func (f *follower) next() (id string, n int) {
	f.t.Helper()
	kind := ""
	for f.lines.Scan() {
		name, value, _ := strings.Cut(f.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			var e struct {
				ID     string `json:"id"`
				Type   string `json:"detail-type"`
				Detail struct{ N int }
			}
			if err := json.Unmarshal([]byte(value), &e); err != nil || e.ID != id || e.Type != kind {
				f.t.Fatalf("event %s, id %s: %s, %v", kind, id, value, err)
			}
			return id, e.Detail.N
		}
	}
	f.t.Fatalf("the stream ended: %v", f.lines.Err())
	return "", 0
}

func (f *follower) gets(from, to int) (last string) {
	f.t.Helper()
	for want := from; want <= to; want++ {
		id, n := f.next()
		if n != want {
			f.t.Fatalf("event %d, not %d", n, want)
		}
		last = id
	}
	return last
}

// ended waits for the stream to end.
func (f *follower) ended() {
	for f.lines.Scan() {
	}
}

func served(t *testing.T, b *Bus) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(b.Stream())
	t.Cleanup(server.Close)
	t.Cleanup(b.Close) // before, or it would wait for those who follow
	return server
}

func TestAStreamReplaysAndFollows(t *testing.T) {
	b := newBus(nil)
	server := served(t, b)
	put(t, b, 1)
	put(t, b, 2)
	one := follow(t, server.URL, "")
	last := one.gets(1, 2)
	put(t, b, 3)
	one.gets(3, 3)

	after := follow(t, server.URL, last)
	after.gets(3, 3)
	put(t, b, 4)
	after.gets(4, 4)
	one.gets(4, 4)
	follow(t, server.URL, "of a bus before a restart").gets(1, 4)
}

func TestTheNewestAreKept(t *testing.T) {
	b := newBus(nil)
	server := served(t, b)
	for n := range MostKept + 5 {
		put(t, b, n)
	}
	follow(t, server.URL, "").gets(5, MostKept+4)
	if _, missed, next, _ := b.from(0); missed != 5 || next != MostKept+5 {
		t.Errorf("%d are missed, the next is %d", missed, next)
	}
	if text := string(text(nil, 5)); text != ": 5 events are not kept any more\n\n" {
		t.Errorf("the comment is %q", text)
	}
}

// A client that does not read keeps nobody else waiting.
func TestASlowClient(t *testing.T) {
	b := newBus(nil)
	server := served(t, b)
	slow, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := fmt.Fprint(slow, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	quick := follow(t, server.URL, "")
	for n := range 2 * MostKept {
		put(t, b, n)
		quick.gets(n, n)
	}
}

func TestAStreamEnds(t *testing.T) {
	b := newBus(nil)
	server := served(t, b)
	put(t, b, 1)
	gone, stays := follow(t, server.URL, ""), follow(t, server.URL, "")
	gone.gets(1, 1)
	gone.close()
	put(t, b, 2)
	stays.gets(1, 2)
	b.Close()
	b.Close()
	stays.ended()
	put(t, b, 3) // which nobody sees
	late := follow(t, server.URL, "")
	late.gets(1, 3)
	late.ended()
}

// Shutdown waits for requests; a server that closes its bus then need not.
func TestAServerStopsWithOpenStreams(t *testing.T) {
	b := newBus(nil)
	server := httptest.NewServer(b.Stream())
	defer server.Close()
	server.Config.RegisterOnShutdown(b.Close)
	put(t, b, 1)
	f := follow(t, server.URL, "")
	f.gets(1, 1)
	if err := server.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.ended()
}

// A stream outlives the time-outs that a server has for requests.
func TestAStreamOutlivesTheServersTimeouts(t *testing.T) {
	b := newBus(nil)
	server := httptest.NewUnstartedServer(b.Stream())
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	server.Start()
	defer server.Close()
	defer b.Close()
	f := follow(t, server.URL, "")
	time.Sleep(200 * time.Millisecond)
	put(t, b, 1)
	f.gets(1, 1)
	time.Sleep(200 * time.Millisecond)
	put(t, b, 2)
	f.gets(2, 2)
}

func TestHeartbeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*heartbeat+time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		newBus(nil).Stream().ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
		if n := strings.Count(w.Body.String(), "\n:\n"); n != 3 || !w.Flushed {
			t.Errorf("there are %d in %q", n, w.Body)
		}
	})
}
