package sharing

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// projects returns n ids from "p0", and them as registered.
func projects(n int) (ids []ProjectID, registered map[ProjectID]Project) {
	registered = make(map[ProjectID]Project)
	for i := range n {
		id := ProjectID(fmt.Sprint("p", i))
		ids = append(ids, id)
		registered[id] = Project{ID: id, AccountID: "account of " + string(id), Name: "name of " + string(id)}
	}
	return ids, registered
}

func shareableImage(sharedWith ...ProjectID) *Image {
	return &Image{ID: "i", Owner: "o", ImageSpec: goodSpec(), SharedWith: sharedWith}
}

// Each case has the faults of those that follow it, as far as they go
// together.
func TestShareImageRefusals(t *testing.T) {
	ids, registered := projects(60)
	registered["o"] = Project{ID: "o"}
	full := shareableImage(ids[:50]...)
	hopeless := &Image{ID: "i", Owner: "o", ImageSpec: ImageSpec{Region: "r-1", Kind: Public, HostType: LightweightUHost, State: Creating}, SharedWith: ids[:50]}
	lightweight, creating, failed := *hopeless, *full, *full
	lightweight.Kind, creating.State, failed.State = Custom, Creating, Failed
	wrong := append([]ProjectID{"unknown", "o"}, ids[40:]...)

	for name, c := range map[string]struct {
		img       *Image
		by        ProjectID
		region    string
		targets   []ProjectID
		code      Code
		extension map[string]any
	}{
		"no image":                   {nil, "o", "r-2", wrong, CodeImageNotFound, nil},
		"another project's":          {hopeless, "p", "r-2", wrong, CodeImageNotFound, nil},
		"one that was received":      {hopeless, "p0", "r-2", wrong, CodeImageNotFound, nil},
		"another region":             {hopeless, "o", "r-2", wrong, CodeCrossRegionNotSupported, map[string]any{"imageRegion": "r-1", "region": "r-2"}},
		"a public image":             {hopeless, "o", "r-1", wrong, CodeImageNotShareable, map[string]any{"reason": "NotCustom"}},
		"a lightweight one":          {&lightweight, "o", "", wrong, CodeImageNotShareable, map[string]any{"reason": "LightweightUHost"}},
		"a creating one":             {&creating, "o", "", wrong, CodeImageNotAvailable, map[string]any{"state": Creating}},
		"a failed one":               {&failed, "o", "", wrong, CodeImageNotAvailable, map[string]any{"state": Failed}},
		"the owner":                  {full, "o", "", wrong, CodeCannotShareWithOwner, nil},
		"projects that do not exist": {full, "o", "", []ProjectID{"u2", "p55", "u1", "p0"}, CodeProjectNotFound, map[string]any{"projectIds": []ProjectID{"u2", "u1"}}},
		"one too many":               {full, "o", "", []ProjectID{"p55", "p0"}, CodeShareLimitExceeded, map[string]any{"limit": 50, "current": 50, "requested": 1}},
	} {
		d, err := ShareImage(c.img, registered, ShareCommand{
			Owner: c.by, ImageID: "i", Region: regionOrNil(c.region), Targets: c.targets, Limit: MaxShares,
		})
		if !refusalIs(err, c.code, c.extension) || !reflect.DeepEqual(d, ShareDecision{}) {
			t.Errorf("%s: got %+v, %v, want %s", name, d, err, c.code)
		}
	}
}

// Whatever is asked for, the image ends with the union or as it was, never
// over the limit by what was added, and the image given stays untouched.
func TestShareImageAnyCommand(t *testing.T) {
	ids, registered := projects(60)
	random := rand.New(rand.NewPCG(1, 2))
	some := func() []ProjectID {
		picked := slices.Clone(ids)
		random.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
		return picked[:1+random.IntN(MaxShares)]
	}
	for range 2000 {
		img, targets, limit := shareableImage(some()...), some(), 1+random.IntN(MaxShares)
		room := img.SharedWith[:cap(img.SharedWith)] // some has room for what is added
		before, roomBefore := slices.Clone(img.SharedWith), slices.Clone(room)
		d, err := ShareImage(img, registered, ShareCommand{Owner: "o", ImageID: "i", Targets: targets, Limit: limit})
		if !slices.Equal(room, roomBefore) {
			t.Fatalf("the image given was changed from %v to %v", roomBefore, room)
		}
		union := slices.Clone(before)
		for _, p := range targets {
			if !slices.Contains(union, p) {
				union = append(union, p)
			}
		}
		fits := len(union) == len(before) || len(union) <= limit
		full := map[string]any{"limit": limit, "current": len(before), "requested": len(union) - len(before)}
		if fits && err != nil || !fits && !refusalIs(err, CodeShareLimitExceeded, full) {
			t.Fatalf("%v: %v", full, err)
		}
		if fits && (!slices.Equal(d.After.SharedWith, union) || !slices.Equal(d.Added(), union[len(before):])) {
			t.Fatalf("got %v, added %v, want %v", d.After.SharedWith, d.Added(), union)
		}
	}
}

// The result of each target, in the order of the command.
func TestShareOutcomes(t *testing.T) {
	_, registered := projects(3)
	c := ShareCommand{Owner: "o", Targets: []ProjectID{"p2", "p1", "p0"}, Origin: Origin{Now: time.Unix(9, 0), Actor: Actor{Subject: "me"}}, Limit: 3}
	d, err := ShareImage(shareableImage("p1"), registered, c)
	if err != nil {
		t.Fatal(err)
	}
	stood := Share{ProjectID: "p1", SharedBy: "somebody", SharedAt: time.Unix(1, 0)}
	want := []ShareOutcome{
		{Share{"p2", "name of p2", "account of p2", c.Now, "me", Reminder.Version, Accepted}, ShareCreated},
		{stood, ShareUnchanged},
		{Share{"p0", "name of p0", "account of p0", c.Now, "me", Reminder.Version, Accepted}, ShareCreated},
	}
	if got := d.Outcomes(c.Targets, map[ProjectID]Share{"p1": stood}); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func regionOrNil(region string) *string {
	if region == "" {
		return nil
	}
	return &region
}
