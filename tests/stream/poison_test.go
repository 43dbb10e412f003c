package stream

import (
	"testing"

	"image-sharing/shared/sharing"
)

type object = map[string]any

// old is the deleted item, keys its keys.
func old(fields object) object { return fields["dynamodb"].(object)["OldImage"].(object) }

func keys(fields object) object { return fields["dynamodb"].(object)["Keys"].(object) }

func set(ids ...string) object { return object{"SS": ids} }

// poisons are records of a deleted image that cannot be understood, one of each
// kind. FuzzStreamRecords in shared/cleanup has more of them.
var poisons = map[string]func(fields object){
	"a number as partition key":  func(r object) { keys(r)["pk"] = object{"N": "1"} },
	"an id with a separator":     func(r object) { keys(r)["pk"] = object{"S": "IMAGE#a#b"} },
	"null as old image":          func(r object) { r["dynamodb"].(object)["OldImage"] = nil },
	"no uid":                     func(r object) { delete(old(r), "uid") },
	"a number as uid":            func(r object) { old(r)["uid"] = object{"N": "7"} },
	"a map of projects":          func(r object) { old(r)["sharedWith"] = object{"M": object{"p0": object{"BOOL": true}}} },
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

// The event source's filter keeps these away. Should it not, they are done with
// at once.
func TestRecordsOfAnythingElseAreIgnored(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2)
	f.image("img", some(2)...)
	good := f.remove("img")
	for name, change := range map[string]func(r object){
		"MODIFY":          func(r object) { r["eventName"] = "MODIFY" },
		"a share":         func(r object) { keys(r)["sk"] = object{"S": "SHARE#p1"} },
		"binary sort key": func(r object) { keys(r)["sk"] = object{"B": "SU1BR0U="} },
		"no change":       func(r object) { delete(r, "dynamodb") },
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
