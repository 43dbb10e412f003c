package stored

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/sharing"
)

// first are the attributes of the first release, by record. Only they may be
// required. The lists are closed: nothing is ever added to them.
var first = map[string][]string{
	"project": {"projectId", "accountId", "projectName", "createdAt", "updatedAt"},
	"image": {
		"uid", "projectId", "accountId", "imageName", "description", "region", "kind", "hostType", "imageState",
		"osName", "osType", "architecture", "systemDisk", "systemDisk.sizeGiB", "systemDisk.snapshotId",
		"dataDisks", "createdAt", "updatedAt", "sourceProjectId", // with sourceImageId
	},
	"share": {"sharedAt", "sharedBy", "acknowledgedReminder"},
	// Of the first release that had activities.
	"activity": {
		"activityId", "at", "type", "projectId", "actor", "actor.subject", "requestId", "expiresAt",
		"source.imageId", "source.projectId", "source.region", "copy.imageId", "copy.projectId", "copy.region", // with source and copy
	},
}

// kinds are the records, each with the fields that a store keeps in its own way.
var kinds = map[string]struct {
	roundTrip func(*testing.T) (before, after any, attributes Attributes)
	read      func(Attributes) error
	elsewhere []string
}{
	"project":  {roundTrip(EncodeProject, DecodeProject), readWith(DecodeProject), []string{"State"}},
	"image":    {roundTrip(EncodeImage, DecodeImage), readWith(DecodeImage), []string{"ID", "SharedWith", "Pending", "Declined"}},
	"activity": {roundTrip(EncodeActivity, DecodeActivity), readWith(DecodeActivity), []string{"Feed", "Under"}},
	"share":    {roundTrip(EncodeShare, DecodeShare), readWith(DecodeShare), []string{"ProjectID", "ProjectName", "AccountID", "Status"}},
}

func roundTrip[T any](encode func(T) Attributes, decode func(Lookup) (T, error)) func(*testing.T) (any, any, Attributes) {
	return func(t *testing.T) (any, any, Attributes) {
		var before T
		fill(t, reflect.ValueOf(&before).Elem())
		attributes := encode(before)
		after, err := decode(lookup(attributes))
		if err != nil {
			t.Fatal(err)
		}
		return before, after, attributes
	}
}

func readWith[T any](decode func(Lookup) (T, error)) func(Attributes) error {
	return func(a Attributes) error {
		_, err := decode(lookup(a))
		return err
	}
}

// lookup finds attributes as a store does that keeps them as they are.
func lookup(a Attributes) Lookup {
	return func(name string) (any, bool) {
		v, ok := a[name]
		return found(v), ok
	}
}

func found(v any) any {
	switch v := v.(type) {
	case Attributes:
		return lookup(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = found(v[i])
		}
		return list
	}
	return v
}

// TestEveryFieldIsKept: a field of a record that has no line here would be lost
// without a word.
func TestEveryFieldIsKept(t *testing.T) {
	for name, kind := range kinds {
		before, after, _ := kind.roundTrip(t)
		for field, value := range fields(reflect.ValueOf(before)) {
			got := fields(reflect.ValueOf(after))[field]
			if field == "KeepUntil" {
				value = value.(time.Time).Truncate(time.Second) // DynamoDB's time to live has no more
			}
			if !slices.Contains(kind.elsewhere, field) && !reflect.DeepEqual(got, value) {
				t.Errorf("%s: %s is %v when read again, and was %v: give it a line in records.go", name, field, got, value)
			}
		}
	}
}

// TestOnlyTheFirstReleaseIsRequired: a record that was written before an
// attribute was added does not have it, and must be read all the same.
func TestOnlyTheFirstReleaseIsRequired(t *testing.T) {
	for name, kind := range kinds {
		_, _, attributes := kind.roundTrip(t)
		for path, without := range withoutEach(attributes) {
			err := kind.read(without)
			isFirst := slices.Contains(first[name], path)
			if err != nil && !isFirst {
				t.Errorf("%s: without %s it cannot be read (%v), so none can be that was written before that was added: take it from f, not from always", name, path, err)
			}
			if err == nil && isFirst {
				t.Errorf("%s: nothing notices that %s is missing", name, path)
			}
			if err != nil && !strings.Contains(err.Error(), path[strings.LastIndex(path, ".")+1:]) {
				t.Errorf("%s without %s: %v does not name it", name, path, err)
			}
		}
	}
}

