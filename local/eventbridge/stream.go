package eventbridge

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

const (
	// heartbeat is how often a stream shows that it lives: often enough for
	// proxies, which end what is silent for half a minute.
	heartbeat = 15 * time.Second
	// patience is how long a client may take to read what it is sent.
	patience = 10 * time.Second
)

// Stream shows the events as server-sent events (WHATWG HTML, section 9.2): first
// those that are kept, or those of them after Last-Event-ID, then each as it
// comes. Whoever reads too slowly misses some, and a comment says how many; the
// bus waits for nobody. It ends with the request, and when the bus is closed.
func (b *Bus) Stream() http.Handler { return stream{b} }

type stream struct{ bus *Bus }

// ServeHTTP implements http.Handler.
func (s stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	out := writer{w, http.NewResponseController(w)}
	// The server's time-outs are for requests that come to an end.
	_ = out.control.SetReadDeadline(time.Time{}) // what is no connection has none
	if !out.write([]byte(": the events that are kept, then each as it comes\n\n")) {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	number := s.bus.after(r.Header.Get("Last-Event-ID"))
	for {
		events, missed, next, more := s.bus.from(number)
		if !out.write(text(events, missed)) {
			return
		}
		number = next
		select {
		case <-more:
		case <-beat.C:
			if !out.write([]byte(":\n\n")) {
				return
			}
		case <-s.bus.closed:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func text(events []event, missed int64) []byte {
	var b bytes.Buffer
	if missed > 0 {
		fmt.Fprintf(&b, ": %d events are not kept any more\n\n", missed)
	}
	for _, e := range events {
		fmt.Fprintf(&b, "id: %s\nevent: %s\ndata: %s\n\n", e.id, e.detailType, e.envelope)
	}
	return b.Bytes()
}

type writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// write returns false when the client is gone, or reads nothing.
func (w writer) write(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	_ = w.control.SetWriteDeadline(time.Now().Add(patience)) // as above
	if _, err := w.w.Write(text); err != nil {
		return false
	}
	return w.control.Flush() == nil
}
