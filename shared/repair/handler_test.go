package repair

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/tests/kit/ddbtest"
)

// pages is an HTTP client that has so many pages of so many items that cannot be read,
// each page a second away.
type pages struct{ pages, items, served int }

func (p *pages) Do(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Second):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	p.served++
	var items []string
	for i := range p.items {
		items = append(items, fmt.Sprintf(`{"pk":{"S":"NOTE"},"sk":{"S":"%d-%d"},"text":{"S":%q}}`, p.served, i, strings.Repeat("x", 1000)))
	}
	reply := `{"Items":[` + strings.Join(items, ",") + `]`
	if p.served < p.pages {
		reply += `,"LastEvaluatedKey":{"pk":{"S":"NOTE"},"sk":{"S":"x"}}`
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(reply + "}")), Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}}, nil
}

// inspected runs the handler on the pages, within some time.
func inspected(t *testing.T, p *pages, within time.Duration) (response Response, line map[string]any, log int) {
	t.Helper()
	return inspectedBy(t, p, within, `{"slice":3,"slices":8}`)
}

// inspectedBy runs the handler on an event, by an HTTP client.
func inspectedBy(t *testing.T, p dynamodb.HTTPClient, within time.Duration, event string) (response Response, line map[string]any, log int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		table := dynamo.New(dynamo.NewClient(dynamo.ClientConfig{Region: "r", Credentials: ddbtest.Credentials(), HTTPClient: p}), "table")
		var out bytes.Buffer
		handle := NewHandler(&Repairer{Table: table, Service: service.New(table, service.Config{})}, false, slog.New(slog.NewJSONHandler(&out, nil)))
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		var err error
		if response, err = handle(ctx, json.RawMessage(event)); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatalf("%v: the log is %s", err, &out)
		}
		log = out.Len()
	})
	return response, line, log
}

// TestARunWithoutTimeSaysHowFarItCame, half a second before Lambda would end it.
func TestARunWithoutTimeSaysHowFarItCame(t *testing.T) {
	got, line, _ := inspected(t, &pages{pages: 100, items: 1}, 10*time.Second)
	if got.Outcome != "Unfinished" || got.Pages != 9 || got.Broken != 9 || got.Slice != 3 || got.Slices != 8 || got.Cause != "the time was over after 9 pages" {
		t.Errorf("the response is %+v", got)
	}
	if line["level"] != "WARN" || line["outcome"] != "Unfinished" || line["pages"] != 9.0 || line["cause"] != got.Cause {
		t.Errorf("the line is %v", line)
	}
	if got, line, _ := inspected(t, &pages{pages: 9, items: 1}, 10*time.Second); got.Outcome != "ok" || got.Pages != 9 || line["level"] != "ERROR" {
		t.Errorf("with enough time it is %+v", got)
	}
}

// TestResponseAndLineAreBounded, however much is wrong, and say how much that is.
func TestResponseAndLineAreBounded(t *testing.T) {
	got, line, log := inspected(t, &pages{pages: 20, items: 500}, time.Hour)
	if len(got.Findings) != mostFindings || got.MoreFindings != 20*500-mostFindings || got.Broken != 20*500 || line["moreFindings"] != float64(got.MoreFindings) {
		t.Errorf("%d findings, %d more, %d broken promises", len(got.Findings), got.MoreFindings, got.Broken)
	}
	var e Response
	e.keep(strings.Repeat("ü", 1000))
	if n := len([]rune(e.Findings[0])); n != longestInFinding {
		t.Errorf("a finding has %d characters", n)
	}
	const most = 256 << 10 // of a line
	if log > most || mostFindings*longestInFinding*6 > most {
		t.Errorf("the line has %d bytes, and could have more", log)
	}
}
