package sharing

import "testing"

func TestUsableBy(t *testing.T) {
	for name, c := range map[string]struct {
		img       *Image
		by        ProjectID
		region    string
		code      Code // "" if it is usable
		extension map[string]any
	}{
		"shared":                {shareableImage("p"), "p", "", "", nil},
		"shared, in its region": {shareableImage("q", "p"), "p", "r-1", "", nil},
		"shared, elsewhere":     {shareableImage("p"), "p", "r-2", CodeCrossRegionNotSupported, map[string]any{"imageRegion": "r-1", "region": "r-2"}},
		"not shared":            {shareableImage("q"), "p", "", CodeImageNotFound, nil},
		"not shared, elsewhere": {shareableImage("q"), "p", "r-2", CodeImageNotFound, nil},
		"the owner":             {shareableImage("p"), "o", "", CodeImageNotFound, nil},
		"no image":              {nil, "p", "", CodeImageNotFound, nil},
	} {
		err := c.img.UsableBy(c.by, regionOrNil(c.region))
		if c.code == "" && err != nil || c.code != "" && !refusalIs(err, c.code, c.extension) {
			t.Errorf("%s: got %v, want %q", name, err, c.code)
		}
	}
}
