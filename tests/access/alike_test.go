package access

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/openapitest"
)

// What a caller who may not see an image could learn from a response, it could
// also learn from the time that the response takes. So all images that are not
// there for a project have one response, and it costs the same calls.
func TestImagesThatAreNotThereAreAllAlike(t *testing.T) {
	t.Parallel()
	t.Run(runner.SQLite, func(t *testing.T) {
		t.Parallel()
		checkAlike(kit.Shared(t, runner.SQLite), nil)
	})
	t.Run(runner.DynamoDB, func(t *testing.T) {
		t.Parallel()
		endpoint, calls := counted(t)
		checkAlike(kit.Start(t, runner.Config{
			Store: runner.DynamoDB, DynamoDBEndpoint: endpoint, WithoutCleanUp: true, // so that something is left of a deleted image
		}), calls)
	})
}

// counted stands before DynamoDB Local and counts the calls to it, but for those
// of whoever reads the table's stream, who also asks for its name. The function returns those since it was called before.
func counted(t *testing.T) (endpoint string, calls func() []string) {
	var mu sync.Mutex
	var made []string
	endpoint = kit.Proxy(t, func(w http.ResponseWriter, c kit.Call) {
		if !strings.Contains(c.Operation, "Stream") && !slices.Contains([]string{"DescribeTable", "GetShardIterator", "GetRecords"}, c.Operation) {
			mu.Lock()
			made = append(made, c.Operation)
			mu.Unlock()
		}
		c.Forward(w)
	})
	return endpoint, func() []string {
		mu.Lock()
		defer mu.Unlock()
		since := made
		made = nil
		return since
	}
}

// checkAlike also compares calls, if there is a count of them.
func checkAlike(e *kit.Environment, calls func() []string) {
	e.T.Helper()
	routes, _ := openapitest.Routes(e.T)
	s := e.Sample(e.ID("self"))
	absent := absentImages(e, s)
	checked := 0
	for _, r := range routes {
		if !r.NamesImage() || r.Method == "PUT" {
			// PUT makes the image that it names. For another project's id it is
			// ImageConflict: only the platform, which knows all images, may call it.
			continue
		}
		checked++
		images := maps.Clone(absent)
		switch {
		case strings.Contains(r.Path, "/shared-images/"):
			images["the project's own, received from nobody"] = s.Own
		case !strings.Contains(r.Path, "/launchable-images/"): // which are both
			images["received, not the project's own"] = s.Received
		}
		for _, body := range bodiesOf(e, r) {
			for _, v := range variantsOf(r) {
				checkAlikeOn(e, r, fmt.Sprintf("%v %.200v", v, body), images, calls, func(image string) kit.Response {
					return e.Send(e.Token(api.EveryScope, s.Self), r.Method, s.AddressOf(r, image)+v.query, body, v.header...)
				})
			}
		}
	}
	if checked < 6 {
		e.T.Errorf("only %d routes name an image", checked)
	}
}

// bodiesOf are the examples, and what could make the difference between one
// image and another: another region, and as many targets as there can be.
func bodiesOf(e *kit.Environment, r openapitest.Route) []any {
	bodies := slices.Clone(r.Bodies)
	for field, value := range map[string]any{"region": "elsewhere", "projectIds": nobodies(e, 50)} {
		if !slices.Contains(r.Fields, field) {
			continue
		}
		for _, example := range r.Bodies {
			body := maps.Clone(example.(api.Object))
			body[field] = value
			bodies = append(bodies, body)
		}
	}
	return bodies
}

func nobodies(e *kit.Environment, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = e.ID(fmt.Sprint("nobody", i))
	}
	return ids
}

// variant is a way to fill the parameters of a route.
type variant struct {
	query  string
	header []string
}

// variantsOf leave all parameters out, and give each of them each of its values.
func variantsOf(r openapitest.Route) []variant {
	variants := []variant{{}}
	for _, p := range r.Parameters {
		for _, value := range p.Values {
			if p.In == "query" {
				variants = append(variants, variant{query: "?" + p.Name + "=" + url.QueryEscape(value)})
			} else {
				variants = append(variants, variant{header: []string{p.Name, value}})
			}
		}
	}
	return variants
}

// checkAlikeOn asks for each image and compares all responses with the one for
// an image that never was.
func checkAlikeOn(e *kit.Environment, r openapitest.Route, what string, images map[string]string, calls func() []string, ask func(image string) kit.Response) {
	e.T.Helper()
	counted := func(image string) (string, []string) {
		if calls == nil {
			return bare(ask(image), image), nil
		}
		calls()
		got := bare(ask(image), image)
		return got, calls()
	}
	want, cost := counted(e.ID("missing"))
	if !strings.Contains(want, `"ImageNotFound"`) || calls != nil && len(cost) == 0 {
		e.T.Errorf("%s, %s: a missing image takes the calls %v and gets %s", r, what, cost, want)
	}
	for kind, image := range images {
		got, made := counted(image)
		if got != want {
			e.T.Errorf("%s, %s: an image that is %s gets\n%s\na missing one\n%s", r, what, kind, got, want)
		}
		if !slices.Equal(made, cost) {
			e.T.Errorf("%s, %s: an image that is %s takes the calls %v, a missing one %v", r, what, kind, made, cost)
		}
	}
}

// bare is all that a client gets but the image, the id and the date of the request.
func bare(a kit.Response, image string) string {
	header := a.Header.Clone()
	id := header.Get("Apigw-Requestid")
	header.Del("Apigw-Requestid")
	header.Del("Date")
	header.Del("Content-Length") // that of the body, which is compared
	if id == "" || a.Body["requestId"] != id {
		a.T.Errorf("%s has the request id %q: %s", a.What(), id, a.Raw)
	}
	if !strings.Contains(a.Text("detail"), " "+image+" ") {
		a.T.Errorf("%s does not name the image: %s", a.What(), a.Raw)
	}
	return fmt.Sprint(a.Status, header, strings.NewReplacer(id, "-", image, "-").Replace(a.Raw))
}
