package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"image-sharing/tests/kit/api"
)

// teller calls the API and prints what is said. After the first failure it
// does nothing more, so that the story reads as a story; err has the failure.
type teller struct {
	ctx    context.Context
	client api.Client
	out    io.Writer
	err    error
	step   int
}

func newTeller(ctx context.Context, base string, out io.Writer) *teller {
	return &teller{ctx: ctx, client: api.Client{URL: strings.TrimSuffix(base, "/")}, out: out}
}

// person is somebody with a token.
type person struct {
	name, token string
	project     string // the first of the token; "" for none
}

// chapter begins a part of the story.
func (t *teller) chapter(format string, args ...any) {
	if t.err != nil {
		return
	}
	t.step++
	fmt.Fprintf(t.out, "\n%d. %s\n", t.step, fmt.Sprintf(format, args...))
}

// person gets a token from the local issuer.
func (t *teller) person(name, scope string, projects ...string) person {
	if t.err != nil {
		return person{}
	}
	token, err := t.client.Token(t.ctx, name, scope, projects...)
	if err != nil {
		t.err = fmt.Errorf("%w (is make run running? The demo needs its token issuer, so JWT_ISSUER must not be set)", err)
	}
	p := person{name: name, token: token}
	if len(projects) > 0 {
		p.project = projects[0]
	}
	return p
}

// call sends a request, prints it with its response, and expects a status.
func (t *teller) call(p person, method, path string, body any, expected int) api.Response {
	return t.callWith(p, method, path, nil, body, expected)
}

func (t *teller) callWith(p person, method, path string, header http.Header, body any, expected int) api.Response {
	if t.err != nil {
		return api.Response{}
	}
	fmt.Fprintf(t.out, "\n   %s> %s %s\n", p.name, method, path)
	for name, values := range header {
		fmt.Fprintf(t.out, "      %s: %s\n", name, strings.Join(values, ", "))
	}
	if body != nil {
		t.print(body)
	}
	response := t.send(p, method, path, header, body)
	if t.err != nil {
		return response
	}
	t.show(response)
	if response.Status != expected {
		t.err = fmt.Errorf("%s %s was answered %d, not %d", method, path, response.Status, expected)
	}
	return response
}

func (t *teller) show(response api.Response) {
	fmt.Fprintf(t.out, "   < %d %s\n", response.Status, http.StatusText(response.Status))
	if response.Body != nil {
		t.print(response.Body)
	} else if response.Raw != "" {
		fmt.Fprintf(t.out, "      %s\n", response.Raw) // of another program, on this port
	}
}

// quietly sends a request that prepares the story, without printing it unless it fails.
func (t *teller) quietly(p person, method, path string, body any, expected ...int) api.Response {
	if t.err != nil {
		return api.Response{}
	}
	response := t.send(p, method, path, nil, body)
	if t.err == nil && !slices.Contains(expected, response.Status) {
		fmt.Fprintf(t.out, "\n   %s> %s %s\n", p.name, method, path)
		t.show(response)
		t.err = fmt.Errorf("%s %s was answered %d", method, path, response.Status)
	}
	return response
}

// copied waits until an image's disk is copied, and shows how far that is. It returns
// the snapshot's id.
func (t *teller) copied(p person, path string) (snapshot string) {
	shown := ""
	for end := time.Now().Add(time.Minute); t.err == nil; time.Sleep(50 * time.Millisecond) {
		img := t.quietly(p, "GET", path, nil, 200)
		disk, _ := img.Body["systemDisk"].(api.Object)
		snapshot, _ = disk["snapshotId"].(string)
		state := img.Text("state")
		if progress, ok := img.Body["copying"].(api.Object); ok {
			state = fmt.Sprintf("%s, %.0f of %.0f bytes", state, progress["copiedBytes"], progress["totalBytes"])
		}
		if state != shown {
			fmt.Fprintf(t.out, "   … %s\n", state)
			shown = state
		}
		switch {
		case img.Text("state") == "Available":
			return snapshot
		case img.Text("state") == "Failed":
			t.print(img.Body["failure"])
			t.err = errors.New("the copy has failed")
		case time.Now().After(end):
			t.err = errors.New("the copy is not Available after a minute (is COPY_DISKS off?)")
		}
	}
	return ""
}

func (t *teller) send(p person, method, path string, header http.Header, body any) api.Response {
	response, err := t.client.Do(t.ctx, api.Request{Token: p.token, Method: method, Path: path, Header: header, Body: body})
	if err != nil {
		t.err = fmt.Errorf("%w (is make run still running?)", err)
	}
	return response
}

// expect fails the story unless a fact of a response holds.
func (t *teller) expect(holds bool, format string, args ...any) {
	if t.err == nil && !holds {
		t.err = fmt.Errorf("expected "+format, args...)
	}
	if t.err == nil {
		fmt.Fprintf(t.out, "   ✓ %s\n", fmt.Sprintf(format, args...))
	}
}

func (t *teller) print(body any) {
	text, err := json.MarshalIndent(body, "      ", "  ")
	if err != nil {
		t.err = err
		return
	}
	fmt.Fprintf(t.out, "      %s\n", text)
}
