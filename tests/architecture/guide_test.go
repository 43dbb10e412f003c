package architecture

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

var (
	// step is a step of a guide in CONTRIBUTING.md, with the lines that go on
	// with it.
	step = regexp.MustCompile(`(?m)^\d+\. .*(?:\n {3}.*)*`)
	// place is a file or folder in a step, named from the root.
	place = regexp.MustCompile("`([A-Za-z0-9_./-]+(?:/|\\.[a-z]+))`")
)

// guide returns the places that a part of CONTRIBUTING.md lists.
func guide(t *testing.T, heading string) (places []string) {
	t.Helper()
	_, part, found := strings.Cut(read(t, "CONTRIBUTING.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("CONTRIBUTING.md has no part %q", heading)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	for _, s := range step.FindAllString(part, -1) {
		for _, m := range place.FindAllStringSubmatch(s, -1) {
			places = append(places, m[1])
		}
	}
	return places
}

// guides are the parts of CONTRIBUTING.md that list what a change touches, and
// how many places that may be.
var guides = map[string]int{
	"A route":                  12,
	"An attribute of an image": 9,
	"A rule":                   9,
	"A type of activity":       5,
}

func TestTheGuidesNamePlacesThatExist(t *testing.T) {
	for heading, most := range guides {
		places := guide(t, heading)
		if len(places) == 0 || len(places) > most {
			t.Errorf("%s: %d places, not 1 to %d: %q", heading, len(places), most, places)
		}
		for _, p := range places {
			if _, err := fs.Stat(root, strings.TrimSuffix(p, "/")); err != nil {
				t.Errorf("%s: %s is not there", heading, p)
			}
		}
	}
}
