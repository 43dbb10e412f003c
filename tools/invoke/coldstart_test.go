package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/local/lambdaruntime"
)

// BenchmarkColdStart measures init and first invoke of list, for the launch
// check, against those of an empty function that is built in the same way. The
// two take turns, so that both have the same machine; the medians and their
// ratio are printed. The ratio should stay below 2.2.
func BenchmarkColdStart(b *testing.B) {
	empty, list := emptyFunction(b), binaryOf(b, "list")
	environment := map[string]string{"TABLE_NAME": "stub", "PLATFORM_CLIENTS": "*", "DYNAMODB_ENDPOINT": imageStub(b)}
	event := eventOf(b, "list-shared-image")
	var empties, lists []time.Duration
	for b.Loop() {
		took, _ := coldStart(b, empty, nil, []byte(`{}`))
		empties = append(empties, took)
		took, response := coldStart(b, list, environment, event)
		if !strings.Contains(response, `"statusCode":200`) {
			b.Fatalf("list responds %s", response)
		}
		lists = append(lists, took)
	}
	emptyTime, listTime := median(empties), median(lists)
	b.ReportMetric(0, "ns/op") // of both together: of no interest
	b.ReportMetric(emptyTime.Seconds()*1000, "empty-ms")
	b.ReportMetric(listTime.Seconds()*1000, "list-ms")
	b.ReportMetric(listTime.Seconds()/emptyTime.Seconds(), "list/empty")
}

// emptyFunction returns the binary of testdata/empty, built for this machine by
// the Makefile's rule for the functions.
func emptyFunction(b *testing.B) string {
	b.Helper()
	folder := b.TempDir()
	binary := filepath.Join(folder, "empty", "bootstrap")
	if err := runMake(root, binary, "SOURCE=tools/invoke/testdata", "BUILD="+folder, "OS="+runtime.GOOS, "ARCH="+runtime.GOARCH); err != nil {
		b.Fatal(err)
	}
	return binary
}

func coldStart(b *testing.B, binary string, environment map[string]string, event []byte) (took time.Duration, response string) {
	b.Helper()
	begin := time.Now()
	f, err := lambdaruntime.Start(b.Context(), lambdaruntime.Config{Binary: binary, Env: environment})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Stop()
	result, err := f.Invoke(b.Context(), event, timeout)
	took = time.Since(begin)
	if err != nil || result.Error != nil {
		b.Fatal(err, result.Error)
	}
	return took, string(result.Payload)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// imageStub returns the URL of a DynamoDB that has the one image and share that
// the launch check asks for.
func imageStub(b *testing.B) string {
	const at = "2026-11-01T09:13:00.000000Z"
	image := fmt.Sprintf(`{"pk":{"S":"IMAGE#img-golden"},"sk":{"S":"IMAGE"},"uid":{"S":"img-golden"},"projectId":{"S":"acme-web"},
		"accountId":{"S":"acct-acme"},"region":{"S":"eu-west"},"kind":{"S":"Custom"},"hostType":{"S":"UHost"},"imageState":{"S":"Available"},
		"imageName":{"S":"golden"},"description":{"S":""},"osName":{"S":"Debian 12"},"osType":{"S":"Linux"},"architecture":{"S":"x86_64"},
		"systemDisk":{"M":{"sizeGiB":{"N":"20"},"snapshotId":{"S":"snap-system"}}},"dataDisks":{"L":[]},
		"createdAt":{"S":%q},"updatedAt":{"S":%q},"sharedWith":{"SS":["globex"]}}`, at, at)
	share := fmt.Sprintf(`{"pk":{"S":"IMAGE#img-golden"},"sk":{"S":"SHARE#globex"},"uid":{"S":"img-golden"},
		"sharedAt":{"S":%q},"sharedBy":{"S":"ann"},"acknowledgedReminder":{"S":"2026-11-01"}}`, at)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = fmt.Fprintf(w, `{"Responses":{"stub":[%s,%s]},"UnprocessedKeys":{}}`, image, share)
	}))
	b.Cleanup(server.Close)
	return server.URL
}
