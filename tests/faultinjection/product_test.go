package faultinjection

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/local/lambdaruntime"
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
	"image-sharing/tests/kit/ddbtest"
)

// product is every function as it is deployed, from JSON to JSON, and the store and the
// use cases for the steps of a repair.
type product struct {
	store     *dynamo.Store
	service   *service.Service
	functions map[string]lambda.Handler
	log       bytes.Buffer
	asked     map[string]bool // routes
}

// retention is in the future, or DynamoDB Local may remove activities: the use
// cases have a time that is long past.
const retention = 100 * 365 * 24 * time.Hour

// The functions behind the stream, the queue of copies and a schedule.
const (
	onImageDeleted = "on-image-deleted"
	onActivity     = "on-activity"
	copyDisks      = "copy-disks"
	repairs        = "repair"
)

func newProduct(store *dynamo.Store, shareLimit int) *product {
	s := service.New(store, service.Config{ShareLimit: shareLimit, ActivityRetention: retention})
	p := &product{store: store, service: s, functions: map[string]lambda.Handler{}, asked: map[string]bool{}}
	log := lambdalog.New(&p.log)
	for _, f := range httpapi.Functions() {
		p.functions[f.Name] = apigateway.JSON(apigateway.NewHandler(httpapi.NewHandler(f, s, httpapi.AnyClient(), log)))
	}
	p.functions[onImageDeleted] = lambda.NewHandler(cleanup.NewHandler(store, log))
	publisher := activities.NewPublisher(activities.NewClient(activities.ClientConfig{Region: "region", Credentials: ddbtest.Credentials(), HTTPClient: bus{}}), "bus")
	p.functions[onActivity] = lambda.NewHandler(activities.NewHandler(publisher, activities.Closings{Service: s, Settling: 30 * time.Second}, log))
	places := disks.NewPlaces(buckets.ByRegion{"region": {Name: "bucket", Region: "region"}}, func(region string) *s3.Client {
		return disks.NewClient(disks.ClientConfig{Region: region, Credentials: ddbtest.Credentials(), HTTPClient: emptyBucket{}})
	})
	p.functions[copyDisks] = lambda.NewHandler(disks.NewHandler(disks.NewCopier(s, places, disks.Config{LeastPartSize: disks.LeastPartSize}), log))
	p.functions[repairs] = lambda.NewHandler(repair.NewHandler(&repair.Repairer{Table: store, Service: s}, false, log))
	return p
}

// emptyBucket lists nothing. How a copy fares is for tests/disks.
type emptyBucket struct{}

// Do implements the SDK's HTTP client.
func (emptyBucket) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader("<Result/>"))}, nil
}

// bus takes a record's event. What fails of publishing is for package events.
type bus struct{}

// Do implements the SDK's HTTP client.
func (bus) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(`{"Entries":[{"EventId":"event"}]}`))}, nil
}

// action is what somebody asks of the product.
type action func(context.Context, *product) (response, error)

// request is an HTTP request as API Gateway hands it on.
type request struct {
	route string            // such as "GET /v1/projects/{projectId}"
	ids   map[string]string // in the route
	query string
	key   string // Idempotency-Key
	body  any
}

// functionOf is the function that serves a route.
func functionOf(route string) string {
	for _, f := range httpapi.Functions() {
		for _, r := range f.Routes {
			if r.Method+" "+r.Path == route {
				return f.Name
			}
		}
	}
	return ""
}

func (r request) event() (events.APIGatewayV2HTTPRequest, error) {
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: r.route, PathParameters: r.ids, RawQueryString: r.query, Headers: map[string]string{},
	}
	e.RequestContext.RequestID = "the-request"
	e.RequestContext.HTTP.Method, _, _ = strings.Cut(r.route, " ")
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{
			"sub": "caller", "projects": r.ids["projectId"], "scope": "images:read images:share images:save images:receive catalog:write",
		}},
	}
	if r.key != "" {
		e.Headers["idempotency-key"] = r.key
	}
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return e, err
		}
		e.Headers["content-type"], e.Body = "application/json", string(body)
	}
	return e, nil
}

