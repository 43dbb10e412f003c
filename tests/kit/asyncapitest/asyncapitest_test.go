package asyncapitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/events"
	"image-sharing/shared/sharing"
)

func mustLoad(t *testing.T) *document {
	t.Helper()
	d, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// everyRef calls f with each $ref of a document.
func everyRef(node any, f func(ref string)) {
	switch n := node.(type) {
	case object:
		if ref, ok := n["$ref"].(string); ok {
			f(ref)
		}
		for _, child := range n {
			everyRef(child, f)
		}
	case []any:
		for _, child := range n {
			everyRef(child, f)
		}
	}
}

func (d *document) resolves(ref string) bool {
	root := d.root
	if rest, ok := strings.CutPrefix(ref, "./openapi.yaml"); ok {
		root, ref = d.openAPI, rest
	}
	path, ok := strings.CutPrefix(ref, "#/")
	return ok && objectAt(root, strings.Split(path, "/")...) != nil
}

func TestTheDocumentIsWhole(t *testing.T) {
	d := mustLoad(t)
	if d.root["asyncapi"] != "3.0.0" || objectAt(d.root, "info")["title"] == "" {
		t.Errorf("it begins with %v", d.root["asyncapi"])
	}
	refs := 0
	everyRef(d.root, func(ref string) {
		if refs++; !d.resolves(ref) {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	if refs < 30 {
		t.Errorf("there are %d references", refs)
	}
	for _, operation := range objectAt(d.root, "operations") {
		if o, _ := operation.(object); o["action"] != "send" || objectAt(o, "channel")["$ref"] != "#/channels/events" {
			t.Errorf("the operation is %v", operation)
		}
	}
}

func TestEveryTypeHasAMessage(t *testing.T) {
	d := mustLoad(t)
	var types []string
	for _, kind := range sharing.ActivityTypes() {
		types = append(types, string(kind))
	}
	slices.Sort(types)
	for where, found := range map[string]object{
		"messages": objectAt(d.root, "components", "messages"),
		"channel":  objectAt(d.root, "channels", "events", "messages"),
	} {
		if names := slices.Sorted(maps.Keys(found)); !slices.Equal(names, types) {
			t.Errorf("%s: %q, and the types are %q", where, names, types)
		}
	}
	for name, message := range objectAt(d.root, "components", "messages") {
		if n := objectAt(message)["name"]; n != name {
			t.Errorf("%s has the name %v", name, n)
		}
		if ref := objectAt(d.root, "channels", "events", "messages", name)["$ref"]; ref != "#/components/messages/"+name {
			t.Errorf("the channel has %v for %s", ref, name)
		}
	}
}

// The detail is the OpenAPI document's Activity with a version. Neither can be
// made of the other by a reference, because both are closed.
func TestTheDetailIsTheActivity(t *testing.T) {
	d := mustLoad(t)
	detail, activity := objectAt(d.root, "components", "schemas", "Detail"), objectAt(d.openAPI, "components", "schemas", "Activity")
	fields := append(slices.Collect(maps.Keys(objectAt(activity, "properties"))), "schemaVersion")
	if got := slices.Sorted(maps.Keys(objectAt(detail, "properties"))); !slices.Equal(got, slices.Sorted(slices.Values(fields))) {
		t.Errorf("the detail has %q, the activity %q", got, fields)
	}
	for name, schema := range objectAt(detail, "properties") {
		if ref := objectAt(schema)["$ref"]; name != "schemaVersion" && ref != "./openapi.yaml#/components/schemas/Activity/properties/"+name {
			t.Errorf("%s is %v", name, schema)
		}
	}
	needs, _ := activity["required"].([]any)
	if got := fmt.Sprint(detail["required"]); got != fmt.Sprint(append([]any{"schemaVersion"}, needs...)) {
		t.Errorf("the detail needs %s, the activity %v", got, needs)
	}
	if version := objectAt(detail, "properties", "schemaVersion")["const"]; version != events.SchemaVersion {
		t.Errorf("the version is %v, not %s", version, events.SchemaVersion)
	}
	if source := objectAt(d.root, "components", "schemas", "Event", "properties", "source")["const"]; source != events.Source {
		t.Errorf("the source is %v, not %s", source, events.Source)
	}
}

// example is the one of the document.
func example(t *testing.T, d *document) object {
	t.Helper()
	list, _ := objectAt(d.root, "components", "messages", "ImageShared")["examples"].([]any)
	if len(list) != 1 {
		t.Fatalf("there are %d examples", len(list))
	}
	return copyOf(t, objectAt(list[0], "payload"))
}

func copyOf(t *testing.T, o object) (c object) {
	t.Helper()
	text, err := json.Marshal(o)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheExampleIsValid(t *testing.T) {
	d := mustLoad(t)
	text, err := json.Marshal(example(t, d))
	if err == nil {
		err = Check(text)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestEventsThatAreNotAsDocumented(t *testing.T) {
	d := mustLoad(t)
	for name, spoil := range map[string]func(event, detail object){
		"no version":             func(_, detail object) { delete(detail, "schemaVersion") },
		"another version":        func(_, detail object) { detail["schemaVersion"] = "2" },
		"no actor":               func(_, detail object) { delete(detail, "actor") },
		"an actor without sub":   func(_, detail object) { detail["actor"] = object{"clientId": "c"} },
		"a field of the store's": func(_, detail object) { detail["expiresAt"] = 1 },
		"a bad id":               func(_, detail object) { detail["imageId"] = "a b" },
		"a time that is none":    func(_, detail object) { detail["at"] = "today" },
		"another type inside":    func(_, detail object) { detail["type"] = "ImageSaved" },
		"another type outside":   func(event, _ object) { event["detail-type"] = "ImageSaved" },
		"an unknown type":        func(event, detail object) { event["detail-type"], detail["type"] = "Nothing", "Nothing" },
		"another source":         func(event, _ object) { event["source"] = "other" },
		"a resource":             func(event, _ object) { event["resources"] = []string{"arn"} },
		"no id":                  func(event, _ object) { delete(event, "id") },
		"a field more":           func(event, _ object) { event["more"] = 1 },
		"no detail":              func(event, _ object) { delete(event, "detail") },
	} {
		e := example(t, d)
		spoil(e, objectAt(e, "detail"))
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if Check(text) == nil {
			t.Errorf("%s goes unnoticed", name)
		}
	}
	for _, text := range []string{"", "null", "{}", "{", `{"detail-type":1}`} {
		if Check([]byte(text)) == nil {
			t.Errorf("%q goes unnoticed", text)
		}
	}
}
