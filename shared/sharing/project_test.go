package sharing

import (
	"testing"
	"time"
)

func TestPutProject(t *testing.T) {
	first, later := time.Unix(1, 0), time.Unix(2, 0)
	d := PutProject(nil, PutProjectCommand{"p", Origin{Now: first}, ProjectSpec{"a", "n"}})
	if want := (Project{"p", "a", "n", first, first}); d.After != want || !d.Created {
		t.Errorf("new: got %+v, want %+v", d, want)
	}
	d = PutProject(&d.After, PutProjectCommand{"p", Origin{Now: later}, ProjectSpec{"b", "m"}})
	if want := (Project{"p", "b", "m", first, later}); d.After != want || d.Created {
		t.Errorf("changed: got %+v, want %+v", d, want)
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
		p := PutProject(&Project{ID: "p", UpdatedAt: before}, PutProjectCommand{ID: "p", Origin: Origin{Now: c.now}, ProjectSpec: ProjectSpec{Name: "new"}})
		d, err := PutImage(&Image{Owner: "o", UpdatedAt: before}, &Project{ID: "o"}, PutImageCommand{Owner: "o", Origin: Origin{Now: c.now}, ImageSpec: ImageSpec{Name: "new"}})
		if err != nil {
			t.Fatal(err)
		}
		for what, at := range map[string]time.Time{
			"the project": p.After.UpdatedAt, "its activity": p.Activity.At, "the image": d.After.UpdatedAt, "the image's activity": d.Activity.At,
		} {
			if !at.Equal(c.want) {
				t.Errorf("%s: the time of %s is %v, not %v", name, what, at, c.want)
			}
		}
	}
}
