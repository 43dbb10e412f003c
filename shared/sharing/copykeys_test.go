package sharing

import (
	"strings"
	"testing"
	"time"
)

// TestCopyKeys: they are snapshot ids, whatever the image is called, and say whose they
// are.
func TestCopyKeys(t *testing.T) {
	id := CopyID{Image: ImageID(strings.Repeat("i", 64)), UID: "UID", Began: time.Date(2026, 11, 2, 10, 15, 0, 250000000, time.UTC)}
	key := id.CopyKey(maxDataDisks)
	if want := "images/" + string(id.Image) + "/UID/20261102T101500.250000Z/32"; key != want || !ValidSnapshotID(key) {
		t.Errorf("the key is %s, not %s", key, want)
	}
	if !strings.HasPrefix(key, CopiesOf(id.Image)) || !strings.HasPrefix(key, CopiesOfUID(id.Image, "UID")) {
		t.Errorf("%s is under neither %s nor %s", key, CopiesOf(id.Image), CopiesOfUID(id.Image, "UID"))
	}
	if of, ours := OfCopy(key); !ours || of != id.Image {
		t.Errorf("%s is of %s, %v", key, of, ours)
	}
	for _, key := range []string{"snap-1", "images", "images/i/UID/20261102T101500.250000Z", "images/i/UID/20261102T101500.250000Z/0/0",
		"snapshots/i/UID/20261102T101500.250000Z/0", "images/i/UID/2026/0", "images/i/UID/20261102T101500.250000Z/disk"} {
		if of, ours := OfCopy(key); ours {
			t.Errorf("%s is taken for one of %s", key, of)
		}
	}
}

// TestADiskOfAnotherImagesCopyIsRefused: it would go with that image.
func TestADiskOfAnotherImagesCopyIsRefused(t *testing.T) {
	const key = "images/img/UID/20261102T101500.250000Z/0"
	spec := goodSpec()
	spec.SystemDisk.SnapshotID, spec.DataDisks = key, []Disk{{SizeGiB: 1, SnapshotID: key}}
	if v := spec.violations("img"); len(v) > 0 {
		t.Errorf("its own are refused: %v", v)
	}
	if v := spec.violations("other"); len(v) != 2 || v[0].Field != "systemDisk.snapshotId" || v[1].Field != "dataDisks[0].snapshotId" {
		t.Errorf("another image's are refused with %v", v)
	}
}
