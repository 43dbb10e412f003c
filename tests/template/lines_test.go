package template

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/apigateway"
	"image-sharing/shared/buckets"
	"image-sharing/shared/cleanup"
	"image-sharing/shared/disks"
	"image-sharing/shared/dynamo"
	activities "image-sharing/shared/events"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/lambdalog"
	"image-sharing/shared/repair"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// How a request or a stream record can end, for whoever watches.
const (
	fine      = "fine"
	refused   = "refused"
	busy      = "Busy"
	throttled = "Throttled"
	unknown   = "OutcomeUnknown"
	internal  = "Internal"
	leftOut   = "leftOut"
	record    = "record"
	badRecord = "badRecord"
	busyOne   = "busyRecord"
	slowOne   = "throttledRecord"
	event     = "event"
	badEvent  = "badEvent"
	busyEvent = "busyEvent"
	slowEvent = "throttledEvent"
	leftOver  = "leftOver"
	copied    = "copy"
	badCopy   = "badCopy"
	busyCopy  = "busyCopy"
	slowCopy  = "throttledCopy"
	denied    = "deniedCopy"
	goneCopy  = "copyWithoutSource"
	otherCopy = "copyOfChangedSource"
	agedCopy  = "copyOfFourHours"
	oldCopy   = "copyOfMore"

	inspected       = "inspection"
	badInspection   = "badInspection"
	busyInspection  = "busyInspection"
	slowInspection  = "throttledInspection"
	shortInspection = "inspectionWithoutTime"
	noInspection    = "inspectionOfNoEvent"
	brokenTable     = "brokenPromise"
	leftTable       = "orphan"
)

// versionMark stands in the lines for the version that wrote them.
const versionMark = "VERSION"

// lines returns one real log line of the functions for each way to end: written
// by the handlers that are deployed, through the SDK, from responses that
// DynamoDB gives. The SDK's waits take no time.
func lines(t *testing.T) map[string]string {
	t.Helper()
	if written == nil {
		synctest.Test(t, func(*testing.T) { written = write() })
	}
	return written
}

var written map[string]string

