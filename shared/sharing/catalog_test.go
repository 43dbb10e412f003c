package sharing

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func goodSpec() ImageSpec {
	return ImageSpec{
		Name: "image", Region: "r-1", Kind: Custom, HostType: UHost, State: Available,
		SystemDisk: Disk{SizeGiB: 20, SnapshotID: "snap-1"},
	}
}

func TestImageSpecCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ImageSpec)
		faults []string
	}{
		"only what is required": {func(*ImageSpec) {}, nil},
		"everything": {func(s *ImageSpec) {
			s.Description, s.OSName, s.OSType, s.Architecture = "two\r\n\tlines", "os", "type", "arch"
			s.DataDisks = slices.Repeat([]Disk{{SizeGiB: maxDiskGiB}}, maxDataDisks)
		}, nil},
		"nothing": {func(s *ImageSpec) { *s = ImageSpec{} },
			[]string{"name", "region", "kind", "hostType", "state", "systemDisk.sizeGiB"}},
		"unknown values": {func(s *ImageSpec) { s.Kind, s.HostType, s.State = "custom", "uhost", "available" },
			[]string{"kind", "hostType", "state"}},
		"control characters": {func(s *ImageSpec) { s.Name, s.Description, s.OSName = "a\tb", "a\x00b", "a\nb" },
			[]string{"name", "description", "osName"}},
		"too long": {func(s *ImageSpec) {
			s.Name, s.Description = strings.Repeat("n", 129), strings.Repeat("d", 1025)
			s.OSName, s.OSType, s.Architecture = s.Name, s.Name, s.Name
		}, []string{"name", "description", "osName", "osType", "architecture"}},
		"bad disks": {func(s *ImageSpec) {
			s.SystemDisk = Disk{SizeGiB: maxDiskGiB + 1, SnapshotID: "a b"}
			s.DataDisks = []Disk{{SizeGiB: 1}, {SizeGiB: -1}}
		}, []string{"systemDisk.sizeGiB", "systemDisk.snapshotId", "dataDisks[1].sizeGiB"}},
		"too many disks": {func(s *ImageSpec) { s.DataDisks = slices.Repeat([]Disk{{SizeGiB: 1}}, maxDataDisks+1) },
			[]string{"dataDisks"}},
	} {
		s := goodSpec()
		c.change(&s)
		if got := fields(PutImageCommand{ImageSpec: s}.Check()); !slices.Equal(got, c.faults) {
			t.Errorf("%s: faults in %v, want %v", name, got, c.faults)
		}
	}
}

func TestPutImage(t *testing.T) {
	owner := &Project{ID: "o", AccountID: "a-2"}
	existing := &Image{
		ID: "i", UID: "old", Owner: "o", AccountID: "a-1",
		ImageSpec: ImageSpec{Name: "old", Region: "r-1", Kind: Custom, HostType: UHost, State: Creating},
		CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(1, 0),
		Source: &Source{"s", "p"}, SaveFingerprint: "f", SharedWith: []ProjectID{"t"},
	}
	foreign := &Image{ID: "i", Owner: "other", ImageSpec: goodSpec()}

	command := PutImageCommand{Owner: "o", ImageID: "i", ImageSpec: goodSpec(), UID: "new", Now: time.Unix(2, 0)}
	img, created, err := PutImage(nil, owner, command)
	want := Image{
		ID: "i", UID: "new", Owner: "o", AccountID: "a-2", ImageSpec: goodSpec(), CreatedAt: command.Now, UpdatedAt: command.Now,
	}
	if !reflect.DeepEqual(img, want) || !created || err != nil {
		t.Errorf("new: got %+v, %t, %v, want %+v", img, created, err, want)
	}

	img, created, err = PutImage(existing, owner, command)
	want.UID, want.CreatedAt = existing.UID, existing.CreatedAt
	want.Source, want.SaveFingerprint, want.SharedWith = existing.Source, existing.SaveFingerprint, existing.SharedWith
	if !reflect.DeepEqual(img, want) || created || err != nil {
		t.Errorf("changed: got %+v, %t, %v, want %+v", img, created, err, want)
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
		"another region":                     {existing, owner, func(w *PutImageCommand) { w.ImageSpec.Region = "r-2" }, CodeImageConflict, nil},
		"another kind":                       {existing, owner, func(w *PutImageCommand) { w.ImageSpec.Kind = Public }, CodeImageConflict, nil},
		"another host type":                  {existing, owner, func(w *PutImageCommand) { w.ImageSpec.HostType = LightweightUHost }, CodeImageConflict, nil},
	} {
		w := command
		c.change(&w)
		img, created, err := PutImage(c.existing, c.owner, w)
		if !refusalIs(err, c.code, c.extension) || created || !reflect.DeepEqual(img, Image{}) {
			t.Errorf("%s: got %+v, %t, %v, want %s", name, img, created, err, c.code)
		}
	}
}
