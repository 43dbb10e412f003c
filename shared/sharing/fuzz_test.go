package sharing

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const idCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

// isID says in other words what ValidID says.
func isID(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, idCharacters) == "" && !strings.Contains("._-", s[:1])
}

func FuzzIDs(f *testing.F) {
	for _, id := range []string{
		"", "a", "0", ".", "..", "-a", "_a", "a.b_c-d", strings.Repeat("a", 64), strings.Repeat("a", 65), "a\n", "\na", "a b", "a/b", "a%2f", "a#b", "a?b",
		"a\x00", "\xff", "a\xff", "é", "ａ", "a\u202e", "null", "PROJECT#a", "a\r", "a b",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if ValidID(id) != isID(id) {
			t.Errorf("%q: ValidID %t", id, ValidID(id))
		}
		if saved := SavedImageID(ProjectID(id), id); !isID(string(saved)) {
			t.Errorf("a copy saved with the key %q would have the id %q", id, saved)
		}
	})
}

// FuzzProjectIDs takes ids with a ',' between them.
func FuzzProjectIDs(f *testing.F) {
	for _, list := range []string{
		"", ",", "a", "a,a", "a,b,a", "a,,b", "a,-", "a b,c", "\xff,a", strings.Repeat("-,", 30), strings.Repeat("a,", 100) + "a",
		"a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,b0,b1,b2,b3,b4,b5,b6,b7,b8,b9,c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,d0,d1,d2,d3,d4,d5,d6,d7,d8,d9,e0,e1,e2,e3,e4,e5,e6,e7,e8,e9,f0",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		var ids, distinct []ProjectID
		for id := range strings.SplitSeq(list, ",") {
			ids = append(ids, ProjectID(id))
			if !slices.Contains(distinct, ProjectID(id)) {
				distinct = append(distinct, ProjectID(id))
			}
		}
		malformed := slices.ContainsFunc(ids, func(id ProjectID) bool { return !isID(string(id)) })
		c := ShareCommand{Targets: ids, Acknowledged: true}
		err := c.Check()
		if malformed || len(distinct) > 50 {
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Code != CodeInvalidRequest {
				t.Fatalf("%q: %v", list, err)
			}
			if n := len(fields(err)); n == 0 || n > 20 {
				t.Errorf("%q: %d violations", list, n)
			}
			return
		}
		if err != nil || !slices.Equal(c.Targets, distinct) {
			t.Errorf("%q: %v, %v", list, c.Targets, err)
		}
	})
}