func write() map[string]string {
	lambdacontext.FunctionVersion = versionMark
	const (
		forbidden = `400 {"__type":"com.amazon.coral.service#AccessDeniedException","message":"not authorized"}`
		throttle  = `400 {"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}`
		conflict  = `400 {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"m",` +
			`"CancellationReasons":[{"Code":"TransactionConflict","Message":"m"}]}`
		failed = `500 {"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"m"}`

		ownedImage  = `200 {"Items":[{"pk":{"S":"IMAGE#i"},"sk":{"S":"IMAGE"},"gsi1pk":{"S":"PROJECT#p"},"gsi1sk":{"S":"OWNED#eu-west-1#2026-11-24T02:00:00.000000Z#i"}}]}`
		brokenImage = `200 {"Responses":{"table":[{"pk":{"S":"IMAGE#i"},"sk":{"S":"IMAGE"}}]}}`
	)
	return map[string]string{
		fine:      lineOfRequest(responses{}, http.MethodGet, "/openapi.yaml", ""),
		refused:   lineOfRequest(responses{"GetItem": "200 {}"}, http.MethodGet, "/v1/projects/p", ""),
		throttled: lineOfRequest(responses{"GetItem": throttle}, http.MethodGet, "/v1/projects/p", ""),
		internal:  lineOfRequest(responses{"GetItem": forbidden}, http.MethodGet, "/v1/projects/p", ""),
		busy:      lineOfRequest(responses{"GetItem": "200 {}", "TransactWriteItems": conflict}, http.MethodPut, "/v1/projects/p", `{"accountId":"a","name":"n"}`),
		unknown:   lineOfRequest(responses{"GetItem": "200 {}", "TransactWriteItems": failed}, http.MethodPut, "/v1/projects/p", `{"accountId":"a","name":"n"}`),
		leftOut: lineOfRequest(responses{
			"Query":        ownedImage,
			"BatchGetItem": brokenImage,
		}, http.MethodGet, "/v1/projects/p/images", ""),
		record:    lineOfRecord(responses{"TransactWriteItems": "200 {}"}),
		badRecord: lineOfRecord(responses{"TransactWriteItems": forbidden}),
		busyOne:   lineOfRecord(responses{"TransactWriteItems": conflict}),
		slowOne:   lineOfRecord(responses{"TransactWriteItems": throttle}),
		event:     lineOfActivity(responses{"PutEvents": published}, newActivity()),
		badEvent:  lineOfActivity(responses{"PutEvents": forbidden}, newActivity()),
		busyEvent: lineOfActivity(responses{"PutEvents": failed}, newActivity()),
		slowEvent: lineOfActivity(responses{"PutEvents": throttle}, newActivity()),
		leftOver: lineOfActivity(withoutShares{responses{
			"PutEvents":    published,
			"GetItem":      `200 {"Item":{"pk":{"S":"PROJECT#p"},"sk":{"S":"PROJECT"},"projectId":{"S":"p"},"accountId":{"S":"a"},"projectName":{"S":"n"},"closedAt":{"S":"2026-11-24T02:00:00.000000Z"},"createdAt":{"S":"2026-11-24T02:00:00.000000Z"},"updatedAt":{"S":"2026-11-24T02:00:00.000000Z"}}}`,
			"Query":        ownedImage,
			"BatchGetItem": brokenImage,
		}}, closing()),
		copied:   lineOfCopy(responses{"GetItem": "200 {}"}, aCopy),
		badCopy:  lineOfCopy(responses{}, "no event"),
		busyCopy: lineOfCopy(responses{"GetItem": failed}, aCopy),
		slowCopy: lineOfCopy(responses{"GetItem": throttle}, aCopy),
		denied:   lineOfCopy(responses{"GetItem": copying, "TransactWriteItems": "200 {}", http.MethodHead: "403 "}, aCopy),
		goneCopy: lineOfCopy(responses{"GetItem": copying, "TransactWriteItems": "200 {}", http.MethodHead: "404 "}, aCopy),
		otherCopy: lineOfCopy(responses{"GetItem": copying, "TransactWriteItems": "200 {}", http.MethodHead: "200 ",
			http.MethodPut: "412 <Error><Code>PreconditionFailed</Code></Error>"}, aCopy),
		agedCopy: lineOfCopy(responses{"GetItem": forbidden}, begun(4*time.Hour)),
		oldCopy:  lineOfCopy(responses{"GetItem": forbidden}, begun(4*time.Hour+time.Second)),

		inspected:       lineOfInspection(time.Minute, responses{"Scan": "200 {}"}, aHour),
		badInspection:   lineOfInspection(time.Minute, responses{"Scan": forbidden}, aHour),
		busyInspection:  lineOfInspection(time.Minute, responses{"Scan": failed}, aHour),
		slowInspection:  lineOfInspection(time.Minute, responses{"Scan": throttle}, aHour),
		shortInspection: lineOfInspection(time.Millisecond, responses{"Scan": "200 {}"}, aHour),
		noInspection:    lineOfInspection(time.Minute, responses{"Scan": "200 {}"}, `{"slice":1}`),
		brokenTable:     lineOfInspection(time.Minute, responses{"Scan": `200 {"Items":[{"pk":{"S":"NOTE"},"sk":{"S":"x"}}]}`}, aHour),
		leftTable:       lineOfInspection(time.Minute, responses{"Scan": anOrphan, "Query": anOrphan}, aHour),
	}
}

// aCopy is the message of an image that is to be copied, and copying what is kept of it.
const (
	aCopy   = `{"detail":{"activityId":"a","type":"ImageSaved","requestId":"r","copy":{"imageId":"i","projectId":"p","region":"eu-west"}}}`
	copying = `200 {"Item":{"pk":{"S":"IMAGE#i"},"sk":{"S":"IMAGE"},"uid":{"S":"u"},"projectId":{"S":"p"},"accountId":{"S":"a"},"imageName":{"S":"n"},"description":{"S":""},
		"region":{"S":"eu-west"},"kind":{"S":"Custom"},"hostType":{"S":"UHost"},"imageState":{"S":"Creating"},"osName":{"S":"o"},"osType":{"S":"Linux"},"architecture":{"S":"x86_64"},
		"systemDisk":{"M":{"sizeGiB":{"N":"20"},"snapshotId":{"S":""}}},"dataDisks":{"L":[]},"createdAt":{"S":"2026-11-24T02:00:00.000000Z"},"updatedAt":{"S":"2026-11-24T02:00:00.000000Z"},
		"copyFrom":{"L":[{"M":{"region":{"S":"eu-west"},"key":{"S":"snap-1"},"sizeGiB":{"N":"20"}}}]},"copyBegan":{"S":"2026-11-24T02:00:00.000000Z"}}}`
)

