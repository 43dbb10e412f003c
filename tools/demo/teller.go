package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// teller calls the API and prints what is said. After the first failure it
// does nothing more, so that the story reads as a story; err has the failure.
type teller struct {
	ctx  context.Context
	base string
	out  io.Writer
	err  error
	step int
}

func newTeller(ctx context.Context, base string, out io.Writer) *teller {
	return &teller{ctx: ctx, base: strings.TrimSuffix(base, "/"), out: out}
}

// person is somebody with a token.
type person struct{ name, token string }

// answer is what the API said.
type answer struct {
	status int
	body   map[string]any
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
	request := map[string]any{"sub": name, "projects": projects, "scope": scope}
	a := t.send("POST", "/local/token", "", nil, request)
	if t.err == nil && a.status != http.StatusOK {
		t.err = fmt.Errorf("no token for %s: %d %v (the demo needs the local token issuer, so JWT_ISSUER must not be set)", name, a.status, a.body)
	}
	token, _ := a.body["access_token"].(string)
	return person{name, token}
}

// call sends a request, prints it with its answer, and expects a status.
func (t *teller) call(p person, method, path string, body any, expected int) answer {
	return t.callWith(p, method, path, nil, body, expected)
}

func (t *teller) callWith(p person, method, path string, header map[string]string, body any, expected int) answer {
	if t.err != nil {
		return answer{}
	}
	fmt.Fprintf(t.out, "\n   %s> %s %s\n", p.name, method, path)
	for name, value := range header {
		fmt.Fprintf(t.out, "      %s: %s\n", name, value)
	}
	t.print(body)
	a := t.send(method, path, p.token, header, body)
	if t.err != nil {
		return a
	}
	fmt.Fprintf(t.out, "   < %d %s\n", a.status, http.StatusText(a.status))
	if a.body != nil {
		t.print(a.body)
	}
	if a.status != expected {
		t.err = fmt.Errorf("%s %s answered %d, not %d", method, path, a.status, expected)
	}
	return a
}

// quietly sends a request of the stage setting without printing it.
func (t *teller) quietly(p person, method, path string, body any, expected ...int) answer {
	if t.err != nil {
		return answer{}
	}
	a := t.send(method, path, p.token, nil, body)
	for _, status := range expected {
		if a.status == status {
			return a
		}
	}
	if t.err == nil {
		t.err = fmt.Errorf("%s %s answered %d %v", method, path, a.status, a.body)
	}
	return a
}

// expect fails the story unless a fact of an answer holds.
func (t *teller) expect(holds bool, format string, args ...any) {
	if t.err == nil && !holds {
		t.err = fmt.Errorf("expected "+format, args...)
	}
	if t.err == nil {
		fmt.Fprintf(t.out, "   ✓ %s\n", fmt.Sprintf(format, args...))
	}
}

func (t *teller) print(body any) {
	if body == nil {
		return
	}
	text, err := json.MarshalIndent(body, "      ", "  ")
	if err != nil {
		t.err = err
		return
	}
	fmt.Fprintf(t.out, "      %s\n", text)
}

func (t *teller) send(method, path, token string, header map[string]string, body any) answer {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.err = err
			return answer{}
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.ctx, method, t.base+path, content)
	if err != nil {
		t.err = err
		return answer{}
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.err = fmt.Errorf("%w (is make run running?)", err)
		return answer{}
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode}
	if err := json.NewDecoder(response.Body).Decode(&a.body); err != nil && err != io.EOF {
		t.err = fmt.Errorf("%s %s: the answer is no JSON: %w", method, path, err)
	}
	return a
}

// ids are the imageIds of a list's answer.
func (a answer) ids() []string {
	images, _ := a.body["images"].([]any)
	ids := make([]string, 0, len(images))
	for _, img := range images {
		id, _ := img.(map[string]any)["imageId"].(string)
		ids = append(ids, id)
	}
	return ids
}

func (a answer) text(name string) string {
	s, _ := a.body[name].(string)
	return s
}
