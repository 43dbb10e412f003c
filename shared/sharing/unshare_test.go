package sharing

import (
	"reflect"
	"slices"
	"testing"
)

func TestUnshareImage(t *testing.T) {
	img := shareableImage("a", "b", "c")
	img.State = Failed // a share can be cancelled in any state
	after, _, err := UnshareImage(img, UnshareCommand{Owner: "o", Target: "b"})
	if err != nil || !slices.Equal(after.SharedWith, []ProjectID{"a", "c"}) || after.IsSharedWith("b") {
		t.Errorf("got %v, %v", after.SharedWith, err)
	}
	if !slices.Equal(img.SharedWith, []ProjectID{"a", "b", "c"}) {
		t.Errorf("the image given was changed: %v", img.SharedWith)
	}
	for name, c := range map[string]struct {
		img        *Image
		by, target ProjectID
		code       Code
	}{
		"no image":                        {nil, "o", "a", CodeImageNotFound},
		"another project's":               {img, "p", "a", CodeImageNotFound},
		"another project's, and no share": {img, "p", "x", CodeImageNotFound},
		"by the recipient":                {img, "a", "a", CodeImageNotFound},
		"no share":                        {img, "o", "x", CodeShareNotFound},
		"the owner":                       {img, "o", "o", CodeShareNotFound},
	} {
		after, _, err := UnshareImage(c.img, UnshareCommand{Owner: c.by, Target: c.target})
		if !refusalIs(err, c.code, nil) || !reflect.DeepEqual(after, Image{}) {
			t.Errorf("%s: got %+v, %v, want %s", name, after, err, c.code)
		}
	}
}
