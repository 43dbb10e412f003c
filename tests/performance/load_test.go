package performance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"image-sharing/tests/kit/api"
)

// load is clients that send requests to a server.
type load struct {
	b *testing.B
	*server
	HTTP             *http.Client
	owner, recipient string // their tokens
	sent             int64
}

func newLoad(b *testing.B, s *server) *load {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	b.Cleanup(transport.CloseIdleConnections)
	return &load{b: b, server: s, HTTP: &http.Client{Transport: transport}}
}

// must sends a request and reads the response to its end, no more: what the clients
// take of the machine, the server lacks.
func (l *load) must(r api.Request, status int) {
	l.b.Helper()
	if err := l.send(r, status); err != nil {
		l.b.Errorf("%s %s: %v", r.Method, r.Path, err)
	}
}

func (l *load) send(r api.Request, status int) error {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = json.Marshal(r.Body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(l.b.Context(), r.Method, l.URL+r.Path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = http.Header{"Authorization": {"Bearer " + r.Token}, "Content-Type": {"application/json"}}
	response, err := l.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != status {
		text, err := io.ReadAll(io.LimitReader(response.Body, 500))
		return errors.Join(err, fmt.Errorf("status %d: %s", response.StatusCode, text))
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// measured is what a number of requests took.
type measured struct {
	processor time.Duration // of the server, of all of them
	took      []time.Duration
}

// measure has clients send n requests in all.
func (l *load) measure(request func(*load, int64) api.Request, clients int, n int64) (m measured) {
	var working sync.WaitGroup
	var mu sync.Mutex // for m.took
	last := l.sent + n
	before := l.processor(l.b)
	for range clients {
		working.Go(func() {
			var took []time.Duration
			for {
				i := atomic.AddInt64(&l.sent, 1) - 1
				if i >= last {
					break
				}
				r := request(l, i)
				begin := time.Now()
				l.must(r, http.StatusOK)
				took = append(took, time.Since(begin))
			}
			mu.Lock()
			defer mu.Unlock()
			m.took = append(m.took, took...)
		})
	}
	working.Wait()
	l.sent = last
	m.processor = l.processor(l.b) - before
	return m
}

// add joins what two measurements found.
func (m *measured) add(more measured) {
	m.processor += more.processor
	m.took = append(m.took, more.took...)
}

func (m *measured) percentile(p int) time.Duration {
	slices.Sort(m.took)
	return m.took[len(m.took)*p/100]
}

func (m *measured) processorEach() time.Duration { return m.processor / time.Duration(len(m.took)) }
