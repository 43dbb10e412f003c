package sharing

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestValidID(t *testing.T) {
	for _, id := range []string{"a", "Z", "0", "a.b_c-d", "9..", strings.Repeat("x", 64)} {
		if !ValidID(id) || CheckID("f", id) != nil {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{
		"", ".a", "_a", "-a", "a b", "a#b", "a/b", "a%b", "a\n", "\na", "a\x00", "é", "aé", strings.Repeat("x", 65),
	} {
		if ValidID(id) {
			t.Errorf("%q is accepted", id)
		}
		if got := fields(CheckID("f", id)); !slices.Equal(got, []string{"f"}) {
			t.Errorf("%q: faults are in %v, want f", id, got)
		}
	}
}

// The table builds sort keys from ids with '#' between the parts. They sort as
// their parts do only while no id has a character up to '#'.
func TestIDsSortAboveTheSeparator(t *testing.T) {
	for c := range rune(128) {
		if ValidID("a"+string(c)) && c <= '#' {
			t.Errorf("%q is accepted in an id", c)
		}
	}
}

func TestParseProjectIDs(t *testing.T) {
	ids := func(from, to int) (ids []string) {
		for i := from; i < to; i++ {
			ids = append(ids, fmt.Sprint("p", i))
		}
		return ids
	}
	for name, c := range map[string]struct {
		ids    []string
		want   []ProjectID
		faults []string
	}{
		"one":                       {[]string{"p"}, []ProjectID{"p"}, nil},
		"duplicates count once":     {[]string{"b", "a", "b", "c", "a"}, []ProjectID{"b", "a", "c"}, nil},
		"case matters":              {[]string{"a", "A"}, []ProjectID{"a", "A"}, nil},
		"none":                      {nil, nil, []string{"projectIds"}},
		"malformed":                 {[]string{"ok", "", "ok", "a b"}, nil, []string{"projectIds[1]", "projectIds[3]"}},
		"one too many":              {ids(0, 51), nil, []string{"projectIds"}},
		"one too many and bad ones": {append(ids(0, 51), "#"), nil, []string{"projectIds[51]", "projectIds"}},
	} {
		got, err := ParseProjectIDs(c.ids)
		if !slices.Equal(got, c.want) || !slices.Equal(fields(err), c.faults) {
			t.Errorf("%s: got %v and faults in %v, want %v and %v", name, got, fields(err), c.want, c.faults)
		}
	}
	if got, err := ParseProjectIDs(slices.Concat(ids(0, 50), ids(0, 50))); len(got) != MaxShares || err != nil {
		t.Errorf("50 ids twice: got %d, %v", len(got), err)
	}
	if _, err := ParseProjectIDs(make([]string, 10_000)); len(fields(err)) != maxFieldErrors {
		t.Errorf("10,000 malformed ids are answered with %d faults", len(fields(err)))
	}
}

// fields returns which fields an InvalidRequest names, nil for no error.
func fields(err error) (names []string) {
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	for _, f := range e.Extension["errors"].([]Violation) {
		names = append(names, f.Field)
	}
	return names
}

// refusalIs reports whether err has the code and exactly the extension fields.
func refusalIs(err error, code Code, extension map[string]any) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code && reflect.DeepEqual(e.Extension, extension)
}
