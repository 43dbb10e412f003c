package sharing

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func to[T any](v T) Member[T]   { return Member[T]{Named: true, Value: &v} }
func removed[T any]() Member[T] { return Member[T]{Named: true} }

// A field that joins ImageSpec can be patched too: what names every member makes
// of nothing what it names.
func TestAPatchNamesEveryField(t *testing.T) {
	want, got := jsonNames(reflect.TypeFor[ImageSpec]()), jsonNames(reflect.TypeFor[ImagePatch]())
	if !slices.Equal(got, want) {
		t.Errorf("a patch names %q, an image has %q", got, want)
	}
	at := time.Unix(7, 0)
	spec := ImagePatch{
		Name: to("n"), Description: to("d"), Region: to("r"), Kind: to(Public), HostType: to(UHost), State: to(Failed),
		OSName: to("o"), OSType: to("t"), Architecture: to("a"), SystemDisk: to(DiskPatch{SizeGiB: to(1), SnapshotID: to("s")}), DataDisks: to([]Disk{{2, "s"}}),
		Failure: to(FailurePatch{Code: to("c"), Message: to("m")}), Tags: to(map[string]*string{"k": new("v")}),
		Deprecation: to(DeprecationPatch{At: to(at), ReplacementImageID: to(ImageID("i")), Message: to("m")}),
	}.of(ImageSpec{})
	for name, value := range attributes(&spec) {
		if value.IsZero() {
			t.Errorf("%s is not patched", name)
		}
	}
	if d := (Deprecation{&at, new(ImageID("i")), "m"}); !reflect.DeepEqual(*spec.Deprecation, d) || *spec.Failure != (Failure{"c", "m"}) {
		t.Errorf("deprecation %+v, failure %+v", *spec.Deprecation, *spec.Failure)
	}
}

