// Package api is the one client of the HTTP API: of the demo, the tests and the
// benchmarks.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Client calls a running service. It is safe for concurrent use.
type Client struct {
	URL  string       // of the service, without a slash at its end
	HTTP *http.Client // nil for http.DefaultClient
}

// Request is one call. The API takes every body as JSON.
type Request struct {
	Token  string // "" sends none
	Method string
	Path   string // with the query
	Header http.Header
	Body   any // nil sends none; a string or []byte is sent as it is
}

// Headers makes a header of names and values in turn.
func Headers(namesAndValues ...string) http.Header {
	header := http.Header{}
	for i := 0; i < len(namesAndValues); i += 2 {
		header.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return header
}

// String returns the request as a line of a history.
func (r Request) String() string {
	line := r.Method + " " + r.Path
	if len(r.Header) > 0 {
		line += fmt.Sprint(" ", r.Header)
	}
	if body, err := encode(r.Body); err == nil && len(body) > 0 {
		line += " " + string(body)
	}
	return line
}

// Do sends a request. An error means that no whole response came: the request
// may have taken effect or not.
func (c Client) Do(ctx context.Context, request Request) (Response, error) {
	none := Response{Request: request}
	body, err := encode(request.Body)
	if err != nil {
		return none, err
	}
	r, err := http.NewRequestWithContext(ctx, request.Method, c.URL+request.Path, bytes.NewReader(body))
	if err != nil {
		return none, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if request.Token != "" {
		r.Header.Set("Authorization", "Bearer "+request.Token)
	}
	for name, values := range request.Header {
		r.Header[name] = values
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(r)
	if err != nil {
		return none, err
	}
	return Read(request, response)
}

// encode returns the bytes to send, nil for no body at all.
func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case string:
		return append([]byte{}, b...), nil
	case []byte:
		return b, nil
	default:
		return json.Marshal(b)
	}
}

// Token returns a token from the service's local issuer.
func (c Client) Token(ctx context.Context, subject, scope string, projects ...string) (string, error) {
	response, err := c.Do(ctx, Request{Method: "POST", Path: "/local/token", Body: Object{
		"sub": subject, "scope": scope, "projects": append([]string{}, projects...),
	}})
	if err != nil {
		return "", err
	}
	token := response.Text("access_token")
	if response.Status != http.StatusOK || token == "" {
		return "", fmt.Errorf("there is no token for %s: %d %s", subject, response.Status, response.Raw)
	}
	return token, nil
}

// Object is a JSON object.
type Object = map[string]any

// Response is what came back.
type Response struct {
	Request Request
	Status  int
	Header  http.Header
	Raw     string // the body
	Body    Object // Raw decoded, if it is JSON
}

// Read reads a response to its end.
func Read(request Request, response *http.Response) (Response, error) {
	defer func() { _ = response.Body.Close() }()
	read := Response{Request: request, Status: response.StatusCode, Header: response.Header}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return Response{Request: request}, err
	}
	read.Raw = string(raw)
	if len(raw) > 0 && strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &read.Body); err != nil {
			return read, fmt.Errorf("%w in %s", err, raw)
		}
	}
	return read, nil
}

// Text returns a field that is a text, "" when there is none.
func (r Response) Text(field string) string {
	text, _ := r.Body[field].(string)
	return text
}

// Number returns a field that is a whole number, 0 if it is none.
func (r Response) Number(field string) int {
	number, _ := r.Body[field].(float64)
	return int(number)
}

// Code returns the code of a problem, "" of any other response.
func (r Response) Code() string { return r.Text("code") }

// Objects returns a field that is a list of objects, such as the images of a
// page or the shares of an image.
func (r Response) Objects(field string) []Object {
	list, _ := r.Body[field].([]any)
	objects := make([]Object, 0, len(list))
	for _, element := range list {
		object, _ := element.(Object)
		objects = append(objects, object)
	}
	return objects
}

// IDs returns the ids of a page of images, or of activities.
func (r Response) IDs() []string {
	ids := []string{}
	for list, field := range map[string]string{"images": "imageId", "activities": "activityId"} {
		for _, entry := range r.Objects(list) {
			id, _ := entry[field].(string)
			ids = append(ids, id)
		}
	}
	return ids
}
