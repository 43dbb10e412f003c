package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

func (m *machine) request(token, method, path string, body any, headers ...string) answer {
	m.sent = time.Now().UTC().Truncate(time.Microsecond)
	return m.send(token, method, path, body, headers...)
}

// Failures are told in texts without ids, times or bodies: rapid makes a
// sequence smaller only as long as it fails with the very same text. What they
// leave out is in the log.

// agree fails the sequence unless the service answers as the reference does.
// A sequence whose answer was lost is given up: it cannot be told what is there
// now.
func (m *machine) agree(t *rapid.T, got answer, want expected) {
	t.Helper()
	t.Logf("%s %d %s", got.what, got.status, got.raw)
	m.answers.add(got)
	method, _, _ := strings.Cut(got.what, " ")
	if got.status == 503 || got.status == 429 {
		m.givenUp++
		t.Skip("the engine is out of breath")
	}
	if got.status != want.status {
		t.Logf("expected %d %v", want.status, want.body)
		t.Fatalf("a %s answered %d, not %d", method, got.status, want.status)
	}
	body := got.body
	if body["code"] != nil {
		body = maps.Clone(body)
		for _, free := range []string{"type", "title", "detail", "requestId"} { // the OpenAPI document has these
			delete(body, free)
		}
	}
	if fields := m.differences(t, body, decoded(want.body)); len(fields) > 0 {
		t.Fatalf("a %s answered %v otherwise than the reference", method, fields)
	}
	if location := got.header.Get("Location"); location != want.location {
		t.Logf("expected Location %q, not %q", want.location, location)
		t.Fatalf("a %s answered with another Location", method)
	}
	m.met[strings.TrimSpace(fmt.Sprint(method, " ", got.status, " ", got.body["code"]))] = true
}

// decoded is a body as it comes out of JSON.
func decoded(body object) (v object) {
	text, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		panic(err) // a fault of the reference
	}
	return v
}

// differences are the fields that are not as they should be.
func (m *machine) differences(t *rapid.T, got, want object) (fields []string) {
	all := maps.Clone(got)
	if all == nil {
		all = object{}
	}
	maps.Copy(all, want)
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if !reflect.DeepEqual(got[field], want[field]) {
			t.Logf("%s is %v, not %v", field, got[field], want[field])
			fields = append(fields, field)
		}
	}
	return fields
}

// learn takes from an answer what the reference cannot know.
func learn(a answer, timeField string) (l learned) {
	l.now, _ = a.body[timeField].(string)
	l.id, _ = a.body["imageId"].(string)
	return l
}

func learnShared(a answer) (l learned) {
	shares, _ := a.body["shares"].([]any)
	for _, s := range shares {
		if share := s.(object); share["result"] == "created" {
			l.now, _ = share["sharedAt"].(string)
			return l
		}
	}
	return l
}

// isFresh fails the sequence if what was learned is no time of this request.
func (m *machine) isFresh(t *rapid.T, l learned) {
	t.Helper()
	if at := instant(l.now); l.now != "" && (at.Before(m.sent) || at.After(time.Now())) {
		t.Logf("asked at %s, said to be of %s", m.sent, l.now)
		t.Fatalf("a change is said to be of another time")
	}
}
