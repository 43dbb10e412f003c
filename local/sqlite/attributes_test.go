package sqlite

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// TestAChangeWritesWhatDiffers: it sets and removes, and leaves alone what is
// not this release's.
func TestAChangeWritesWhatDiffers(t *testing.T) {
	s := openMemory(t)
	putProject(t, s, "owner")
	before := sharing.Image{ID: "image", Owner: "owner", AccountID: "account", Source: &sharing.ImageRef{ImageID: "source"}, SaveFingerprint: "it's \"quoted\""}
	before.DataDisks = []sharing.Disk{{SizeGiB: 1, SnapshotID: "snapshot"}, {SizeGiB: 2}}
	after := before
	after.Name, after.DataDisks, after.Source = "<changed>", nil, nil

	if err := s.write(t.Context(), func(ctx context.Context, tx *connection) error {
		a := stored.EncodeImage(before)
		a["later"] = "kept"
		if err := insertRecord(ctx, tx, "images", before.ID, a); err != nil {
			return err
		}
		return changeRecord(ctx, tx, "images", before.ID, stored.EncodeImage(before), stored.EncodeImage(after))
	}); err != nil {
		t.Fatal(err)
	}
	if img, err := s.Image(t.Context(), "owner", "image"); err != nil || !reflect.DeepEqual(img, after) {
		t.Errorf("the image is %+v, %v, not %+v", img, err, after)
	}
	row := textOf(t, s.reader, `SELECT attributes FROM images`)
	if !strings.Contains(row, `"later":"kept"`) || strings.Contains(row, "sourceImageId") {
		t.Errorf("the row is %s", row)
	}
}

func TestRowsThatCannotBeReadAreErrors(t *testing.T) {
	for _, row := range []string{
		`{`, `[]`, `"text"`, `null`, `{"sharedAt":"2026-11-24T02:51:33.734080Z"}`,
		`{"sharedAt":null,"sharedBy":"s","acknowledgedReminder":"r"}`, `{"sharedAt":1.5,"sharedBy":"s","acknowledgedReminder":"r"}`,
	} {
		var share sharing.Share
		if err := scanRecord(&share, stored.DecodeShare).Scan(row); err == nil {
			t.Errorf("%s is read as %+v", row, share)
		}
	}
}
