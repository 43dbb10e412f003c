package lambdaruntime

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// invocation is an event on its way through a process.
type invocation struct {
	id      string
	payload []byte
	timeout time.Duration
	outcome chan outcome // has room for the one there can be
}

// outcome is what a process says of an invocation: one of the two.
type outcome struct {
	payload []byte
	err     *Error
}

func (in *invocation) failed(kind, message string) *Error {
	return &Error{Type: kind, Message: "RequestId: " + in.id + " Error: " + message}
}

// api is the Lambda Runtime API, version 2018-06-01.
func (s *sandbox) api() http.Handler {
	const base = "/2018-06-01/runtime"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"/invocation/next", s.serveNext)
	mux.HandleFunc("POST "+base+"/invocation/{id}/response", s.serveOutcome(func(body []byte) (outcome, error) {
		return outcome{payload: body}, nil
	}))
	mux.HandleFunc("POST "+base+"/invocation/{id}/error", s.serveOutcome(func(body []byte) (outcome, error) {
		err := new(Error)
		return outcome{err: err}, json.Unmarshal(body, err)
	}))
	mux.HandleFunc("POST "+base+"/init/error", s.serveInitError)
	return mux
}

// serveNext waits until there is an event.
func (s *sandbox) serveNext(w http.ResponseWriter, r *http.Request) {
	s.ready()
	select {
	case in := <-s.next:
		s.mu.Lock()
		s.current = in
		s.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", in.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(in.timeout).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", arnPrefix+"local")
		_, _ = w.Write(in.payload) // to a process that is gone: Invoke sees that
	case <-r.Context().Done():
	}
}

// serveOutcome takes what the process has to say of its event, once.
func (s *sandbox) serveOutcome(parse func([]byte) (outcome, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the process died while sending: Invoke sees that
		}
		a, err := parse(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.current == nil || s.current.id != r.PathValue("id") {
			http.Error(w, "this is not the id of the current event", http.StatusBadRequest)
			return
		}
		s.current.outcome <- a
		s.current = nil
		w.WriteHeader(http.StatusAccepted)
	}
}

func (s *sandbox) serveInitError(w http.ResponseWriter, r *http.Request) {
	reported := new(Error)
	if err := json.NewDecoder(r.Body).Decode(reported); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.initError = reported
	s.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}
