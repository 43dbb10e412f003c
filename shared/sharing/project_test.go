package sharing

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestPutProject(t *testing.T) {
	first, later := time.Unix(1, 0), time.Unix(2, 0)
	d, err := PutProject(nil, PutProjectCommand{"p", Origin{Now: first}, ProjectSpec{"a", "n"}})
	if want := (Project{ID: "p", AccountID: "a", Name: "n", State: Active, CreatedAt: first, UpdatedAt: first}); d.After != want || !d.Created || err != nil {
		t.Errorf("new: got %+v, %v, want %+v", d, err, want)
	}
	d, err = PutProject(&d.After, PutProjectCommand{"p", Origin{Now: later}, ProjectSpec{"b", "m"}})
	if want := (Project{ID: "p", AccountID: "b", Name: "m", State: Active, CreatedAt: first, UpdatedAt: later}); d.After != want || d.Created || err != nil {
		t.Errorf("changed: got %+v, %v, want %+v", d, err, want)
	}
}

func TestCloseProject(t *testing.T) {
	first, later := time.Unix(1, 0), time.Unix(2, 0)
	c := CloseProjectCommand{"p", Origin{Now: later}}
	active := Project{ID: "p", AccountID: "a", Name: "n", State: Active, CreatedAt: first, UpdatedAt: first}
	closed := active
	closed.State, closed.UpdatedAt, closed.ClosedAt = Closed, later, later
	for name, test := range map[string]struct {
		existing   *Project
		ownsImages bool
		refusal    error
		changes    bool
	}{
		"none":                       {nil, false, ProjectNotFound("p"), false},
		"with images":                {&active, true, projectNotEmpty(), false},
		"without":                    {&active, false, nil, true},
		"closed":                     {&closed, false, nil, false},
		"closed, and an image since": {&closed, true, nil, false},
	} {
		d, err := CloseProject(test.existing, test.ownsImages, c)
		if !errors.Is(err, test.refusal) || err == nil && (d.After != closed || (d.Activity != nil) != test.changes) {
			t.Errorf("%s: got %+v, %v", name, d, err)
		}
		if d.Activity != nil && (d.Activity.Type != ProjectClosed || d.Activity.ProjectID != "p" || !d.Activity.At.Equal(later)) {
			t.Errorf("%s: the activity is %+v", name, d.Activity)
		}
	}
}

// A closed project gets nothing any more, but an image that it has all the same may
// still be changed.
func TestAClosedProjectGetsNothing(t *testing.T) {
	closed := &Project{ID: "p", AccountID: "a", Name: "n", State: Closed}
	if _, err := PutProject(closed, PutProjectCommand{ID: "p", ProjectSpec: ProjectSpec{"a", "n"}}); !errors.Is(err, projectClosed()) {
		t.Errorf("registered again: %v", err)
	}
	put := PutImageCommand{Owner: "p", ImageID: "i", ImageSpec: ImageSpec{Name: "new"}}
	if _, err := PutImage(nil, closed, put); !errors.Is(err, projectClosed()) {
		t.Errorf("a new image: %v", err)
	}
	if _, err := PutImage(&Image{ID: "i", Owner: "p"}, closed, put); err != nil {
		t.Errorf("the change of an image: %v", err)
	}
	source := &Image{ID: "i", Owner: "o", ImageSpec: ImageSpec{Kind: Custom, HostType: UHost, State: Available}, SharedWith: []ProjectID{"p"}}
	for name, img := range map[string]*Image{"before its shares end": source, "after": {ID: "i", Owner: "o"}} {
		if _, err := SaveImage(img, closed, nil, SaveCommand{Project: "p", SourceID: "i"}); !errors.Is(err, projectClosed()) {
			t.Errorf("a save %s: %v", name, err)
		}
	}
	projects := map[ProjectID]Project{"p": *closed, "q": {ID: "q", State: Active}}
	for _, img := range []*Image{source, {ID: "i", Owner: "o", ImageSpec: source.ImageSpec}} {
		_, err := ShareImage(img, projects, ShareCommand{Owner: "o", ImageID: "i", Targets: []ProjectID{"p", "q"}, Limit: 50})
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Code != CodeProjectNotFound || !slices.Equal(refusal.Extension["projectIds"].([]ProjectID), []ProjectID{"p"}) {
			t.Errorf("a share with it and another: %v", err)
		}
	}
}

// A clock that goes back, or two changes in one microsecond: a change is later
// than the one before, by the least that records can tell apart.
func TestChangesAreInOrder(t *testing.T) {
	before := time.Unix(9, 500_000)
	for name, c := range map[string]struct{ now, want time.Time }{
		"later":                   {before.Add(2 * time.Microsecond), before.Add(2 * time.Microsecond)},
		"a microsecond later":     {before.Add(time.Microsecond), before.Add(time.Microsecond)},
		"in the same microsecond": {before, before.Add(time.Microsecond)},
		"a clock that went back":  {before.Add(-time.Hour), before.Add(time.Microsecond)},
	} {
		p, err := PutProject(&Project{ID: "p", UpdatedAt: before}, PutProjectCommand{ID: "p", Origin: Origin{Now: c.now}, ProjectSpec: ProjectSpec{Name: "new"}})
		if err != nil {
			t.Fatal(err)
		}
		closed, err := CloseProject(&Project{ID: "p", UpdatedAt: before}, false, CloseProjectCommand{"p", Origin{Now: c.now}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := PutImage(&Image{Owner: "o", UpdatedAt: before}, &Project{ID: "o"}, PutImageCommand{Owner: "o", Origin: Origin{Now: c.now}, ImageSpec: ImageSpec{Name: "new"}})
		if err != nil {
			t.Fatal(err)
		}
		for what, at := range map[string]time.Time{
			"the project": p.After.UpdatedAt, "its activity": p.Activity.At, "the closed project": closed.After.ClosedAt, "the image": d.After.UpdatedAt, "the image's activity": d.Activity.At,
		} {
			if !at.Equal(c.want) {
				t.Errorf("%s: the time of %s is %v, not %v", name, what, at, c.want)
			}
		}
	}
}