// send is an action.
func (r request) send(ctx context.Context, p *product) (response, error) {
	p.asked[r.route] = true
	event, err := r.event()
	if err != nil {
		return response{}, err
	}
	var reply events.APIGatewayV2HTTPResponse
	logged, err := p.invoke(ctx, functionOf(r.route), event, &reply)
	if err != nil {
		return response{}, err
	}
	got := response{text: fmt.Sprint(reply.StatusCode, reply.Headers, reply.MultiValueHeaders, reply.Body)}
	if reply.StatusCode >= 400 {
		var problem struct{ Code sharing.Code }
		if err := json.Unmarshal([]byte(reply.Body), &problem); err != nil {
			return response{}, err
		}
		got.code = problem.Code
	}
	return got, logged.check(reply.StatusCode >= 500, got.code)
}

// unfinished is the outcome of a message whose time was over: that is no failure.
const unfinished = sharing.Code("Unfinished")

// deliver hands a function behind the stream a record, or copy-disks a message.
func deliver(function, record string) action {
	return func(ctx context.Context, p *product) (response, error) {
		var reply events.DynamoDBEventResponse
		logged, err := p.invoke(ctx, function, json.RawMessage(`{"Records":[`+record+`]}`), &reply)
		if err != nil {
			return response{}, err
		}
		got := response{text: fmt.Sprint(reply)}
		if len(reply.BatchItemFailures) == 0 {
			return got, logged.check(false, "")
		}
		if got.code = sharing.Code(logged.Outcome); got.code == "failed" { // why is in the log alone
			got.code = sharing.CodeInternal
		}
		return got, logged.check(got.code != unfinished, sharing.Code(logged.Outcome))
	}
}

// inspection has the function repair look at the whole table.
func inspection(ctx context.Context, p *product) (response, error) {
	var reply repair.Response
	logged, err := p.invoke(ctx, repairs, json.RawMessage(`{"slice":0,"slices":1}`), &reply)
	if err != nil {
		return response{}, err
	}
	slices.Sort(reply.Findings) // short pages have another order
	reply.Pages = 0
	got := response{text: fmt.Sprintf("%+v", reply)}
	want := logLine{"ERROR", reply.Outcome}
	switch got.code = sharing.Code(reply.Outcome); got.code {
	case "ok": // what was left is there
		got.code, want.Level = "", "WARN"
	case unfinished:
		got.code, want.Level = sharing.CodeBusy, "WARN"
	case "failed": // why is in the response alone
		got.code = sharing.CodeInternal
	}
	if logged != want {
		return got, fmt.Errorf("the log has %+v, not %+v", logged, want)
	}
	return got, nil
}

// step is one of those of a repair, in the role of the function. A run takes one after
// the other, and may stop after any.
func step(do func(context.Context, *product) (any, error)) action {
	return func(ctx context.Context, p *product) (response, error) {
		result, err := do(lambdaruntime.Context(ctx, repairs), p)
		if err != nil {
			return response{code: codeOf(err), text: err.Error()}, nil
		}
		return response{text: fmt.Sprintf("%+v", result)}, nil
	}
}

// invoke calls a function as Lambda does and returns the line that it logged.
func (p *product) invoke(ctx context.Context, function string, event, reply any) (line logLine, err error) {
	if p.functions[function] == nil {
		return line, fmt.Errorf("there is no function %q", function)
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return line, err
	}
	p.log.Reset()
	out, err := p.functions[function].Invoke(lambdaruntime.Context(ctx, function), payload)
	if err != nil {
		return line, err
	}
	if err := json.Unmarshal(p.log.Bytes(), &line); err != nil { // also of more than one line
		return line, fmt.Errorf("the log %q: %w", p.log.String(), err)
	}
	return line, json.Unmarshal(out, reply)
}

// logLine is the line of a request or of a record.
type logLine struct{ Level, Outcome string }

// check returns an error unless the line is what the alarms go by: of the level
// ERROR if our side failed, with the code that the caller gets.
func (l logLine) check(failed bool, code sharing.Code) error {
	want := logLine{"INFO", "ok"}
	if failed {
		want.Level = "ERROR"
	}
	if code != "" {
		want.Outcome = string(code)
	}
	if l != want {
		return fmt.Errorf("the log has %+v, not %+v", l, want)
	}
	return nil
}
