package lambdaruntime_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"image-sharing/local/lambdaruntime"
)

// BenchmarkColdStart prints what init and first invoke of list take, and how
// many times as long as those of an empty function that is built in the same
// way. The two take turns, so that both have the same machine.
func BenchmarkColdStart(b *testing.B) {
	empty := compiled(b, "empty")
	list := os.Getenv("LISTBIN")
	event := []byte(listEvent)
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte(`{"Count":0,"Items":[]}`))
	}))
	defer stub.Close()
	env := map[string]string{"TABLE_NAME": "stub", "DYNAMODB_ENDPOINT": stub.URL}
	var empties, lists []time.Duration
	for b.Loop() {
		empties = append(empties, coldStart(b, empty, nil, []byte(`{}`)))
		lists = append(lists, coldStart(b, list, env, event))
	}
	emptyTime, listTime := median(empties), median(lists)
	b.ReportMetric(emptyTime.Seconds()*1000, "ms/empty")
	b.ReportMetric(listTime.Seconds()*1000, "ms/list")
	b.ReportMetric(float64(listTime)/float64(emptyTime), "times-empty")
}

func coldStart(b *testing.B, binary string, env map[string]string, event []byte) time.Duration {
	begin := time.Now()
	f, err := lambdaruntime.Start(b.Context(), lambdaruntime.Config{Binary: binary, Env: env})
	if err != nil {
		b.Fatal(err)
	}
	result, err := f.Invoke(b.Context(), event, minute)
	took := time.Since(begin)
	f.Stop()
	if err != nil || result.Error != nil {
		b.Fatal(err, result.Error)
	}
	return took
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

const listEvent = `{"version":"2.0","routeKey":"GET /v1/projects/{projectId}/images","rawPath":"/v1/projects/p/images","rawQueryString":"","headers":{"authorization":"Bearer x"},"pathParameters":{"projectId":"p"},"requestContext":{"authorizer":{"jwt":{"claims":{"sub":"u","projects":"p","scope":"images:read"}}},"domainName":"localhost","http":{"method":"GET","path":"/v1/projects/p/images","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":"x"},"requestId":"r","routeKey":"GET /v1/projects/{projectId}/images","stage":"$default"},"isBase64Encoded":false}`
