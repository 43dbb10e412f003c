package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"image-sharing/local/lambdaruntime"
)

// BenchmarkColdStart measures init and first invoke of each function, against those of
// an empty function that is built in the same way, as it comes and with the same settings: what the process takes of the
// processor, which no other of the machine changes much, and how long it takes. The three
// take turns, so that both have the same machine; the medians and their ratios are
// printed. docs/performance.md has what they were, and of what that is made.
//
// before-traffic is missing: it runs in deployments only, and nobody waits for it.
func BenchmarkColdStart(b *testing.B) {
	empty := emptyFunction(b)
	environment := coldEnvironment(b)
	for _, f := range []struct{ name, event, response string }{
		{"list", "list-shared-image", `"statusCode":200`},
		{"share", "share", `"statusCode":200`},
		{"unshare", "unshare", `"statusCode":204`},
		{"save", "save", `"statusCode":202`},
		{"catalog", "catalog-suspend-image", `"statusCode":200`},
		{"on-image-deleted", "on-image-deleted", `"batchItemFailures":[]`},
		{"on-activity", "on-activity", `"batchItemFailures":[]`},
		{"copy-disks", "copy-disks", `"batchItemFailures":[]`},
		{"repair", "repair", `"outcome":"ok"`},
		{"console", "console-config", `"statusCode":200`},
	} {
		b.Run(f.name, func(b *testing.B) {
			binary, event := binaryOf(b, f.name), eventOf(b, f.event)
			var empties, alike, ours starts
			for b.Loop() {
				empties.add(coldStart(b, empty, nil, []byte(`{}`)))
				alike.add(coldStart(b, empty, environment, []byte(`{}`)))
				start := coldStart(b, binary, environment, event)
				if response := strings.ReplaceAll(start.response, "null", "[]"); !strings.Contains(response, f.response) {
					b.Fatalf("%s responds %s", f.name, start.response)
				}
				ours.add(start)
			}
			b.ReportMetric(0, "ns/op") // of both together: of no interest
			for unit, times := range map[string][3][]time.Duration{
				"cpu":  {empties.processor, alike.processor, ours.processor},
				"wall": {empties.took, alike.took, ours.took},
			} {
				emptyTime, alikeTime, time := median(times[0]), median(times[1]), median(times[2])
				b.ReportMetric(emptyTime.Seconds()*1000, "empty-"+unit+"-ms")
				b.ReportMetric(time.Seconds()*1000, unit+"-ms")
				b.ReportMetric(time.Seconds()/emptyTime.Seconds(), unit+"/empty")
				b.ReportMetric(time.Seconds()/alikeTime.Seconds(), unit+"/alike")
			}
		})
	}
}

// start is init and first invoke of one process.
type start struct {
	took, processor time.Duration
	response        string
}

// starts are those of several.
type starts struct{ took, processor []time.Duration }

func (s *starts) add(one start) {
	s.took, s.processor = append(s.took, one.took), append(s.processor, one.processor)
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

func coldStart(b *testing.B, binary string, environment map[string]string, event []byte) start {
	b.Helper()
	before, begin := childrensProcessor(b), time.Now()
	f, err := lambdaruntime.Start(b.Context(), lambdaruntime.Config{Binary: binary, Env: environment})
	if err != nil {
		b.Fatal(err)
	}
	result, err := f.Invoke(b.Context(), event, timeout)
	took := time.Since(begin)
	f.Stop() // it counts among the children once it has ended
	if err != nil || result.Error != nil {
		b.Fatal(err, result.Error)
	}
	return start{took, childrensProcessor(b) - before, string(result.Payload)}
}

// childrensProcessor is what the processes that this one has started, and that have
// ended, took of the processor, in their own code and in the system's.
func childrensProcessor(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// coldEnvironment is a function's, with a stub of every service that it calls. The
// DynamoDB has what the events ask for.
func coldEnvironment(b *testing.B) map[string]string {
	const at = "2026-11-01T09:13:00.000000Z"
	image := fmt.Sprintf(`"uid":{"S":"img-golden"},"projectId":{"S":"acme-web"},
		"accountId":{"S":"acct-acme"},"region":{"S":"eu-west"},"kind":{"S":"Custom"},"hostType":{"S":"UHost"},"imageState":{"S":"Available"},
		"imageName":{"S":"golden"},"description":{"S":""},"osName":{"S":"Debian 12"},"osType":{"S":"Linux"},"architecture":{"S":"x86_64"},
		"systemDisk":{"M":{"sizeGiB":{"N":"20"},"snapshotId":{"S":"snap-system"}}},"dataDisks":{"L":[]},
		"createdAt":{"S":%q},"updatedAt":{"S":%[1]q},"sharedWith":{"SS":["globex","acme-data"]}}`, at)
	share := fmt.Sprintf(`"uid":{"S":"img-golden"},"sharedAt":{"S":%q},"sharedBy":{"S":"ann"},"acknowledgedReminder":{"S":"2026-11-01"}}`, at)
	project := fmt.Sprintf(`"projectId":{"S":"%%s"},"accountId":{"S":"acct"},"projectName":{"S":"name"},"createdAt":{"S":%q},"updatedAt":{"S":%[1]q}}`, at)
	items := map[string]string{"IMAGE#img-golden IMAGE": image, "IMAGE#img-suspect IMAGE": image, "IMAGE#img-golden SHARE#globex": share}
	for _, p := range []string{"acme-web", "globex", "initech"} {
		items["PROJECT#"+p+" PROJECT"] = fmt.Sprintf(project, p)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		var asked struct {
			Key          map[string]struct{ S string }
			RequestItems map[string]struct {
				Keys []map[string]struct{ S string }
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&asked) // init's request has no body
		item := func(key map[string]struct{ S string }) string {
			if rest := items[key["pk"].S+" "+key["sk"].S]; rest != "" {
				return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":%q},%s`, key["pk"].S, key["sk"].S, rest)
			}
			return ""
		}
		reply := `{}`
		switch operation {
		case "BatchGetItem":
			var found []string
			for _, key := range asked.RequestItems["stub"].Keys {
				if i := item(key); i != "" {
					found = append(found, i)
				}
			}
			reply = `{"Responses":{"stub":[` + strings.Join(found, ",") + `]},"UnprocessedKeys":{}}`
		case "GetItem":
			if i := item(asked.Key); i != "" {
				reply = `{"Item":` + i + `}`
			}
		case "Query":
			reply = `{"Items":[],"Count":0}`
		case "PutEvents":
			reply = `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`
		}
		_, _ = io.WriteString(w, reply)
	}))
	b.Cleanup(server.Close)
	return map[string]string{
		"GOGC": "400", "GOMAXPROCS": "1", // as in the template
		"JWT_ISSUER": "https://issuer.example", "CONSOLE_CLIENT_ID": "stub",
		"TABLE_NAME": "stub", "PLATFORM_CLIENTS": "*", "DYNAMODB_ENDPOINT": server.URL,
		"EVENT_BUS_NAME": "stub", "AWS_ENDPOINT_URL_EVENTBRIDGE": server.URL,
		"DISK_BUCKETS": `{"eu-west":{"bucket":"stub","region":"eu-west-1"}}`, "AWS_ENDPOINT_URL_S3": server.URL,
	}
}
