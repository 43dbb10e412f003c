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

// agree fails the sequence unless the service answers as the reference does.
func (m *machine) agree(t *rapid.T, got answer, want expected) {
	t.Helper()
	t.Logf("%s %d %s", got.what, got.status, got.raw)
	m.answers.add(got)
	if got.status != want.status {
		t.Fatalf("%s answered %d, not %d %v: %s", got.what, got.status, want.status, want.body["code"], got.raw)
	}
	body := got.body
	if body["code"] != nil {
		body = maps.Clone(body)
		for _, free := range []string{"type", "title", "detail", "requestId"} { // the OpenAPI document has these
			delete(body, free)
		}
	}
	if faults := differences(body, decoded(want.body)); len(faults) > 0 {
		t.Fatalf("%s answered otherwise than the reference:\n\t%s", got.what, strings.Join(faults, "\n\t"))
	}
	if location := got.header.Get("Location"); location != want.location {
		t.Fatalf("%s answered Location %q, not %q", got.what, location, want.location)
	}
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

func differences(got, want object) (faults []string) {
	fields := maps.Clone(got)
	if fields == nil {
		fields = object{}
	}
	maps.Copy(fields, want)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if !reflect.DeepEqual(got[field], want[field]) {
			faults = append(faults, fmt.Sprintf("%s is %v, not %v", field, got[field], want[field]))
		}
	}
	return faults
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
		t.Fatalf("a change at %s is said to be of %s", m.sent, l.now)
	}
}