// TestNothingOfTheFirstReleaseIsLeftOut: an older release, to which one may
// have to go back, requires its attributes, empty or not.
func TestNothingOfTheFirstReleaseIsLeftOut(t *testing.T) {
	for name, attributes := range map[string]Attributes{
		"project": EncodeProject(sharing.Project{}), "image": EncodeImage(sharing.Image{}), "share": EncodeShare(sharing.Share{}),
	} {
		want := slices.DeleteFunc(slices.Clone(first[name]), func(path string) bool {
			return strings.Contains(path, ".") || path == "sourceProjectId"
		})
		if got := slices.Sorted(maps.Keys(attributes)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("an empty %s has %v, not %v", name, got, want)
		}
	}
}

// TestEveryAttributeIsInAKeptForm: only what the sample of tests/releases has is
// kept for later releases to read.
func TestEveryAttributeIsInAKeptForm(t *testing.T) {
	var kept strings.Builder
	files, err := filepath.Glob("../../tests/releases/testdata/*/dynamodb.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kept.Write(text)
	}
	for name, kind := range kinds {
		_, _, attributes := kind.roundTrip(t)
		for path := range withoutEach(attributes) {
			if attribute := path[strings.LastIndex(path, ".")+1:]; !strings.Contains(kept.String(), `"`+attribute+`":`) {
				t.Errorf("%s: %s is in no kept form: give it to the sample in tests/releases/versions_test.go, and go by what that says then", name, path)
			}
		}
	}
}

func TestWrongTypesAreRefused(t *testing.T) {
	for name, kind := range kinds {
		_, _, attributes := kind.roundTrip(t)
		for attribute := range attributes {
			wrong := maps.Clone(attributes)
			wrong[attribute] = nil // of no type at all
			if err := kind.read(wrong); err == nil || !strings.Contains(err.Error(), attribute) {
				t.Errorf("%s with null as %s: %v", name, attribute, err)
			}
		}
	}
	for _, size := range []any{"20", 2.5, nil} {
		image := EncodeImage(sharing.Image{})
		image["systemDisk"].(Attributes)["sizeGiB"] = size
		if img, err := DecodeImage(lookup(image)); err == nil {
			t.Errorf("a disk of %v is read as %v", size, img.SystemDisk)
		}
	}
	for _, disk := range []any{"disk", nil, Attributes{}} {
		image := EncodeImage(sharing.Image{})
		image["dataDisks"] = []any{disk}
		if img, err := DecodeImage(lookup(image)); err == nil {
			t.Errorf("a disk %v is read as %v", disk, img.DataDisks)
		}
	}
}

func TestChangeOf(t *testing.T) {
	before := sharing.Image{UID: "u", Source: &sharing.ImageRef{ImageID: "a"}}
	before.DataDisks = []sharing.Disk{{SizeGiB: 1}}
	after := before
	after.Name, after.Source, after.DataDisks = "changed", nil, []sharing.Disk{{SizeGiB: 2}}
	got := ChangeOf(EncodeImage(before), EncodeImage(after))
	want := Change{
		Set:     Attributes{"imageName": "changed", "dataDisks": []any{Attributes{"sizeGiB": int64(2), "snapshotId": ""}}},
		Removed: []string{"sourceImageId", "sourceProjectId"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if same := ChangeOf(EncodeImage(after), EncodeImage(after)); len(same.Set)+len(same.Removed) > 0 {
		t.Errorf("a change of nothing is %v", same)
	}
}

// fill gives everything within v a value that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 24, 2, 51, 33, 734080000, time.UTC)))
	case v.Kind() == reflect.String:
		v.SetString("some " + v.Type().Name())
	case v.CanInt():
		v.SetInt(7)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key)
		fill(t, value)
		v.SetMapIndex(key, value)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("fill does not know %s", v.Type())
	}
}

// fields are those of a struct by name, with those of what it embeds.
func fields(v reflect.Value) map[string]any {
	all := map[string]any{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.Anonymous {
			all[f.Name] = v.FieldByIndex(f.Index).Interface()
		}
	}
	return all
}

// withoutEach returns the attributes without one of them, for each, and for
// each of the records within.
func withoutEach(a Attributes) map[string]Attributes {
	all := map[string]Attributes{}
	for name, value := range a {
		all[name] = maps.Clone(a)
		delete(all[name], name)
		if inner, ok := value.(Attributes); ok {
			for path, without := range withoutEach(inner) {
				all[name+"."+path] = maps.Clone(a)
				all[name+"."+path][name] = without
			}
		}
	}
	return all
}
