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
		},
		CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(),
		Source: &Source{"the-source", "source-owner"}, SaveFingerprint: "the-fingerprint", SharedWith: []ProjectID{"me", "another-recipient"},
	}
}

// What a recipient sees is a closed list (R5): a field that joins it must be
// put here on purpose.
func TestSharedImageHasOnlyTheContractsFields(t *testing.T) {
	want := []string{
		"architecture", "billing", "billing.billedProjectId", "billing.recipientFee", "createdAt", "description", "imageId", "name",
		"osName", "osType", "owner", "owner.accountId", "owner.projectId", "region", "securityNotice", "sharedAt", "state",
		"systemDisk", "systemDisk.sizeGiB",
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
		case field.Type.Kind() != reflect.String && field.Type.Kind() != reflect.Int:
			paths = append(paths, prefix+name+" of "+field.Type.String())
		}
	}
	slices.Sort(paths)
	return paths
}

func TestSharedImageTellsNoSecrets(t *testing.T) {
	view := Received{Image: secrets(), SharedAt: time.Unix(3, 0).UTC()}.View()
	text, err := json.Marshal(view)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"snapshot", "77", "the-uid", "the-source", "source-owner", "the-fingerprint", "another-recipient", "sharedWith", "dataDisks"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
	want := SharedImage{
		ImageID: "the-id", Name: "the-name", Description: "the-description", Region: "the-region", State: Available,
		OSName: "the-os", OSType: "the-type", Architecture: "the-arch", SystemDisk: SharedDisk{20},
		CreatedAt: time.Unix(1, 0).UTC(), SharedAt: time.Unix(3, 0).UTC(),
		Owner: Owner{"the-owner", "the-account"}, Billing: RecipientBilling{"the-owner", "none"},
		SecurityNotice: SecurityNotice,
	}
	if view != want {
		t.Errorf("got %+v, want %+v", view, want)
	}
}

func TestOwnedView(t *testing.T) {
	img := secrets()
	got := img.OwnedView(40)
	want := OwnedImage{
		ImageID: "the-id", ProjectID: "the-owner", AccountID: "the-account", ImageSpec: img.ImageSpec,
		CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(), ShareCount: 2, ShareLimit: 40,
		Source: &Source{"the-source", "source-owner"}, Billing: OwnerBilling{"the-owner", "custom-image"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}

	text, err := json.Marshal((&Image{}).OwnedView(50))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(text); !strings.Contains(s, `"dataDisks":[]`) || strings.Contains(s, "source") {
		t.Errorf("an image without data disks and source is %s", s)
	}
}
