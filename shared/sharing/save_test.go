package sharing

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func saveCommand(key string) SaveCommand {
	w := SaveCommand{
		Project: "p", SourceID: "i", Name: "copy", Description: "of i", Key: key,
		NewID: "copy-1", UID: "uid", Now: time.Unix(5, 0),
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
		Source: &Source{"older", "q"}, SaveFingerprint: "older", SharedWith: []ProjectID{"p", "q"},
	}
	w := saveCommand("key")
	got, replayed, err := SaveImage(source, &Project{ID: "p", AccountID: "account of p"}, nil, w)
	want := Image{
		ID: w.NewID, UID: "uid", Owner: "p", AccountID: "account of p",
		ImageSpec: ImageSpec{
			Name: "copy", Description: "of i", Region: "r-1", Kind: Custom, HostType: UHost, State: Creating,
			OSName: "os", OSType: "type", Architecture: "arch", SystemDisk: Disk{SizeGiB: 20},
		},
		CreatedAt: w.Now, UpdatedAt: w.Now,
		Source: &Source{"i", "o"}, SaveFingerprint: w.Fingerprint(),
	}
	if !reflect.DeepEqual(got, want) || replayed || err != nil {
		t.Errorf("got %+v, %t, %v, want %+v", got, replayed, err, want)
	}
}

func TestSaveImageReplays(t *testing.T) {
	w := saveCommand("key")
	prior := &Image{ID: w.NewID, Owner: "p", ImageSpec: ImageSpec{Region: "r-1", State: Available, Name: "renamed since"}, SaveFingerprint: w.Fingerprint()}
	for name, source := range map[string]*Image{"no source": nil, "a source": shareableImage("p"), "an ended share": shareableImage()} {
		got, replayed, err := SaveImage(source, nil, prior, w)
		if !reflect.DeepEqual(got, *prior) || !replayed || err != nil {
			t.Errorf("%s: got %+v, %t, %v, want the prior image", name, got, replayed, err)
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
		if _, _, err := SaveImage(c.source, c.recipient, c.prior, w); !refusalIs(err, c.code, c.extension) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	owner := saveCommand("")
	owner.Project = "o" // has the image, but no share of it
	if _, _, err := SaveImage(shared, recipient, nil, owner); !refusalIs(err, CodeImageNotFound, nil) {
		t.Errorf("the owner: got %v", err)
	}
}

func TestSavedImageID(t *testing.T) {
	seen := make(map[ImageID]bool)
	for _, c := range [][2]string{{"p", "key"}, {"p", "Key"}, {"p", "k"}, {"pk", "ey"}, {"q", "key"}, {"p", strings.Repeat("~", 128)}} {
		id := SavedImageID(ProjectID(c[0]), c[1])
		if seen[id] {
			t.Errorf("%v leads to the id of another project or key", c)
		}
		seen[id] = true
		if !ValidID(string(id)) {
			t.Errorf("%v leads to %q, which is no id", c, id)
		}
		if again := SavedImageID(ProjectID(c[0]), c[1]); again != id {
			t.Errorf("%v leads to %s and to %s", c, id, again)
		}
	}
}

func TestFingerprint(t *testing.T) {
	if f := saveCommand("").Fingerprint(); f != "" {
		t.Errorf("without a key it is %q", f)
	}
	same := saveCommand("key")
	same.UID, same.Now, same.Region = "another", time.Unix(6, 0), new("r-1") // of the attempt, not of the content
	if same.Fingerprint() != saveCommand("key").Fingerprint() {
		t.Error("a repeated request has another fingerprint")
	}
	for name, change := range map[string]func(*SaveCommand){
		"source":                func(w *SaveCommand) { w.SourceID = "j" },
		"name":                  func(w *SaveCommand) { w.Name = "Copy" },
		"description":           func(w *SaveCommand) { w.Description = "" },
		"name into description": func(w *SaveCommand) { w.Name, w.Description = "copyo", "f i" },
		"source into name":      func(w *SaveCommand) { w.SourceID, w.Name = "ic", "opy" },
	} {
		w := saveCommand("key")
		change(&w)
		if w.Fingerprint() == same.Fingerprint() {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}

func TestSaveWishCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*SaveCommand)
		faults []string
	}{
		"good":                 {func(*SaveCommand) {}, nil},
		"good with everything": {func(w *SaveCommand) { w.Region, w.Key, w.Description = new("r-1"), strings.Repeat("!", 128), "a\nb" }, nil},
		"no name":              {func(w *SaveCommand) { w.Name = "" }, []string{"name"}},
		"long texts":           {func(w *SaveCommand) { w.Name, w.Description = strings.Repeat("n", 129), strings.Repeat("d", 1025) }, []string{"name", "description"}},
		"a NUL":                {func(w *SaveCommand) { w.Name, w.Description = "a\x00", "\x00" }, []string{"name", "description"}},
		"a bad region":         {func(w *SaveCommand) { w.Region = new("r 1") }, []string{"region"}},
		"a long key":           {func(w *SaveCommand) { w.Key = strings.Repeat("k", 129) }, []string{"Idempotency-Key"}},
		"a space in the key":   {func(w *SaveCommand) { w.Key = "a key" }, []string{"Idempotency-Key"}},
		"a key beyond ASCII":   {func(w *SaveCommand) { w.Key = "clé" }, []string{"Idempotency-Key"}},
	} {
		w := saveCommand("")
		c.change(&w)
		if got := fields(w.Check()); !slices.Equal(got, c.faults) {
			t.Errorf("%s: faults in %v, want %v", name, got, c.faults)
		}
	}
}
