package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"image-sharing/local/eventbridge"
	"image-sharing/local/lambdaruntime"
	"image-sharing/tests/kit/asyncapitest"
)

// record is one of DynamoDB's stream, as Lambda sends it.
const record = `{"eventID":"e%[1]s","eventName":"INSERT","dynamodb":{"SequenceNumber":"%[1]s",
	"Keys":{"pk":{"S":"PROJECT#p"},"sk":{"S":"ACTIVITY#2026-11-02T10:15:00.250000Z#act-%[1]s"}},
	"NewImage":{"pk":{"S":"PROJECT#p"},"sk":{"S":"ACTIVITY#2026-11-02T10:15:00.250000Z#act-%[1]s"},
		"activityId":{"S":"act-%[1]s"},"at":{"S":"2026-11-02T10:15:00.250000Z"},"type":{"S":"ProjectRegistered"},"projectId":{"S":"p"},
		"actor":{"M":{"subject":{"S":"alice"}}},"requestId":{"S":"r"},"expiresAt":{"N":"1893456000"}%[2]s}}}`

// TestTheFunctionItself runs the binary of on-activity as Lambda does, before the
// stand-in.
func TestTheFunctionItself(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc", "-o", binary, "image-sharing/functions/on-activity").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}

	refused := exec.CommandContext(t.Context(), binary)
	refused.Env = []string{"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret"}
	out, err := refused.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("without a bus it ended with %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(string(out)), "\n"); len(lines) != 1 || !strings.Contains(lines[0], `"outcome":"CannotStart"`) || !strings.Contains(lines[0], "EVENT_BUS_NAME") {
		t.Errorf("without a bus it logged %s", out)
	}

	var mu sync.Mutex
	var published []string
	bus := eventbridge.New(eventbridge.Config{Name: "the-bus", Region: "eu-west-1", OnEvent: func(e []byte) {
		if err := asyncapitest.Check(e); err != nil {
			t.Errorf("%v: %s", err, e)
		}
		var of event
		if err := json.Unmarshal(e, &of); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		published = append(published, of.detail(t).ActivityID)
	}})
	server := httptest.NewServer(bus)
	defer server.Close()
	var log bytes.Buffer
	f, err := lambdaruntime.Start(t.Context(), lambdaruntime.Config{Binary: binary, Log: &log, Env: map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
		// The connection to DynamoDB is refused at once here; no record needs it.
		"TABLE_NAME": "table", "PLATFORM_CLIENTS": "*", "DYNAMODB_ENDPOINT": "http://127.0.0.1:1",
		"EVENT_BUS_NAME": "the-bus", "CONFIGURATION": "3", "AWS_ENDPOINT_URL_EVENTBRIDGE": server.URL,
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Stop()
	for _, c := range []struct{ records, reply, published string }{
		{fmt.Sprintf(record, "1", "") + "," + fmt.Sprintf(record, "2", `,"echo":{"N":"1"}`) + "," + fmt.Sprintf(record, "3", ""), `{"batchItemFailures":[]}`, "[act-1 act-3]"},
		{fmt.Sprintf(record, "4", "") + "," + strings.Replace(fmt.Sprintf(record, "5", ""), `"subject"`, `"nobody"`, 1), `{"batchItemFailures":[{"itemIdentifier":"5"}]}`, "[act-1 act-3 act-4]"},
	} {
		result, err := f.Invoke(t.Context(), []byte(`{"Records":[`+c.records+`]}`), time.Minute)
		reply := strings.Replace(string(result.Payload), "null", "[]", 1)
		mu.Lock()
		got := fmt.Sprint(published)
		mu.Unlock()
		if err != nil || result.Error != nil || reply != c.reply || got != c.published {
			t.Errorf("it replied %s, %+v, %v; published are %s", reply, result.Error, err, got)
		}
	}
	f.Stop()
	if !strings.Contains(log.String(), `"message":"starting","functionVersion":"$LATEST","configuration":"3","shareLimit":50`) {
		t.Errorf("it logged %s", log.String())
	}
}
