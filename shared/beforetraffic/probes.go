package beforetraffic

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// probe is a request that changes nothing, and what a version that works says
// to it. It must need the table: a version that cannot reach it responds too. That
// of on-activity needs nothing: consumers would take an event for a change. Nor does
// that of copy-disks: it names a region without a bucket, whichever there are. The
// console needs no table.
type probe struct {
	event func() []byte
	check func(response []byte) error
}

// probes has one for each function. They ask for an image that cannot be there,
// because its id is new at each call.
var probes = map[string]probe{
	"share": request(http.MethodPost, "/v1/projects/{projectId}/images/{imageId}/shares", "images:share",
		`{"projectIds":["another"],"acknowledgeSecurityReminder":true,"dryRun":true}`),
	"unshare":          request(http.MethodDelete, "/v1/projects/{projectId}/images/{imageId}/shares/{targetProjectId}", "images:share", ""),
	"list":             request(http.MethodGet, "/v1/projects/{projectId}/images/{imageId}", "images:read", ""),
	"save":             request(http.MethodPost, "/v1/projects/{projectId}/shared-images/{imageId}/save", "images:save", `{"name":"probe"}`),
	"catalog":          request(http.MethodDelete, "/v1/projects/{projectId}/images/{imageId}", "images:write", ""),
	"console":          {consolePage, isPage},
	"on-image-deleted": {deletedImage, noFailures},
	"on-activity":      {listedActivity, noFailures},
	"copy-disks":       {copyElsewhere, noFailures},
	"repair":           {smallSlice, inspected},
}

// Probed returns the names of the functions that have a probe.
func Probed() []string { return slices.Sorted(maps.Keys(probes)) }

// request is a probe over HTTP, which has to end in ImageNotFound: nothing else
// proves that the function has looked for the image.
func request(method, route, scope, body string) probe {
	return probe{func() []byte { return httpEvent(method, route, scope, body) }, imageNotFound}
}

func httpEvent(method, route, scope, body string) []byte {
	id := "before-traffic-" + rand.Text()
	parameters := map[string]string{"projectId": id, "imageId": id, "targetProjectId": id}
	path := route
	for name, value := range parameters {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return marshalled(events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: method + " " + route, RawPath: path, PathParameters: parameters, Body: body,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: id, Stage: "$default", DomainName: "before-traffic",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path},
			Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
					Claims: map[string]string{"sub": "before-traffic", "projects": id, "scope": scope},
				},
			},
		},
	})
}

func consolePage() []byte { return httpEvent(http.MethodGet, "/console", "", "") }

// isPage asks for the page itself, which names its files.
func isPage(response []byte) error {
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(response, &r); err != nil || r.StatusCode != http.StatusOK || !strings.Contains(r.Body, "/console/assets/") {
		return fmt.Errorf("it responds with %.500s instead of the page", response)
	}
	return nil
}

func imageNotFound(response []byte) error {
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(response, &r); err != nil {
		return fmt.Errorf("it responds with %s, which is no HTTP response: %w", response, err)
	}
	var problem struct{ Code string }
	if err := json.Unmarshal([]byte(r.Body), &problem); err != nil || problem.Code != "ImageNotFound" {
		return fmt.Errorf("it responds with %d %s instead of ImageNotFound", r.StatusCode, r.Body)
	}
	return nil
}

// deletedImage is the stream's record of an image that was shared with one
// project. There is no such share: the transaction's condition fails, which is
// what a repeated clean-up meets too.
func deletedImage() []byte {
	id := "before-traffic-" + rand.Text()
	return fmt.Appendf(nil, `{"Records":[{"eventID":%[1]q,"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1",
		"Keys":{"pk":{"S":"IMAGE#%[1]s"},"sk":{"S":"IMAGE"}},
		"OldImage":{"pk":{"S":"IMAGE#%[1]s"},"sk":{"S":"IMAGE"},"uid":{"S":%[1]q},"sharedWith":{"SS":["another"]}}}}]}`, id)
}

// listedActivity is the stream's record of an activity's second entry, which a
// version that works reads whole, and does not publish.
func listedActivity() []byte {
	id := "before-traffic-" + rand.Text()
	return fmt.Appendf(nil, `{"Records":[{"eventID":%[1]q,"eventName":"INSERT","dynamodb":{"SequenceNumber":"1",
		"Keys":{"pk":{"S":"PROJECT#%[1]s"},"sk":{"S":"ACTIVITY#2000-01-01T00:00:00.000000Z#%[1]s"}},
		"NewImage":{"activityId":{"S":%[1]q},"at":{"S":"2000-01-01T00:00:00.000000Z"},"type":{"S":"ProjectChanged"},"projectId":{"S":%[1]q},
			"actor":{"M":{"subject":{"S":"before-traffic"}}},"requestId":{"S":%[1]q},"expiresAt":{"N":"946684800"},"echo":{"N":"1"}}}}]}`, id)
}

// copyElsewhere is the queue's message of a copy that is not ours to make.
func copyElsewhere() []byte {
	id := "before-traffic-" + rand.Text()
	body := fmt.Sprintf(`{"detail":{"type":"ImageSaved","activityId":%[1]q,"requestId":%[1]q,"copy":{"imageId":%[1]q,"projectId":%[1]q,"region":%[1]q}}}`, id)
	return marshalled(events.SQSEvent{Records: []events.SQSMessage{{MessageId: id, Body: body}}})
}

// smallSlice is one of a million slices of the table, to be inspected only: few items, or
// none.
func smallSlice() []byte {
	const slices = 1_000_000 // the most that DynamoDB takes
	return fmt.Appendf(nil, `{"slice":%d,"slices":%d}`, mathrand.IntN(slices), slices)
}

func inspected(response []byte) error {
	var r struct{ Outcome string }
	if err := json.Unmarshal(response, &r); err != nil || r.Outcome != "ok" {
		return fmt.Errorf("it responds with %.500s instead of what it has inspected", response)
	}
	return nil
}

func noFailures(response []byte) error {
	var r events.DynamoDBEventResponse
	if err := json.Unmarshal(response, &r); err != nil || len(r.BatchItemFailures) > 0 {
		return fmt.Errorf("it responds with %s instead of no failures", response)
	}
	return nil
}

func marshalled(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of a value written here: a test would have shown it
	}
	return text
}
