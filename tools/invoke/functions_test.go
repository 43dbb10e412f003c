package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/local/lambdaruntime"
	"image-sharing/tests/kit/ddbtest"
)

// seeded returns a DynamoDB with the events' data in a table of this test.
func seeded(t *testing.T) store {
	t.Helper()
	variables := map[string]string{"DYNAMODB_ENDPOINT": ddbtest.Endpoint(t), "TABLE_NAME": "test-" + t.Name()}
	s, err := openStore(t.Context(), func(name string) string { return variables[name] }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// started returns a function's real binary, running.
func started(t testing.TB, function string, environment map[string]string) *lambdaruntime.Function {
	t.Helper()
	f, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{Binary: binaryOf(t, function), Env: environment})
	if err != nil {
		t.Fatalf("%s: %v", function, err)
	}
	t.Cleanup(f.Stop)
	return f
}

func replyOf(t *testing.T, f *lambdaruntime.Function, event []byte) []byte {
	t.Helper()
	result := invoked(t, f, event, timeout)
	if result.Error != nil {
		t.Fatalf("the function failed: %+v", result.Error)
	}
	return result.Payload
}

func invoked(t *testing.T, f *lambdaruntime.Function, event []byte, timeout time.Duration) lambdaruntime.Result {
	t.Helper()
	result, err := f.Invoke(t.Context(), event, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// httpResponse returns status and code of a function's response.
func httpResponse(t *testing.T, r lambdaruntime.Result) (status int, code string) {
	t.Helper()
	var response events.APIGatewayV2HTTPResponse
	var problem struct{ Code string }
	if r.Error != nil {
		t.Fatalf("the function failed: %+v", r.Error)
	}
	if err := json.Unmarshal(r.Payload, &response); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal([]byte(response.Body), &problem) // no content has no code
	return response.StatusCode, problem.Code
}

func TestABadConfigurationStopsEveryFunctionAtInit(t *testing.T) {
	t.Parallel()
	good := map[string]string{"TABLE_NAME": "any", "PLATFORM_CLIENTS": "any", "DYNAMODB_ENDPOINT": "http://127.0.0.1:1", "EVENT_BUS_NAME": "any", "JWT_ISSUER": "https://issuer.example"}
	ofTheTable := map[string]string{"TABLE_NAME": "", "PLATFORM_CLIENTS": "", "MAX_SHARES_PER_IMAGE": "51", "DYNAMODB_ENDPOINT": "127.0.0.1:8000"}
	ofTheDisks := map[string]string{"DISK_BUCKETS": "{}", "AWS_ENDPOINT_URL_S3": "127.0.0.1:8000"}
	ofTheBus := map[string]string{"EVENT_BUS_NAME": "", "AWS_ENDPOINT_URL_EVENTBRIDGE": "127.0.0.1:8000"}
	for _, function := range served {
		variables := map[string]string{"AWS_REGION": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
		maps.Copy(variables, ofTheTable)
		switch function {
		case "on-activity":
			maps.Copy(variables, ofTheBus)
		case "on-image-deleted":
			maps.Copy(variables, ofTheDisks)
		case "repair":
			variables["REPAIR"] = "delete"
		case "console": // which calls nobody
			variables = map[string]string{"JWT_ISSUER": "", "CONSOLE_ORIGINS": "login.example"}
		case "copy-disks": // which shares nothing, and has no callers
			maps.Copy(variables, ofTheDisks)
			delete(variables, "PLATFORM_CLIENTS")
			delete(variables, "MAX_SHARES_PER_IMAGE")
		}
		for variable, bad := range variables {
			environment := maps.Clone(good)
			environment[variable] = bad
			var log bytes.Buffer
			f, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{Binary: binaryOf(t, function), Env: environment, Log: &log})
			if err == nil {
				f.Stop()
				t.Errorf("%s starts with %s=%q", function, variable, bad)
				continue
			}
			var line struct{ Level, Message, Cause string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil || strings.Count(log.String(), "\n") != 1 {
				t.Errorf("%s logs %q, which is not one line of JSON", function, log.String())
			}
			if err.Error() != "the function ended at init with exit status 1" || line.Level != "ERROR" || line.Message != "cannot start" || !strings.Contains(line.Cause, variable) {
				t.Errorf("%s with %s=%q: %v: %+v", function, variable, bad, err, line)
			}
		}
	}
}

// stub responds to every call of DynamoDB with an empty object, or not at all.
type stub struct {
	*httptest.Server
	hangs bool

	mu          sync.Mutex
	connections int
	requests    []string // method, operation, and whether it is signed
}

func newStub(t testing.TB, hangs bool) *stub {
	s := &stub{hangs: hangs}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.connections++
			s.mu.Unlock()
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *stub) serve(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	request := r.Method
	if r.Header.Get("Authorization") != "" {
		request += " signed " + operation
	}
	s.mu.Lock()
	s.requests = append(s.requests, request)
	s.mu.Unlock()
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, "healthy: dynamodb.eu-west-1.amazonaws.com")
		return
	}
	_, _ = io.Copy(io.Discard, r.Body) // or the server would not see the client go
	if s.hangs {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, "{}")
}

func (s *stub) seen() (requests []string, connections int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests), s.connections
}

func (s *stub) environment() map[string]string {
	return map[string]string{"TABLE_NAME": "stub", "PLATFORM_CLIENTS": "*", "DYNAMODB_ENDPOINT": s.URL, "EVENT_BUS_NAME": "stub", "AWS_ENDPOINT_URL_EVENTBRIDGE": s.URL, "JWT_ISSUER": "https://issuer.example"}
}

// TestTheFirstRequestFindsAConnection that init has made, without credentials,
// so that it needs no permission.
func TestTheFirstRequestFindsAConnection(t *testing.T) {
	t.Parallel()
	s := newStub(t, false)
	f := started(t, "unshare", s.environment())
	if requests, _ := s.seen(); !slices.Equal(requests, []string{"GET"}) {
		t.Errorf("at init, the function has sent %q", requests)
	}
	if status, _ := httpResponse(t, invoked(t, f, eventOf(t, "unshare"), timeout)); status != http.StatusNotFound {
		t.Errorf("the status is %d", status)
	}
	if requests, connections := s.seen(); !slices.Equal(requests, []string{"GET", "POST signed GetItem"}) || connections != 1 {
		t.Errorf("the function has sent %q over %d connections", requests, connections)
	}
}

func TestAnUnreachableDynamoDBIsNoReasonNotToStart(t *testing.T) {
	t.Parallel()
	s := newStub(t, false)
	s.Close()
	f := started(t, "list", s.environment())
	if status, code := httpResponse(t, invoked(t, f, eventOf(t, "list-shared-image"), timeout)); status != http.StatusServiceUnavailable || code != "Busy" {
		t.Errorf("the response is %d %s", status, code)
	}
}

// TestADynamoDBThatHangs leaves the function time for its own response, which
// says that nothing was written, and the process lives on.
func TestADynamoDBThatHangs(t *testing.T) {
	t.Parallel()
	s := newStub(t, true)
	const short = 1200 * time.Millisecond
	for _, event := range []string{"list-shared-image", "unshare"} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			function, _, _ := strings.Cut(event, "-")
			f := started(t, function, s.environment())
			first := invoked(t, f, eventOf(t, event), short)
			if status, code := httpResponse(t, first); status != http.StatusServiceUnavailable || code != "Busy" {
				t.Errorf("the response is %d %s, not 503 Busy", status, code)
			}
			if second := invoked(t, f, eventOf(t, event), short); second.PID != first.PID {
				t.Error("the process did not live on")
			}
		})
	}
	t.Run("on-image-deleted", func(t *testing.T) {
		t.Parallel()
		f := started(t, "on-image-deleted", s.environment())
		result := invoked(t, f, eventOf(t, "on-image-deleted-batch"), short)
		if failed := failedIn(t, result.Payload); failed != sequenceNumbers(t, eventOf(t, "on-image-deleted-batch"))[0] {
			t.Errorf("the reply is %s, %+v", result.Payload, result.Error)
		}
	})
}

// TestAMalformedEvent is an error of one invocation, for every function; repair says in its
// response what is wrong with it.
func TestAMalformedEvent(t *testing.T) {
	t.Parallel()
	s := newStub(t, false)
	for _, function := range served {
		f := started(t, function, s.environment())
		failed := invoked(t, f, []byte(`[]`), timeout)
		if function == "repair" {
			if outcome := outcomeIn(t, failed.Payload); outcome != "InvalidRequest" {
				t.Errorf("repair responds to a malformed event with %s", failed.Payload)
			}
		} else if failed.Error == nil || failed.Error.Type != "UnmarshalTypeError" {
			t.Errorf("%s responds to a malformed event with %s, %+v", function, failed.Payload, failed.Error)
		}
		if next := invoked(t, f, []byte(`{}`), timeout); next.Error != nil || next.PID != failed.PID {
			t.Errorf("%s fails on the next event: %+v", function, next.Error)
		}
	}
}

func sequenceNumbers(t *testing.T, event []byte) (numbers []string) {
	t.Helper()
	var e events.DynamoDBEvent
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Records {
		numbers = append(numbers, r.Change.SequenceNumber)
	}
	return numbers
}