func jsonNames(typ reflect.Type) (names []string) {
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// The stores' suite patches step by step. This is what is left, and that nothing
// of the image as it was read changes under somebody's hands.
func TestAPatchChangesWhatItNames(t *testing.T) {
	at := time.Date(2027, 1, 1, 0, 0, 0, 123456789, time.FixedZone("", 3600))
	img := shareableImage("t")
	img.State, img.Failure = Failed, &Failure{"c", "m"}
	img.Tags = map[string]string{"a": "1", "b": "2"}
	img.Deprecation = &Deprecation{Message: "old"}
	before := *img
	before.Tags, before.Failure, before.Deprecation = maps.Clone(img.Tags), new(*img.Failure), new(*img.Deprecation)
	c := PatchImageCommand{Owner: "o", ImageID: "i", Origin: Origin{Now: at}, ImagePatch: ImagePatch{
		Failure: to(FailurePatch{Message: removed[string]()}), Tags: to(map[string]*string{"a": nil, "c": new("")}),
		Deprecation: to(DeprecationPatch{At: to(at), Message: removed[string]()}),
	}}
	d, err := PatchImage(img, c)
	if err != nil {
		t.Fatal(err)
	}
	want := before
	want.UpdatedAt, want.Failure, want.Tags = at, &Failure{Code: "c"}, map[string]string{"b": "2", "c": ""}
	want.Deprecation = &Deprecation{At: new(time.Date(2026, 12, 31, 23, 0, 0, 123456000, time.UTC))}
	if !reflect.DeepEqual(d.After, want) || !slices.Equal(d.Activity.Changed, []string{"deprecation", "failure", "tags"}) {
		t.Errorf("got %+v, %+v, want %+v", d.After, d.Activity, want)
	}
	if !reflect.DeepEqual(*img, before) {
		t.Errorf("what was read is %+v now, and was %+v", *img, before)
	}
	again, err := PatchImage(&d.After, c)
	if err != nil || again.Activity != nil {
		t.Errorf("the same again: %+v, %v", again.Activity, err)
	}
}

// What is wrong whatever the image is like is found without it.
func TestPatchesThatAreWrong(t *testing.T) {
	tags := func(n int) map[string]*string {
		all := map[string]*string{}
		for i := range n {
			all[fmt.Sprint(i)] = new("")
		}
		return all
	}
	of := func(key, value string) Member[map[string]*string] { return to(map[string]*string{key: &value}) }
	year := func(y int) Member[DeprecationPatch] {
		return to(DeprecationPatch{At: to(time.Date(y, 1, 1, 0, 0, 0, 0, time.FixedZone("", -3600)))})
	}
	for name, c := range map[string]struct {
		patch  ImagePatch
		fields string
	}{
		"nothing":                        {ImagePatch{}, ""},
		"what can be removed":            {ImagePatch{Description: removed[string](), OSName: removed[string](), DataDisks: removed[[]Disk](), Failure: removed[FailurePatch](), Tags: removed[map[string]*string](), Deprecation: removed[DeprecationPatch](), SystemDisk: to(DiskPatch{SnapshotID: removed[string]()})}, ""},
		"what is required":               {ImagePatch{Name: removed[string](), Region: removed[string](), Kind: removed[Kind](), HostType: removed[HostType](), State: removed[State](), SystemDisk: removed[DiskPatch]()}, "name region kind hostType state systemDisk"},
		"what is required within others": {ImagePatch{SystemDisk: to(DiskPatch{SizeGiB: removed[int]()}), Failure: to(FailurePatch{Code: removed[string]()})}, "systemDisk.sizeGiB failure.code"},
		"no value of a field":            {ImagePatch{State: to(State("x")), SystemDisk: to(DiskPatch{SizeGiB: to(0)}), DataDisks: to([]Disk{{}})}, "state systemDisk.sizeGiB dataDisks[0].sizeGiB"},
		"a failure of another state":     {ImagePatch{State: to(Available), Failure: to(FailurePatch{Code: to("c")})}, "failure"},
		"a failure that may be right":    {ImagePatch{Failure: to(FailurePatch{Code: to("c")})}, ""},
		"a bad failure":                  {ImagePatch{Failure: to(FailurePatch{Code: to("-"), Message: to(strings.Repeat("a", 1025))})}, "failure.code failure.message"},
		"fifty tags":                     {ImagePatch{Tags: to(tags(50))}, ""},
		"tags of too many bytes":         {ImagePatch{Tags: to(map[string]*string{"a": new(strings.Repeat("\U0001F600", 256)), "b": new(strings.Repeat("\U0001F600", 256)), "c": new(strings.Repeat("\U0001F600", 256)), "d": new(strings.Repeat("\U0001F600", 256))})}, "tags"},
		"one key in two forms":           {ImagePatch{Tags: to(map[string]*string{"e\u0301": new("1"), "é": new("2")})}, "tags"},
		"one tag too many":               {ImagePatch{Tags: to(tags(51))}, "tags"},
		"long tags":                      {ImagePatch{Tags: of(strings.Repeat("é", 128), strings.Repeat("é", 256))}, ""},
		"a tag without a key":            {ImagePatch{Tags: of("", "")}, "tags.(key)"},
		"a key that is too long":         {ImagePatch{Tags: of(strings.Repeat("é", 129), "\n")}, "tags.(key)"},
		"a value that is too long":       {ImagePatch{Tags: of("k", strings.Repeat("é", 257))}, "tags.k"},
		"a value of two lines":           {ImagePatch{Tags: of("k", "\n")}, "tags.k"},
		"the last moment before 1970":    {ImagePatch{Deprecation: to(DeprecationPatch{At: to(time.Unix(-1, 0))})}, "deprecation.at"},
		"an hour that is in 1970 in UTC": {ImagePatch{Deprecation: to(DeprecationPatch{At: to(time.Date(1969, 12, 31, 23, 0, 0, 0, time.FixedZone("", -3600)))})}, ""},
		"the year 9999":                  {ImagePatch{Deprecation: year(9999)}, ""},
		"the year 10000":                 {ImagePatch{Deprecation: year(10000)}, "deprecation.at"},
		"an image instead of itself":     {ImagePatch{Deprecation: to(DeprecationPatch{ReplacementImageID: to(ImageID("i"))})}, "deprecation.replacementImageId"},
		"no id of an image":              {ImagePatch{Deprecation: to(DeprecationPatch{ReplacementImageID: to(ImageID("")), Message: to("two\nlines")})}, "deprecation.replacementImageId"},
	} {
		err := PatchImageCommand{ImageID: "i", ImagePatch: c.patch}.Check()
		if got := strings.Join(fields(err), " "); got != c.fields {
			t.Errorf("%s: violations in %q, not %q: %v", name, got, c.fields, err)
		}
	}
}

// What depends on the image is found on it; what the patch does not name is not
// looked at, because it may be as a former release allowed it.
func TestPatchesThatAreWrongOfAnImage(t *testing.T) {
	img := shareableImage()
	img.Name = "\u0007"
	img.Tags = map[string]string{}
	for i := range maxTags {
		img.Tags[fmt.Sprint(i)] = ""
	}
	for name, c := range map[string]struct {
		patch  ImagePatch
		fields string
	}{
		"one tag too many":                     {ImagePatch{Tags: to(map[string]*string{"more": new("")})}, "tags"},
		"a tag for another":                    {ImagePatch{Tags: to(map[string]*string{"more": new(""), "0": nil})}, ""},
		"a failure of an image that is well":   {ImagePatch{Failure: to(FailurePatch{Code: to("c")})}, "failure"},
		"a failure without a code":             {ImagePatch{State: to(Failed), Failure: to(FailurePatch{})}, "failure.code"},
		"the end of a failure that is not one": {ImagePatch{Failure: removed[FailurePatch]()}, ""},
	} {
		_, err := PatchImage(img, PatchImageCommand{Owner: "o", ImageID: "i", ImagePatch: c.patch})
		if got := strings.Join(fields(err), " "); got != c.fields {
			t.Errorf("%s: violations in %q, not %q: %v", name, got, c.fields, err)
		}
	}
}

func TestWhatTheOwnerMayPatch(t *testing.T) {
	owners := ImagePatch{Name: to("n"), Description: to("d"), Tags: removed[map[string]*string](), Deprecation: to(DeprecationPatch{})}
	if field := owners.PlatformField(); field != "" {
		t.Errorf("%s is the platform's", field)
	}
	for i, name := range jsonNames(reflect.TypeFor[ImagePatch]()) {
		p := owners
		reflect.ValueOf(&p).Elem().Field(i).FieldByName("Named").SetBool(true)
		if field := p.PlatformField(); field != name && !slices.Contains([]string{"name", "description", "tags", "deprecation"}, name) {
			t.Errorf("%s is not the platform's, but %q", name, field)
		}
	}
}