// aHour is what a schedule sends, and anOrphan is a page with one.
const (
	aHour    = `{"source":"aws.events","detail-type":"Scheduled Event","time":"2026-11-24T02:17:00Z"}`
	anOrphan = `200 {"Items":[{"pk":{"S":"IMAGE#i"},"sk":{"S":"SHARE#p"},"uid":{"S":"u"}}]}`
)

func lineOfInspection(within time.Duration, d responses, body string) string {
	var out bytes.Buffer
	r := &repair.Repairer{Table: d.store(), Service: service.New(d.store(), service.Config{ShareLimit: 50})}
	ctx, cancel := context.WithTimeout(invocation(), within)
	defer cancel()
	if _, err := repair.NewHandler(r, false, lambdalog.New(&out))(ctx, json.RawMessage(body)); err != nil {
		panic(err)
	}
	return out.String()
}

// begun is aCopy of some time ago.
func begun(ago time.Duration) string {
	return strings.Replace(aCopy, `{"activityId"`, `{"at":"`+time.Now().Add(-ago).Format(time.RFC3339Nano)+`","activityId"`, 1)
}

// bucket responds to S3's calls by their method. Its lists are empty, and nothing is
// copied yet.
type bucket struct{ responses }

func (b bucket) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Amz-Target", "S3."+r.Method)
	switch {
	case r.Method == http.MethodGet:
		return responses{http.MethodGet: "200 <Result/>"}.Do(r)
	case r.Method == http.MethodHead && strings.Contains(r.URL.Path, "/images/"):
		return responses{http.MethodHead: "404 "}.Do(r)
	}
	return b.responses.Do(r)
}

func lineOfCopy(d responses, body string) string {
	var out bytes.Buffer
	places := disks.NewPlaces(buckets.ByRegion{"eu-west": {Name: "disks", Region: "eu-west-1"}}, func(region string) *s3.Client {
		return disks.NewClient(disks.ClientConfig{Region: region, HTTPClient: bucket{d}, Credentials: credentials})
	})
	copier := disks.NewCopier(service.New(d.store(), service.Config{ShareLimit: 50}), places, disks.Config{LeastPartSize: disks.LeastPartSize})
	message := events.SQSMessage{MessageId: "m", Body: body}
	if _, err := disks.NewHandler(copier, lambdalog.New(&out))(invocation(), events.SQSEvent{Records: []events.SQSMessage{message}}); err != nil {
		panic(err)
	}
	return out.String()
}

// responses are what AWS responds to each operation: status and body.
type responses map[string]string

func (d responses) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	status, body, _ := strings.Cut(d[operation], " ")
	response := &http.Response{
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)),
	}
	_, err := fmt.Sscan(status, &response.StatusCode)
	return response, err
}

// withoutShares responds as if nothing was shared with anybody.
type withoutShares struct{ responses }

func (d withoutShares) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if operation := r.Header.Get("X-Amz-Target"); strings.HasSuffix(operation, ".Query") && !strings.Contains(string(body), "OWNED#") {
		return responses{"Query": `200 {"Items":[]}`}.Do(r)
	}
	return d.responses.Do(r)
}

func (d responses) store() *dynamo.Store { return storeOver(d) }

func storeOver(d dynamodb.HTTPClient) *dynamo.Store {
	return dynamo.New(dynamo.NewClient(dynamo.ClientConfig{
		Region: "eu-west-1", HTTPClient: d, Credentials: credentials,
	}), "table")
}

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}, nil
})

func invocation() context.Context {
	return lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "8c3f"})
}

func lineOfRequest(d responses, method, path, body string) string {
	var out bytes.Buffer
	log := lambdalog.New(&out)
	all := httpapi.Function{Name: "all"}
	for _, f := range httpapi.Functions() {
		all.Routes = append(all.Routes, f.Routes...)
	}
	handle := apigateway.NewHandler(httpapi.NewHandler(all, service.New(d.store(), service.Config{ShareLimit: 50}), httpapi.AnyClient(), log))
	var e events.APIGatewayV2HTTPRequest
	e.RawPath, e.Body, e.RequestContext.HTTP.Method = path, body, method
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
			Claims: map[string]string{"sub": "s", "projects": "p", "scope": "images:read catalog:write"},
		},
	}
	if _, err := handle(invocation(), e); err != nil {
		panic(err)
	}
	return out.String()
}

