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
		if !ValidID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{
		"", ".a", "_a", "-a", "a b", "a#b", "a/b", "a%b", "a\n", "\na", "a\x00", "é", "aé", strings.Repeat("x", 65),
	} {
		if ValidID(id) {
			t.Errorf("%q is accepted", id)
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

func TestShareCommandCheck(t *testing.T) {
	ids := func(from, to int) (ids []ProjectID) {
		for i := from; i < to; i++ {
			ids = append(ids, ProjectID(fmt.Sprint("p", i)))
		}
		return ids
	}
	for name, c := range map[string]struct {
		ids    []ProjectID
		want   []ProjectID
		faults []string
	}{
		"one":                       {[]ProjectID{"p"}, []ProjectID{"p"}, nil},
		"duplicates count once":     {[]ProjectID{"b", "a", "b", "c", "a"}, []ProjectID{"b", "a", "c"}, nil},
		"case matters":              {[]ProjectID{"a", "A"}, []ProjectID{"a", "A"}, nil},
		"none":                      {nil, nil, []string{"projectIds"}},
		"malformed":                 {[]ProjectID{"ok", "", "ok", "a b"}, nil, []string{"projectIds[1]", "projectIds[3]"}},
		"one too many":              {ids(0, 51), nil, []string{"projectIds"}},
		"one too many and bad ones": {append(ids(0, 51), "#"), nil, []string{"projectIds[51]", "projectIds"}},
	} {
		command := ShareCommand{Targets: c.ids, Acknowledged: true}
		err := command.Check()
		if err == nil && !slices.Equal(command.Targets, c.want) || !slices.Equal(fields(err), c.faults) {
			t.Errorf("%s: got %v and violations in %v, want %v and %v", name, command.Targets, fields(err), c.want, c.faults)
		}
	}
	twice := ShareCommand{Targets: slices.Concat(ids(0, 50), ids(0, 50)), Acknowledged: true}
	if err := twice.Check(); len(twice.Targets) != MaxShares || err != nil {
		t.Errorf("50 ids twice: got %d, %v", len(twice.Targets), err)
	}
	malformed := ShareCommand{Targets: make([]ProjectID, 10_000)}
	if err := malformed.Check(); len(fields(err)) != maxViolations {
		t.Errorf("10,000 malformed ids are refused with %d violations", len(fields(err)))
	}
	unread := ShareCommand{Targets: ids(0, 1)}
	if err := unread.Check(); !refusalIs(err, CodeSecurityReminderNotAcknowledged, map[string]any{"securityReminder": Reminder}) {
		t.Errorf("not acknowledged: %v", err)
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
