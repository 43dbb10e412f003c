package sharing

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestProjectSpecCheck(t *testing.T) {
	for _, c := range []struct {
		account, name string
		faults        []string
	}{
		{"a-1", "n", nil},
		{"a-1", strings.Repeat("中", 128), nil},
		{"a 1", strings.Repeat("中", 129), []string{"accountId", "name"}},
		{"", "", []string{"accountId", "name"}},
		{"a-1", "two\nlines", []string{"name"}},
	} {
		if got := fields(PutProjectCommand{ProjectSpec: ProjectSpec{c.account, c.name}}.Check()); !slices.Equal(got, c.faults) {
			t.Errorf("%q, %q: faults in %v, want %v", c.account, c.name, got, c.faults)
		}
	}
}

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