func lineOfRecord(d responses) string {
	var out bytes.Buffer
	var e events.DynamoDBEvent
	if err := json.Unmarshal([]byte(`{"Records":[{"eventID":"1","eventName":"REMOVE","dynamodb":{"SequenceNumber":"1",
		"Keys":{"pk":{"S":"IMAGE#i"},"sk":{"S":"IMAGE"}},"OldImage":{"uid":{"S":"u"},"sharedWith":{"SS":["p"]}}}}]}`), &e); err != nil {
		panic(err)
	}
	if _, err := cleanup.NewHandler(d.store(), lambdalog.New(&out))(invocation(), e); err != nil {
		panic(err)
	}
	return out.String()
}

// published is the response to one entry that is on the bus.
const published = `200 {"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`

func newActivity() (r events.DynamoDBEventRecord) {
	if err := json.Unmarshal([]byte(streamRecords()["INSERT of activity"]), &r); err != nil {
		panic(err)
	}
	return r
}

// closing is the record of a project that was closed long ago.
func closing() events.DynamoDBEventRecord {
	r := newActivity()
	r.Change.NewImage["type"] = events.NewStringAttribute(string(sharing.ProjectClosed))
	return r
}

func lineOfActivity(d eventbridge.HTTPClient, r ...events.DynamoDBEventRecord) string {
	var out bytes.Buffer
	client := activities.NewClient(activities.ClientConfig{Region: "eu-west-1", HTTPClient: d, Credentials: credentials})
	closings := activities.Closings{Service: service.New(storeOver(d), service.Config{ShareLimit: 50})}
	handle := activities.NewHandler(activities.NewPublisher(client, "bus"), closings, lambdalog.New(&out))
	if _, err := handle(invocation(), events.DynamoDBEvent{Records: r}); err != nil {
		panic(err)
	}
	return out.String()
}

// TestLines: each line ended as its name says, has Lambda's form and names its
// version and invocation.
func TestLines(t *testing.T) {
	want := map[string][2]string{
		fine: {"INFO", "ok"}, refused: {"INFO", "ProjectNotFound"}, busy: {"ERROR", "Busy"}, throttled: {"INFO", "Throttled"},
		unknown: {"ERROR", "OutcomeUnknown"}, internal: {"ERROR", "Internal"}, leftOut: {"ERROR", "ok"},
		record: {"INFO", "ok"}, badRecord: {"ERROR", "failed"}, busyOne: {"ERROR", "Busy"}, slowOne: {"ERROR", "Throttled"},
		event: {"INFO", "ok"}, badEvent: {"ERROR", "failed"}, busyEvent: {"ERROR", "Busy"}, slowEvent: {"ERROR", "Throttled"},
		leftOver: {"ERROR", "ok"},
		copied:   {"INFO", "ok"}, badCopy: {"ERROR", "failed"}, busyCopy: {"ERROR", "Busy"}, slowCopy: {"ERROR", "Throttled"},
		denied: {"INFO", "ok"}, goneCopy: {"INFO", "ok"}, otherCopy: {"INFO", "ok"},
		agedCopy: {"ERROR", "failed"}, oldCopy: {"ERROR", "failed"},
		inspected: {"INFO", "ok"}, badInspection: {"ERROR", "failed"}, busyInspection: {"ERROR", "Busy"}, slowInspection: {"ERROR", "Throttled"},
		shortInspection: {"WARN", "Unfinished"}, noInspection: {"INFO", "InvalidRequest"}, brokenTable: {"ERROR", "ok"}, leftTable: {"WARN", "ok"},
	}
	for name, line := range lines(t) {
		o := decoded(t, line)
		if got := [2]string{fmt.Sprint(o["level"]), fmt.Sprint(o["outcome"])}; got != want[name] {
			t.Errorf("%s: %s", name, line)
		}
		if o["functionVersion"] != versionMark || o["lambdaRequestId"] != "8c3f" || o["timestamp"] == nil || o["message"] == nil {
			t.Errorf("%s: %s", name, line)
		}
	}
}
