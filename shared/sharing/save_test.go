package sharing

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func saveCommand(key string) SaveCommand {
	w := SaveCommand{
		Project: "p", SourceID: "i", Name: "copy", Description: "of i", Key: key,
		NewID: "copy-1", UID: "uid", Origin: Origin{Now: time.Unix(5, 0)},
	}
	if key != "" {
		w.NewID = SavedImageID(w.Project, key)
	}
	return w
}

func TestSaveImageCopies(t *testing.T) {
	source := &Image{
		ID: "i", UID: "of i", Owner: "o", AccountID: "account of o",
		ImageSpec: ImageSpec{
			Name: "source", Description: "of o", Region: "r-1", Kind: Custom, HostType: UHost, State: Available,
			OSName: "os", OSType: "type", Architecture: "arch",
			SystemDisk: Disk{20, "snap-1"}, DataDisks: []Disk{{100, "snap-2"}},
		},
		CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(2, 0),
		Source: &ImageRef{"older", "q", "r-1"}, SaveFingerprint: "older", SharedWith: []ProjectID{"p", "q"},
	}
	w := saveCommand("key")
	got, err := SaveImage(source, &Project{ID: "p", AccountID: "account of p"}, nil, w)
	want := Image{
		ID: w.NewID, UID: "uid", Owner: "p", AccountID: "account of p",
		ImageSpec: ImageSpec{
			Name: "copy", Description: "of i", Region: "r-1", Kind: Custom, HostType: UHost, State: Creating,
			OSName: "os", OSType: "type", Architecture: "arch", SystemDisk: Disk{SizeGiB: 20},
		},
		CreatedAt: w.Now, UpdatedAt: w.Now,
		Source: &ImageRef{"i", "o", "r-1"}, SaveFingerprint: w.Fingerprint(),
		CopyFrom: []SourceDisk{{"r-1", "snap-1", 20}}, CopyBegan: w.Now,
	}
	if !reflect.DeepEqual(got.After, want) || got.Activity == nil || err != nil {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// A copy is the whole image but what is named here: name and description are the
// command's, kind and state those of a copy that is being made, and of the
// disks it has the system disk, without a snapshot (R5, R11).
func TestSaveImageCarriesOverTheSpec(t *testing.T) {
	spec := fullSpec(t)
	spec.State = Available
	copied, err := SaveImage(&Image{ImageSpec: spec, SharedWith: []ProjectID{"p"}}, &Project{ID: "p"}, nil, saveCommand(""))
	if err != nil {
		t.Fatal(err)
	}
	carriesOver(t, "SaveImage in shared/sharing/save.go", spec, &copied.After.ImageSpec,
		"Name", "Description", "Kind", "State", "SystemDisk.SnapshotID", "DataDisks", "Failure", "Tags", "Deprecation")
}

// copyCommand copies the image of shareableImage to another region.
func copyCommand(key string) SaveCommand {
	c := saveCommand(key)
	c.Project, c.Via, c.Region, c.Regions = "o", ViaOwn, new("r-2"), []string{"r-1", "r-2"}
	return c
}

// An own image is copied with all its disks, of whatever kind it is, wherever disks
// can be copied to.
func TestCopyOfAnOwnImage(t *testing.T) {
	source := shareableImage()
	source.Kind, source.HostType = Public, LightweightUHost
	source.SystemDisk, source.DataDisks = Disk{20, "snap-1"}, []Disk{{100, "snap-2"}, {7, "snap-3"}}
	c := copyCommand("key")
	got, err := SaveImage(source, &Project{ID: "o"}, nil, c)
	if err != nil {
		t.Fatal(err)
	}
	img, want := got.After, got.After
	want.Region, want.Kind, want.HostType, want.Source = "r-2", Custom, LightweightUHost, &ImageRef{source.ID, "o", "r-1"}
	want.SystemDisk, want.DataDisks = Disk{SizeGiB: 20}, []Disk{{SizeGiB: 100}, {SizeGiB: 7}}
	want.CopyFrom = []SourceDisk{{"r-1", "snap-1", 20}, {"r-1", "snap-2", 100}, {"r-1", "snap-3", 7}}
	if !reflect.DeepEqual(img, want) {
		t.Errorf("got %+v, want %+v", img, want)
	}
	a := got.Activity
	if a.Type != ImageCopied || a.ProjectID != "o" || a.Region != "r-1" || a.Source.Region != "r-1" || a.Copy.Region != "r-2" || len(a.Feeds()) != 1 {
		t.Errorf("its activity is %+v", a)
	}

	failed := img
	failed.State, failed.Failure, failed.SystemDisk.SnapshotID, failed.DataDisks = Failed, &Failure{Code: "TimedOut"}, "half", nil
	if again, err := SaveImage(source, &Project{ID: "o"}, &failed, c); err != nil || !reflect.DeepEqual(again.After.DataDisks, want.DataDisks) || again.After.State != Creating || again.Activity.Type != ImageCopied {
		t.Errorf("begun again it is %+v, %v", again, err)
	}
	moved := *source
	moved.Region = "r-2" // another image under the id
	if _, err := SaveImage(&moved, &Project{ID: "o"}, &failed, c); !refusalIs(err, CodeImageNotFound, nil) {
		t.Errorf("of another image it begins again: %v", err)
	}

	c.Region = nil // is the source's, whatever became of that
	if _, err := SaveImage(nil, nil, &img, c); !refusalIs(err, CodeIdempotencyConflict, nil) {
		t.Errorf("the key of a copy to another region is taken: %v", err)
	}
	img.Region = "r-1"
	for _, region := range []*string{nil, new("r-1")} {
		c.Region = region
		if replay, err := SaveImage(nil, nil, &img, c); err != nil || replay.Activity != nil {
			t.Errorf("a copy in the source's region is not replayed: %v", err)
		}
	}
	c.Via = ViaShare
	if _, err := SaveImage(nil, nil, &img, c); !refusalIs(err, CodeIdempotencyConflict, nil) {
		t.Errorf("the key of a copy is good for a save: %v", err)
	}
}

func TestCopyRefusals(t *testing.T) {
	owner := &Project{ID: "o"}
	refused := func(name string, code Code, extension map[string]any, change func(*Image, *SaveCommand)) {
		source, c := shareableImage("p"), copyCommand("")
		source.State = Creating
		source.Suspension = &Suspension{}
		change(source, &c)
		if _, err := SaveImage(source, owner, nil, c); !refusalIs(err, code, extension) {
			t.Errorf("%s: got %v, want %s", name, err, code)
		}
	}
	of := func(region string, regions ...string) map[string]any {
		return map[string]any{"region": region, "regions": regions}
	}
	refused("a recipient", CodeImageNotFound, nil, func(_ *Image, c *SaveCommand) { c.Project, c.Regions = "p", []string{"r-3"} })
	refused("a region without a bucket", CodeRegionNotSupported, of("r-2", "r-1"), func(_ *Image, c *SaveCommand) { c.Regions = []string{"r-1"} })
	refused("a source without a bucket", CodeRegionNotSupported, of("r-1", "r-2", "r-3"), func(_ *Image, c *SaveCommand) { c.Regions = []string{"r-2", "r-3"} })
	refused("a suspension", CodeImageSuspended, nil, func(*Image, *SaveCommand) {})
	refused("a source that is not there yet", CodeImageNotAvailable, map[string]any{"state": Creating}, func(img *Image, c *SaveCommand) { img.Suspension, c.Regions = nil, nil })
}

func TestSaveImageReplays(t *testing.T) {
	w := saveCommand("key")
	prior := &Image{ID: w.NewID, Owner: "p", ImageSpec: ImageSpec{Region: "r-1", State: Available, Name: "renamed since"}, SaveFingerprint: w.Fingerprint()}
	for name, source := range map[string]*Image{"no source": nil, "a source": shareableImage("p"), "an ended share": shareableImage()} {
		got, err := SaveImage(source, nil, prior, w)
		if !reflect.DeepEqual(got, SaveDecision{After: *prior}) || err != nil {
			t.Errorf("%s: got %+v, %v, want the prior image", name, got, err)
		}
	}
}

func TestSaveImageRefusals(t *testing.T) {
	recipient := &Project{ID: "p"}
	shared, creating := shareableImage("p"), shareableImage("p")
	creating.State = Creating
	prior := func(owner ProjectID, fingerprint string) *Image {
		return &Image{Owner: owner, ImageSpec: ImageSpec{Region: "r-1"}, SaveFingerprint: fingerprint}
	}
	same := saveCommand("key").Fingerprint()
	for name, c := range map[string]struct {
		source    *Image
		recipient *Project
		prior     *Image
		key       string
		region    string
		code      Code
		extension map[string]any
	}{
		"a key used for something else":  {nil, nil, prior("p", "other"), "key", "r-2", CodeIdempotencyConflict, nil},
		"an id no save made":             {nil, nil, prior("p", ""), "key", "", CodeIdempotencyConflict, nil},
		"an id taken, without a key":     {nil, nil, prior("p", ""), "", "", CodeIdempotencyConflict, nil},
		"another project's image":        {nil, nil, prior("q", same), "key", "", CodeIdempotencyConflict, nil},
		"a replay for another region":    {nil, nil, prior("p", same), "key", "r-2", CodeCrossRegionNotSupported, map[string]any{"imageRegion": "r-1", "region": "r-2"}},
		"no source":                      {nil, nil, nil, "key", "r-2", CodeImageNotFound, nil},
		"no share":                       {shareableImage("q"), nil, nil, "key", "r-2", CodeImageNotFound, nil},
		"another region":                 {creating, nil, nil, "", "r-2", CodeCrossRegionNotSupported, map[string]any{"imageRegion": "r-1", "region": "r-2"}},
		"a source that is not there yet": {creating, nil, nil, "", "r-1", CodeImageNotAvailable, map[string]any{"state": Creating}},
		"an unknown recipient":           {shared, nil, nil, "", "", CodeProjectNotFound, map[string]any{"projectIds": []ProjectID{"p"}}},
	} {
		w := saveCommand(c.key)
		w.Region = regionOrNil(c.region)
		if _, err := SaveImage(c.source, c.recipient, c.prior, w); !refusalIs(err, c.code, c.extension) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	owner := saveCommand("")
	owner.Project = "o" // has the image, but no share of it
	if _, err := SaveImage(shared, recipient, nil, owner); !refusalIs(err, CodeImageNotFound, nil) {
		t.Errorf("the owner: got %v", err)
	}
}

// TestKeysThatAreRefused: one with a comma may be two, which API Gateway has joined.
func TestKeysThatAreRefused(t *testing.T) {
	for key, ok := range map[string]bool{
		"": true, "a": true, "!~": true, strings.Repeat("x", 128): true,
		strings.Repeat("x", 129): false, "a,b": false, "a b": false, "a\n": false, "\x7f": false, "é": false,
	} {
		c := saveCommand(key)
		if err := c.Check(); (err == nil) != ok {
			t.Errorf("the key %q: %v", key, err)
		}
	}
}

// Keys of yesterday have to find their copies: what is derived from them never
// changes. These are of
// printf 'prj-lab\0first-save' | openssl sha256 -binary | base32
func TestSavedImageIDNeverChanges(t *testing.T) {
	for _, c := range []struct {
		project ProjectID
		key     string
		id      ImageID
	}{
		{"prj-lab", "first-save", "img-sa6gqjuoosedrkpkhp2lnc24gb"},
		{"p", strings.Repeat("~", 128), "img-dde3o7e4ybp34ycb26uws3znoy"},
	} {
		if id := SavedImageID(c.project, c.key); id != c.id {
			t.Errorf("the key %s of %s leads to %s, not %s", c.key, c.project, id, c.id)
		}
	}
}

// printf 'img-shop\0Shop 12.4\0From the shop team' | sha256sum
func TestFingerprintNeverChanges(t *testing.T) {
	c := SaveCommand{
		Project: "prj-lab", SourceID: "img-shop", Name: "Shop 12.4", Description: "From the shop team", Key: "first-save",
		Region: new("r-1"), NewID: "img-new", UID: "uid", Origin: Origin{Now: time.Unix(5, 0)}, // of the attempt, not of the content
	}
	if f := c.Fingerprint(); f != "14e72663f0cfc93494a592779bce4b4b12f9aab3481c604e31bd97ec205f5a37" {
		t.Errorf("it is %s", f)
	}
	c.Key = ""
	if f := c.Fingerprint(); f != "" {
		t.Errorf("without a key it is %s", f)
	}
}
