package stream

import (
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

type object = map[string]any

// old is the deleted item, keys its keys.
func old(fields object) object { return fields["dynamodb"].(object)["OldImage"].(object) }

func keys(fields object) object { return fields["dynamodb"].(object)["Keys"].(object) }

func set(ids ...string) object { return object{"SS": ids} }

// poisons are records of a deleted image that cannot be understood.
var poisons = map[string]func(fields object){
	"no partition key":           func(r object) { delete(keys(r), "pk") },
	"a number as partition key":  func(r object) { keys(r)["pk"] = object{"N": "1"} },
	"binary partition key":       func(r object) { keys(r)["pk"] = object{"B": "SU1BR0UjaW1n"} },
	"null as partition key":      func(r object) { keys(r)["pk"] = object{"NULL": true} },
	"a project's partition key":  func(r object) { keys(r)["pk"] = object{"S": "PROJECT#owner"} },
	"an empty id":                func(r object) { keys(r)["pk"] = object{"S": "IMAGE#"} },
	"an id with a separator":     func(r object) { keys(r)["pk"] = object{"S": "IMAGE#a#b"} },
	"a very long id":             func(r object) { keys(r)["pk"] = object{"S": "IMAGE#" + strings.Repeat("a", 65)} },
	"an id that is no UTF-8":     func(r object) { keys(r)["pk"] = object{"S": "IMAGE#\xff"} },
	"no old image":               func(r object) { delete(r["dynamodb"].(object), "OldImage") },
	"null as old image":          func(r object) { r["dynamodb"].(object)["OldImage"] = nil },
	"an empty old image":         func(r object) { r["dynamodb"].(object)["OldImage"] = object{} },
	"no uid":                     func(r object) { delete(old(r), "uid") },
	"an empty uid":               func(r object) { old(r)["uid"] = object{"S": ""} },
	"a number as uid":            func(r object) { old(r)["uid"] = object{"N": "7"} },
	"a list as uid":              func(r object) { old(r)["uid"] = object{"L": []any{}} },
	"a list of projects":         func(r object) { old(r)["sharedWith"] = object{"L": []object{{"S": "p0"}}} },
	"one project":                func(r object) { old(r)["sharedWith"] = object{"S": "p0"} },
	"a map of projects":          func(r object) { old(r)["sharedWith"] = object{"M": object{"p0": object{"BOOL": true}}} },
	"numbers as projects":        func(r object) { old(r)["sharedWith"] = object{"NS": []string{"1"}} },
	"binary projects":            func(r object) { old(r)["sharedWith"] = object{"BS": []string{"cDA="}} },
	"null as projects":           func(r object) { old(r)["sharedWith"] = object{"NULL": true} },
	"a project without an id":    func(r object) { old(r)["sharedWith"] = set("p0", "") },
	"a project with a separator": func(r object) { old(r)["sharedWith"] = set("p0", "p1#x") },
	"51 projects":                func(r object) { old(r)["sharedWith"] = set(fiftyOne()...) },
}

func fiftyOne() (ids []string) {
	for _, p := range some(51) {
		ids = append(ids, string(p))
	}
	return ids
}

func TestPoisonIsNamedAndTouchesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	for _, id := range []sharing.ImageID{"before", "poisoned", "after"} {
		f.image(id, some(3)...)
	}
	f.image("kept", some(3)...)
	before, good, after := f.remove("before"), f.remove("poisoned"), f.remove("after")
	for name, change := range poisons {
		t.Run(name, func(t *testing.T) {
			poison := good.with(t, change)
			if failed, err := deliver(untouched(t), poison, before, after); failed != poison.sequenceNumber() || err != nil {
				t.Errorf("it named %q (%v), not %q", failed, err, poison.sequenceNumber())
			}
			// Without a number, nothing could name it but the whole batch.
			nameless := poison.with(t, func(r object) { delete(r["dynamodb"].(object), "SequenceNumber") })
			if failed, err := deliver(untouched(t), nameless, before); err == nil {
				t.Errorf("without a sequence number it named %q", failed)
			}
		})
	}

	// In the middle of a batch, it holds up only what follows; and when it is
	// given up, that too is done.
	poison := good.with(t, poisons["no uid"])
	f.removesOnly(shareKeys("before", some(3)...), func() {
		if failed, err := deliver(f.function, before, poison, after); failed != poison.sequenceNumber() || err != nil {
			t.Errorf("it named %q (%v), not %q", failed, err, poison.sequenceNumber())
		}
	})
	f.removesOnly(shareKeys("after", some(3)...), func() { f.done(after) })
	f.removesOnly(shareKeys("poisoned", some(3)...), func() { f.done(good) })
	f.inspected()
}

// What is no JSON form of a record never reaches the handler: the whole batch
// fails.
func TestNoRecordAtAll(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1)
	f.image("img", "p0")
	good := f.remove("img")
	for name, text := range map[string]record{
		"text":                 `"REMOVE"`,
		"a list":               `[]`,
		"keys as a list":       `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","Keys":["IMAGE"]}}`,
		"a bare attribute":     `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","Keys":{"sk":"IMAGE"}}}`,
		"a number in a string": `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","Keys":{"sk":{"S":1}}}}`,
		"a string for a set":   `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","OldImage":{"sharedWith":{"SS":"p0"}}}}`,
		"a number in a set":    `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","OldImage":{"sharedWith":{"SS":[1]}}}}`,
		"an unknown type":      `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1","Keys":{"sk":{"X":"IMAGE"}}}}`,
		"half of a record":     good[:len(good)/2],
	} {
		if failed, err := deliver(untouched(t), good, text); err == nil {
			t.Errorf("%s: no error, named %q", name, failed)
		}
	}
	f.removesOnly(shareKeys("img", "p0"), func() { f.done(good) })
}

// The event source's filter keeps these away. Should it not, they are done with
// at once.
func TestRecordsOfAnythingElseAreIgnored(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2)
	f.image("img", some(2)...)
	good := f.remove("img")
	for name, change := range map[string]func(r object){
		"INSERT":        func(r object) { r["eventName"] = "INSERT" },
		"MODIFY":        func(r object) { r["eventName"] = "MODIFY" },
		"no event":      func(r object) { delete(r, "eventName") },
		"another event": func(r object) { r["eventName"] = "remove" },
		"a share":       func(r object) { keys(r)["sk"] = object{"S": "SHARE#p1"} },
		"a project": func(r object) {
			r["dynamodb"].(object)["Keys"] = object{"pk": object{"S": "PROJECT#p0"}, "sk": object{"S": "PROJECT"}}
		},
		"no sort key":      func(r object) { delete(keys(r), "sk") },
		"binary sort key":  func(r object) { keys(r)["sk"] = object{"B": "SU1BR0U="} },
		"another sort key": func(r object) { keys(r)["sk"] = object{"S": "IMAGE#"} },
		"no keys":          func(r object) { delete(r["dynamodb"].(object), "Keys") },
		"no change":        func(r object) { delete(r, "dynamodb") },
	} {
		if failed, err := deliver(untouched(t), good.with(t, change)); failed != "" || err != nil {
			t.Errorf("%s: record %q failed (%v)", name, failed, err)
		}
	}
	if failed, err := deliver(untouched(t)); failed != "" || err != nil {
		t.Errorf("no record: %q failed (%v)", failed, err)
	}
	f.removesOnly(shareKeys("img", some(2)...), func() { f.done(good) })
}
