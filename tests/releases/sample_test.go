package releases

import (
	"testing"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// The names of the sample.
const (
	orgA = sharing.ProjectID("org-a")
	orgB = sharing.ProjectID("org-b")
	orgC = sharing.ProjectID("org-c")

	region = "eu-west"
	key    = "first" // of org-b's save
)

// at is a moment of the sample, n seconds and n microseconds after its start.
func at(n int) time.Time {
	return time.Date(2026, 11, 24, 2, 51, 33, 0, time.UTC).Add(time.Duration(n) * (time.Second + time.Microsecond))
}

func spec(name string) sharing.ImageSpec {
	return sharing.ImageSpec{
		Name: name, Description: "two lines,\none of them \"quoted\" – 中文", Region: region,
		Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}, {SizeGiB: 1 << 20}},
	}
}

// sample makes a record of every shape that the store's commands can give one.
// When a release stores something new, give it to an image here; what kept
// forms have of the sample stays as it was.
func sample(t *testing.T, s service.Store) {
	t.Helper()
	putProject := func(id sharing.ProjectID, account, name string, n int) {
		t.Helper()
		_, _, err := s.PutProject(t.Context(), id, sharing.ProjectSpec{AccountID: account, Name: name}, at(n))
		must(t, err)
	}
	putImage := func(id sharing.ImageID, uid string, spec sharing.ImageSpec, n int) {
		t.Helper()
		_, _, err := s.PutImage(t.Context(), sharing.PutImageCommand{Owner: orgA, ImageID: id, UID: uid, Spec: spec, Now: at(n)})
		must(t, err)
	}
	share := func(id sharing.ImageID, n int, targets ...sharing.ProjectID) {
		t.Helper()
		_, _, err := s.Share(t.Context(), shareCommand(id, n, targets...))
		must(t, err)
	}

	putProject(orgA, "acct-1", "Org A", 0)
	putProject(orgB, "acct-2", "Org B", 1)
	putProject(orgC, "acct-2", "Org C", 2)
	putImage("plain", "uid-plain", spec("plain"), 10)
	putImage("bare", "uid-bare", sharing.ImageSpec{
		Name: "bare", Region: "us-east", Kind: sharing.Public, HostType: sharing.LightweightUHost,
		State: sharing.Failed, SystemDisk: sharing.Disk{SizeGiB: 1},
	}, 11)

	putImage("shared", "uid-shared", spec("shared"), 12)
	share("shared", 20, orgB, orgC)
	saveCopy(t, s, "img-without-key", "", 30)
	saveCopy(t, s, sharing.SavedImageID(orgB, key), key, 31)

	// A share that was cancelled, and an image and a project that were changed.
	putImage("cancelled", "uid-cancelled", spec("cancelled"), 13)
	share("cancelled", 21, orgC)
	must(t, s.Unshare(t.Context(), sharing.UnshareCommand{Owner: orgA, ImageID: "cancelled", Target: orgC, Now: at(40)}))
	putProject(orgA, "acct-9", "Org A, moved", 41)
	changed := spec("changed")
	changed.State, changed.DataDisks = sharing.Failed, nil
	putImage("cancelled", "", changed, 42)

	// What this one leaves behind is still there while the clean-up is late.
	putImage("deleted", "uid-deleted", spec("deleted"), 14)
	share("deleted", 22, orgB)
	must(t, s.DeleteImage(t.Context(), orgA, "deleted"))
}

func shareCommand(id sharing.ImageID, n int, targets ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{
		Owner: orgA, ImageID: id, Targets: targets, Acknowledged: true,
		SharedBy: "alice@example.com", Now: at(n), Limit: sharing.MaxShares,
	}
}

// saveCopy saves the image "shared" for org-b.
func saveCopy(t *testing.T, s service.Store, id sharing.ImageID, key string, n int) sharing.Image {
	t.Helper()
	img, err := s.Save(t.Context(), sharing.SaveCommand{
		Project: orgB, SourceID: "shared", Name: "my copy", Description: "of shared",
		Key: key, NewID: id, UID: "uid-" + string(id), Now: at(n),
	})
	must(t, err)
	return img
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
