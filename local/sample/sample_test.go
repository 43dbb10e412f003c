package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"image-sharing/local/diskstore"
	"image-sharing/local/sqlite"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// newLoader returns a loader of an empty service that shares with so many projects.
func newLoader(t *testing.T, limit int) *Loader {
	t.Helper()
	store, err := sqlite.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	disks, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(store.Close(), disks.Close()); err != nil {
			t.Error(err)
		}
	})
	return &Loader{
		Service: service.New(store, service.Config{ShareLimit: limit, ActivityRetention: time.Hour}), Disks: disks, ShareLimit: limit, Empty: store.Empty,
	}
}

func mustLoad(t *testing.T, l *Loader) {
	t.Helper()
	if wanted, err := l.Wanted(t.Context()); err != nil || !wanted {
		t.Fatalf("wanted: %v, %v", wanted, err)
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if wanted, err := l.Wanted(t.Context()); err != nil || wanted {
		t.Fatalf("wanted once it is there: %v, %v", wanted, err)
	}
}

// TestEveryPersonHasSomethingToDo: each tenant's project is there, and each of the
// owners has an image to share. That is loaded once.
func TestEveryPersonHasSomethingToDo(t *testing.T) {
	l := newLoader(t, sharing.MaxShares)
	mustLoad(t, l)
	for _, p := range People() {
		for _, id := range p.Projects {
			if project, err := l.Service.Project(t.Context(), sharing.ProjectID(id)); err != nil || project.State != sharing.Active {
				t.Errorf("%s: %+v, %v", p.Name, project, err)
			}
		}
	}
	golden, err := l.Service.OwnedImage(t.Context(), acmeWeb, "web-golden")
	if err != nil || golden.State != sharing.Available || golden.ShareCount != 0 {
		t.Errorf("%+v, %v", golden, err)
	}
	for project, want := range map[sharing.ProjectID]int{acmeWeb: 1, acmeData: 1, globexApp: 1, globexOps: 0, "team-50": 1} {
		received, err := l.Service.ReceivedImages(t.Context(), service.ListRequest{Project: project, Limit: 100})
		if err != nil || len(received.Images) != want {
			t.Errorf("%s has received %+v, %v", project, received, err)
		}
	}
	_, err = l.Service.Share(t.Context(), sharing.ShareCommand{
		Owner: acmeWeb, ImageID: "web-popular", Targets: []sharing.ProjectID{globexOps}, Acknowledged: true, Origin: by("alice"),
	})
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeShareLimitExceeded}) {
		t.Errorf("a 51st project gets %v", err)
	}
	for _, img := range images() {
		if img.SystemDisk.SnapshotID == "" {
			continue
		}
		d, f, err := l.Disks.Export(img.Region, img.SystemDisk.SnapshotID)
		if err != nil {
			t.Errorf("%s: %v", img.Name, err)
			continue
		}
		sum := sha256.New()
		if n, err := io.Copy(sum, f); err != nil || n != d.SizeBytes || n < diskBytes || hex.EncodeToString(sum.Sum(nil)) != d.SHA256 {
			t.Errorf("%s: %d bytes of %+v, %v", img.Name, n, d, err)
		}
		_ = f.Close()
	}
	// What was deleted stays so.
	if err := l.Service.DeleteImage(t.Context(), sharing.DeleteImageCommand{Owner: acmeWeb, ImageID: "web-golden", Origin: by("alice")}); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Service.OwnedImage(t.Context(), acmeWeb, "web-golden"); !errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}) {
		t.Errorf("what was deleted is back: %v", err)
	}
}

func TestALowerLimitIsKept(t *testing.T) {
	l := newLoader(t, 1)
	for _, load := range []func(context.Context) error{l.projects, l.images, l.shares} {
		if err := load(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	popular, err := l.Service.OwnedImage(t.Context(), acmeWeb, "web-popular")
	if err != nil || popular.ShareCount != 1 {
		t.Errorf("%+v, %v", popular, err)
	}
}

// TestWhatIsThereIsLeftAlone: nothing is loaded into a service that has a project.
func TestWhatIsThereIsLeftAlone(t *testing.T) {
	l := newLoader(t, sharing.MaxShares)
	if _, _, err := l.Service.PutProject(t.Context(), sharing.PutProjectCommand{ID: "mine", ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "Mine"}, Origin: by("me")}); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if projects, err := l.Service.Projects(t.Context(), []sharing.ProjectID{acmeWeb, "mine"}); err != nil || len(projects.Projects) != 1 {
		t.Errorf("%+v, %v", projects, err)
	}
}

// TestALoadThatFailsCanBeRepeated, however far it has come.
func TestALoadThatFailsCanBeRepeated(t *testing.T) {
	l := newLoader(t, sharing.MaxShares)
	if _, _, err := l.Disks.Import(t.Context(), "eu-west", "sample-app-base", io.LimitReader(content("another"), 1)); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(t.Context()); !errors.Is(err, diskstore.ErrConflict) {
		t.Fatalf("with another disk in the way: %v", err)
	}

	l = newLoader(t, sharing.MaxShares)
	mine := sharing.ImageID("web-lite")
	if _, _, err := l.Service.PutProject(t.Context(), sharing.PutProjectCommand{ID: "mine", ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "Mine"}, Origin: by("me")}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Service.PutImage(t.Context(), sharing.PutImageCommand{Owner: "mine", ImageID: mine, ImageSpec: images()[0].ImageSpec, Origin: by("me")}); err != nil {
		t.Fatal(err)
	}
	empty := l.Empty
	l.Empty = func(context.Context) (bool, error) { return true, nil } // it was when somebody looked
	if err := l.Load(t.Context()); !errors.Is(err, &sharing.Error{Code: sharing.CodeImageConflict}) {
		t.Fatalf("with an image of somebody else in the way: %v", err)
	}
	l.Empty = empty
	if err := l.Service.DeleteImage(t.Context(), sharing.DeleteImageCommand{Owner: "mine", ImageID: mine, Origin: by("me")}); err != nil {
		t.Fatal(err)
	}
	mustLoad(t, l)
	if img, err := l.Service.OwnedImage(t.Context(), acmeWeb, mine); err != nil || img.HostType != sharing.LightweightUHost {
		t.Errorf("%+v, %v", img, err)
	}
}

func TestDisksAreTheSameEachTime(t *testing.T) {
	read := func(id string) []byte {
		b, err := io.ReadAll(io.LimitReader(content(id), 100))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !slices.Equal(read("a"), read("a")) || reflect.DeepEqual(read("a"), read("b")) {
		t.Error("the content of a disk changes, or is that of another one")
	}
}
