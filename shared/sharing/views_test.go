package sharing

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// secrets is an image whose every text can be told from the others.
func secrets() Image {
	return Image{
		ID: "the-id", UID: "the-uid", Owner: "the-owner", AccountID: "the-account",
		ImageSpec: ImageSpec{
			Name: "the-name", Description: "the-description", Region: "the-region", Kind: Custom, HostType: UHost, State: Available,
			OSName: "the-os", OSType: "the-type", Architecture: "the-arch",
			SystemDisk: Disk{20, "system-snapshot"}, DataDisks: []Disk{{77, "data-snapshot"}},
			Failure: &Failure{"the-failure", "the-reason"}, Tags: map[string]string{"the-key": "the-value"}, Deprecation: &Deprecation{Message: "the-advice"},
		},
		CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(),
		Source: &ImageRef{"the-source", "source-owner", "source-region"}, Suspension: &Suspension{Reason: "the-reason"}, SaveFingerprint: "the-fingerprint", SharedWith: []ProjectID{"me", "another-recipient", "a-third", "a-fourth"}, Pending: []ProjectID{"a-third"}, Declined: []ProjectID{"a-fourth"},
	}
}

// What a recipient sees is a closed list (R5): a field that joins it must be
// put here on purpose.
func TestSharedImageHasOnlyTheContractsFields(t *testing.T) {
	want := []string{
		"architecture", "billing", "billing.billedProjectId", "billing.recipientFee", "createdAt",
		"deprecation", "deprecation of *sharing.Deprecation", "description", "imageId", "name",
		"osName", "osType", "owner", "owner.accountId", "owner.projectId", "region", "securityNotice", "sharedAt", "state",
		"status", "suspended", "systemDisk", "systemDisk.sizeGiB", "tags", "tags of map[string]string", "updatedAt",
	}
	if got := jsonFields(reflect.TypeFor[SharedImage](), ""); !slices.Equal(got, want) {
		t.Errorf("got\n%v, want\n%v", got, want)
	}
}

// jsonFields returns the JSON paths a type can have, sorted.
func jsonFields(typ reflect.Type, prefix string) (paths []string) {
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		paths = append(paths, prefix+name)
		switch {
		case field.Type == reflect.TypeFor[time.Time]():
		case field.Type.Kind() == reflect.Struct:
			paths = append(paths, jsonFields(field.Type, prefix+name+".")...)
		case field.Type.Kind() != reflect.String && field.Type.Kind() != reflect.Int && field.Type.Kind() != reflect.Bool:
			paths = append(paths, prefix+name+" of "+field.Type.String())
		}
	}
	slices.Sort(paths)
	return paths
}

func TestSharedImageTellsNoSecrets(t *testing.T) {
	view := Received{Image: secrets(), SharedAt: time.Unix(3, 0).UTC(), Status: Pending}.View()
	text, err := json.Marshal(view)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"snapshot", "77", "the-uid", "the-source", "source-owner", "the-fingerprint", "another-recipient", "a-third", "a-fourth", "sharedWith", "dataDisks", "the-failure", "the-reason"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
	want := SharedImage{
		ImageID: "the-id", Name: "the-name", Description: "the-description", Region: "the-region", State: Available,
		OSName: "the-os", OSType: "the-type", Architecture: "the-arch", SystemDisk: SharedDisk{20}, Suspended: true,
		Tags: map[string]string{"the-key": "the-value"}, Deprecation: &Deprecation{Message: "the-advice"},
		CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(), SharedAt: time.Unix(3, 0).UTC(), Status: Pending,
		Owner: Owner{"the-owner", "the-account"}, Billing: RecipientBilling{"the-owner", "none"},
		SecurityNotice: SecurityNotice,
	}
	if !reflect.DeepEqual(view, want) {
		t.Errorf("got %+v, want %+v", view, want)
	}
}

// attributes are the fields of a struct by their names, those of a struct in it
// each by itself: "SystemDisk.SizeGiB".
func attributes(pointer any) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for field, value := range v.Fields() {
			if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[time.Time]() {
				walk(prefix+field.Name+".", value)
			} else {
				found[prefix+field.Name] = value
			}
		}
	}
	walk("", reflect.ValueOf(pointer).Elem())
	return found
}

// fullSpec has another value in each attribute, so that one that gets lost or
// goes to the place of another is noticed. So has an attribute that joins it.
func fullSpec(t *testing.T) (spec ImageSpec) {
	t.Helper()
	n := 0
	for name, value := range attributes(&spec) {
		n++
		switch {
		case value.Type() == reflect.TypeFor[time.Time]():
			value.Set(reflect.ValueOf(time.Unix(int64(n), 0)))
		case value.Kind() == reflect.String:
			value.SetString("the " + name)
		case value.CanInt():
			value.SetInt(int64(n))
		case value.Kind() == reflect.Bool:
			value.SetBool(true)
		case value.Kind() == reflect.Slice:
			value.Set(reflect.MakeSlice(value.Type(), n, n))
		case value.Kind() == reflect.Map:
			value.Set(reflect.ValueOf(map[string]string{name: name}))
		case value.Kind() == reflect.Pointer:
			value.Set(reflect.New(value.Type().Elem()))
		default:
			t.Fatalf("fullSpec knows no value for %s, which is a %s: teach it one", name, value.Type())
		}
	}
	return spec
}

// carriesOver fails unless what function made of spec has all its attributes
// but those that it is known to leave out or to set otherwise.
func carriesOver(t *testing.T, function string, spec ImageSpec, made any, except ...string) {
	t.Helper()
	in, out := attributes(&spec), attributes(made)
	for _, name := range except {
		if _, ok := in[name]; !ok {
			t.Errorf("ImageSpec has no %s: take it from the exceptions of %s", name, function)
		}
	}
	for name, value := range in {
		got, ok := out[name]
		carried := ok && reflect.DeepEqual(got.Interface(), value.Interface())
		switch excepted := slices.Contains(except, name); {
		case !carried && !excepted:
			t.Errorf("%s does not carry over ImageSpec's %s: let it, or name it in the exceptions of this test", function, name)
		case carried && excepted:
			t.Errorf("%s carries over ImageSpec's %s, which it must not", function, name)
		}
	}
}

// A recipient sees the whole image but what is named here (R4, R5, R12).
func TestViewCarriesOverTheSpec(t *testing.T) {
	spec := fullSpec(t)
	view := Received{Image: Image{ImageSpec: spec}}.View()
	carriesOver(t, "View in shared/sharing/views.go", spec, &view, "Kind", "HostType", "DataDisks", "SystemDisk.SnapshotID", "Failure")
}

func TestOwnedView(t *testing.T) {
	img := secrets()
	got := img.OwnedView(40)
	img.Failure = nil // it has not failed
	want := OwnedImage{
		ImageID: "the-id", ProjectID: "the-owner", AccountID: "the-account", ImageSpec: img.ImageSpec,
		CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(), ShareCount: 4, ShareLimit: 40,
		Source: &ImageRef{"the-source", "source-owner", "source-region"}, Suspension: &Suspension{Reason: "the-reason"}, Billing: OwnerBilling{"the-owner", "custom-image"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}

	text, err := json.Marshal((&Image{}).OwnedView(50))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(text); !strings.Contains(s, `"dataDisks":[]`) || !strings.Contains(s, `"tags":{}`) || strings.Contains(s, "source") || strings.Contains(s, "failure") {
		t.Errorf("an image without data disks, tags and source is %s", s)
	}
}
