package eventbridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// The limits of PutEvents (EventBridge API Reference, "PutEvents"; user guide,
// "Calculating PutEvents event entry size").
const (
	maxEntries    = 10
	maxBytes      = 1 << 20 // less than that, all entries together
	maxDetailType = 128
	// maxRequest leaves room for the JSON around.
	maxRequest = 4 * maxBytes
)

type request struct{ Entries []entry }

// entry is one of a request. "" stands for what is not there, as EventBridge
// takes neither.
type entry struct {
	Source, DetailType, Detail, EventBusName string
	Resources                                []string
	Time                                     *float64 // seconds since 1970
}

func (e entry) time() time.Time {
	if e.Time == nil {
		return time.Now().UTC()
	}
	seconds, fraction := math.Modf(*e.Time)
	return time.Unix(int64(seconds), int64(fraction*1e9)).UTC()
}

func (e entry) size() int {
	size := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if e.Time != nil {
		size += 14
	}
	for _, r := range e.Resources {
		size += len(r)
	}
	return size
}

// complete reports whether the entry has all that it needs.
func (e entry) complete() bool { return e.Source != "" && e.DetailType != "" && e.Detail != "" }

type response struct {
	FailedEntryCount int
	Entries          []result
}

type result struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// fault is an error of the API.
type fault struct {
	Code    string `json:"__type"`
	Message string `json:"message"`
}

// ServeHTTP serves the API, of which there is PutEvents, in AWS's JSON 1.1.
func (b *Bus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, out := b.respond(w, r)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // the client may be gone
}

func (b *Bus) respond(w http.ResponseWriter, r *http.Request) (int, any) {
	if r.Method != http.MethodPost || r.URL.Path != "/" || r.Header.Get("X-Amz-Target") != "AWSEvents.PutEvents" {
		return http.StatusBadRequest, fault{"UnknownOperationException", "This stand-in knows PutEvents only."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, fault{"RequestEntityTooLargeException", "The request is too large."}
	}
	var in request
	if err != nil || json.Unmarshal(body, &in) != nil {
		return http.StatusBadRequest, fault{"SerializationException", "The request is no JSON of PutEvents."}
	}
	if message := in.invalid(); message != "" {
		return http.StatusBadRequest, fault{"ValidationException", message}
	}
	out := response{Entries: make([]result, len(in.Entries))}
	for i, e := range in.Entries {
		if out.Entries[i] = b.take(e); out.Entries[i].ErrorCode != "" {
			out.FailedEntryCount++
		}
	}
	return http.StatusOK, out
}

// invalid says why the request fails as a whole, "" if it does not.
func (r request) invalid() string {
	if n := len(r.Entries); n < 1 || n > maxEntries {
		return fmt.Sprintf("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to %d, not %d", maxEntries, n)
	}
	size, complete := 0, false
	for _, e := range r.Entries {
		size += e.size()
		complete = complete || e.complete()
	}
	switch {
	case size >= maxBytes:
		return "Total size of the entries in the request is over the limit."
	case !complete:
		return "None of the entries has a Source, a DetailType and a Detail."
	}
	return ""
}

func (b *Bus) take(e entry) result {
	for _, p := range [][2]string{{"Source", e.Source}, {"DetailType", e.DetailType}, {"Detail", e.Detail}} {
		if name := p[0]; p[1] == "" {
			return result{ErrorCode: "InvalidArgument", ErrorMessage: "Parameter " + name + " is not valid. Reason: " + name + " is a required argument."}
		}
	}
	switch bus := e.EventBusName[strings.LastIndex(e.EventBusName, "/")+1:]; { // an ARN ends with the name
	case utf8.RuneCountInString(e.DetailType) > maxDetailType:
		return result{ErrorCode: "InvalidArgument", ErrorMessage: "Parameter DetailType is not valid. Reason: it has more than 128 characters."}
	case !isObject(e.Detail):
		return result{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}
	case strings.HasPrefix(e.Source, "aws."):
		return result{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}
	case bus != b.c.Name:
		return result{ErrorCode: "InvalidArgument", ErrorMessage: "Event bus " + e.EventBusName + " does not exist."}
	}
	id, err := b.add(e)
	if err != nil {
		return result{ErrorCode: "InternalFailure", ErrorMessage: err.Error()}
	}
	return result{EventID: id}
}

func isObject(text string) bool {
	v := jsontext.Value(text)
	return v.IsValid() && v.Kind() == '{'
}

// Do makes a bus the HTTP client of an SDK's client in the same process: nobody
// else can put an event on it.
func (b *Bus) Do(r *http.Request) (*http.Response, error) {
	w := &recorder{header: http.Header{}}
	b.ServeHTTP(w, r)
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
	}, nil
}

type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
