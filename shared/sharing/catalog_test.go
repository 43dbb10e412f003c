package sharing

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func goodSpec() ImageSpec {
	return ImageSpec{
		Name: "image", Region: "r-1", Kind: Custom, HostType: UHost, State: Available,
		SystemDisk: Disk{SizeGiB: 20, SnapshotID: "snap-1"},
	}
}

// Each limit is tried where requests arrive: shared/httpapi.
func TestEveryViolationIsNamed(t *testing.T) {
	want := []string{"name", "region", "kind", "hostType", "state", "systemDisk.sizeGiB"}
	if got := fields(new(PutImageCommand).Check()); !slices.Equal(got, want) {
		t.Errorf("violations in %v, want %v", got, want)
	}
}

func TestPutImage(t *testing.T) {
	owner := &Project{ID: "o", AccountID: "a"}
	existing := &Image{
		ID: "i", UID: "old", Owner: "o", AccountID: "a",
		ImageSpec: ImageSpec{Name: "old", Region: "r-1", Kind: Custom, HostType: UHost, State: Creating},
		CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(1, 0),
		Source: &ImageRef{"s", "p", "r"}, SaveFingerprint: "f", SharedWith: []ProjectID{"t"},
	}
	former := &Image{Owner: "o", ImageSpec: goodSpec()} // which did not keep that it was Available
	foreign := &Image{ID: "i", Owner: "other", ImageSpec: goodSpec()}

	command := PutImageCommand{Owner: "o", ImageID: "i", ImageSpec: goodSpec(), UID: "new", Origin: Origin{Now: time.Unix(2, 0)}}
	d, err := PutImage(nil, owner, command)
	want := Image{
		ID: "i", UID: "new", Owner: "o", AccountID: "a", ImageSpec: goodSpec(), Sealed: true, CreatedAt: command.Now, UpdatedAt: command.Now,
	}
	if !reflect.DeepEqual(d.After, want) || !d.Created || err != nil {
		t.Errorf("new: got %+v, %v, want %+v", d, err, want)
	}

	d, err = PutImage(existing, owner, command)
	want.UID, want.CreatedAt = existing.UID, existing.CreatedAt
	want.Source, want.SaveFingerprint, want.SharedWith = existing.Source, existing.SaveFingerprint, existing.SharedWith
	if !reflect.DeepEqual(d.After, want) || d.Created || err != nil {
		t.Errorf("changed: got %+v, %v, want %+v", d, err, want)
	}

	for name, c := range map[string]struct {
		existing  *Image
		owner     *Project
		change    func(*PutImageCommand)
		code      Code
		extension map[string]any
	}{
		"an unknown owner":                   {nil, nil, func(*PutImageCommand) {}, CodeProjectNotFound, map[string]any{"projectIds": []ProjectID{"o"}}},
		"an unknown owner and a foreign one": {foreign, nil, func(*PutImageCommand) {}, CodeProjectNotFound, map[string]any{"projectIds": []ProjectID{"o"}}},
		"another project's id":               {foreign, owner, func(*PutImageCommand) {}, CodeImageConflict, nil},
		"another region":                     {existing, owner, func(w *PutImageCommand) { w.ImageSpec.Region = "r-2" }, CodeImageConflict, map[string]any{"fields": []string{"region"}}},
		"another kind":                       {existing, owner, func(w *PutImageCommand) { w.ImageSpec.Kind = Public }, CodeImageConflict, map[string]any{"fields": []string{"kind"}}},
		"another host type":                  {existing, owner, func(w *PutImageCommand) { w.ImageSpec.HostType = LightweightUHost }, CodeImageConflict, map[string]any{"fields": []string{"hostType"}}},
		"other content and the way back": {former, owner, func(w *PutImageCommand) {
			w.State, w.SystemDisk, w.DataDisks, w.OSType, w.Architecture = Creating, Disk{SizeGiB: 21}, make([]Disk, 1), "other", "other"
		}, CodeImageConflict, map[string]any{"fields": []string{"architecture", "dataDisks", "osType", "state", "systemDisk"}}},
	} {
		w := command
		c.change(&w)
		d, err := PutImage(c.existing, c.owner, w)
		if !refusalIs(err, c.code, c.extension) || !reflect.DeepEqual(d, ImageDecision{}) {
			t.Errorf("%s: got %+v, %v, want %s", name, d, err, c.code)
		}
	}
}
