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
	for _, id := range []string{"", ".a", "_a", "-a", "a\n", "\na", "a\x00", "\xff", "é", "aé", strings.Repeat("x", 65)} {
		if ValidID(id) {
			t.Errorf("%q is accepted", id)
		}
	}
	for c := range byte(128) {
		known := strings.IndexByte(idCharacters, c) >= 0
		if ValidID("a"+string(rune(c))+"a") != known {
			t.Errorf("%q in an id is accepted: %t", c, !known)
		}
		// DynamoDB's keys have '#' between ids, SQLite's lists begin below '~': they
		// sort as ids do only while no id has a character outside of these.
		if known && (c <= '#' || c >= '~') {
			t.Errorf("%q does not sort between the marks", c)
		}
	}
}

func TestValidSnapshotID(t *testing.T) {
	for _, id := range []string{"snap-1", "images/img-1/UID/20261102T101500.250000Z/0", strings.Repeat("x/", 7) + "x"} {
		if !ValidSnapshotID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", "/a", "a/", "a//b", "a/../b", "a/.b", "a b", strings.Repeat("x/", 8) + "x"} {
		if ValidSnapshotID(id) {
			t.Errorf("%q is accepted", id)
		}
	}
}

func TestShareCommandCheck(t *testing.T) {
	var many []ProjectID
	for i := range 51 {
		many = append(many, ProjectID(fmt.Sprint("p", i)))
	}
	for name, c := range map[string]struct {
		ids        []ProjectID
		violations []string
	}{
		"50, each twice":            {slices.Concat(many[:50], many[:50]), nil},
		"none":                      {nil, []string{"projectIds"}},
		"one too many":              {many, []string{"projectIds"}},
		"malformed":                 {[]ProjectID{"ok", "", "ok", "a b"}, []string{"projectIds[1]", "projectIds[3]"}},
		"one too many and bad ones": {append(many, "#"), []string{"projectIds[51]", "projectIds"}},
	} {
		command := ShareCommand{Targets: c.ids, Acknowledged: true}
		if got := fields(command.Check()); !slices.Equal(got, c.violations) {
			t.Errorf("%s: violations in %v, want %v", name, got, c.violations)
		}
	}
	malformed := ShareCommand{Targets: make([]ProjectID, 10_000)}
	if got := fields(malformed.Check()); len(got) != 20 {
		t.Errorf("10,000 malformed ids are refused with %d violations", len(got))
	}
	unread := ShareCommand{Targets: many[:1]}
	if err := unread.Check(); !refusalIs(err, CodeSecurityReminderNotAcknowledged, map[string]any{"securityReminder": Reminder}) {
		t.Errorf("not acknowledged: %v", err)
	}
	for version, read := range map[string]bool{Reminder.Version: true, "2000-01-01": false, "": false} {
		c := ShareCommand{Targets: many[:1], Acknowledged: true, ReminderVersion: &version}
		if err := c.Check(); (err == nil) != read {
			t.Errorf("the reminder of version %q: %v", version, err)
		}
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
