package sharing

import (
	"testing"
	"time"
)

func TestPutProject(t *testing.T) {
	first, later := time.Unix(1, 0), time.Unix(2, 0)
	p, created := PutProject(nil, PutProjectCommand{"p", ProjectSpec{"a", "n"}, first})
	if want := (Project{"p", "a", "n", first, first}); p != want || !created {
		t.Errorf("new: got %+v, %t, want %+v", p, created, want)
	}
	p, created = PutProject(&p, PutProjectCommand{"p", ProjectSpec{"b", "m"}, later})
	if want := (Project{"p", "b", "m", first, later}); p != want || created {
		t.Errorf("changed: got %+v, %t, want %+v", p, created, want)
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
		p, _ := PutProject(&Project{ID: "p", UpdatedAt: before}, PutProjectCommand{ID: "p", Now: c.now})
		img, _, err := PutImage(&Image{Owner: "o", UpdatedAt: before}, &Project{ID: "o"}, PutImageCommand{Owner: "o", Now: c.now})
		if !p.UpdatedAt.Equal(c.want) || !img.UpdatedAt.Equal(c.want) || err != nil {
			t.Errorf("%s: updated at %v and %v, %v, not %v", name, p.UpdatedAt, img.UpdatedAt, err, c.want)
		}
	}
}
