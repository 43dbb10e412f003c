package httpapi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

// FuzzProjectLists: each of the three forms of the projects claim yields
// exactly the ids that were put into it.
func FuzzProjectLists(f *testing.F) {
	for _, list := range []string{"", "a", "a b", "null", "true false", "1 2.5", "a.b_c-d 0", "null null", "a a"} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		ids := strings.FieldsFunc(list, func(r rune) bool { return r == ' ' })
		if slices.ContainsFunc(ids, func(id string) bool { return !sharing.ValidID(id) }) {
			return
		}
		array, err := json.Marshal(ids)
		if err != nil {
			t.Fatal(err)
		}
		for form, claim := range map[string]string{
			"a string":          strings.Join(ids, " "),
			"a JSON array":      string(array),
			"API Gateway's own": "[" + strings.Join(ids, " ") + "]",
		} {
			if got := parseProjects(claim); !slices.Equal(got, ids) {
				t.Errorf("%s, %s: %q, not %q", form, claim, got, ids)
			}
		}
	})
}

// FuzzClaims: whatever a claim holds, it gives access to no project that is
// not in it, as a string of its JSON array or as a word of a plain list, and
// no scope that is not a word.
func FuzzClaims(f *testing.F) {
	for _, claim := range []string{
		"a\tb", "[a\u00a0b]", "map[x: a b ]", "[a [b]]", "a]", "[a b]]", "", "[", "]", "[]", "[null]", "[ ]", `["a"]`, `["a" "b"]`, `["a", "b"`, `[["a"]]`, `{"a":"b"}`, "map[a:b]", `["a",null]`, `["a",1]`, `[1,true]`,
		`["\u0061"]`, `"a"`, "a,b", "a\u00a0b", "[a b", "[[a b]]", "[a b] c", "\xff", "[\xff]", `["\ud800"]`, "a\x00b", "*", "[*]", strings.Repeat("[", 20000), `["a","a"]`,
	} {
		f.Add(claim)
	}
	f.Fuzz(func(t *testing.T, claim string) {
		var inJSON []any // what encoding/json, another parser than the tested one's, makes of it
		_ = json.Unmarshal([]byte(claim), &inJSON)
		list := claim
		if strings.HasPrefix(claim, "[") && strings.HasSuffix(claim, "]") && claim != "[" {
			list = claim[1 : len(claim)-1] // as API Gateway writes an array
		}
		for _, id := range parseProjects(claim) {
			if sharing.ValidID(id) && !slices.Contains(inJSON, any(id)) && !hasWord(list, id) {
				t.Errorf("%q names the project %q", claim, id)
			}
		}
		for _, scope := range callerOf(map[string]string{"scope": claim}).scopes {
			if !hasWord(claim, scope) {
				t.Errorf("%q has the scope %q", claim, scope)
			}
		}
	})
}

// hasWord: the text of an array or an object is no list of words.
func hasWord(list, word string) bool {
	return !strings.ContainsAny(list, `[]{}"`) && slices.Contains(strings.Split(list, " "), word)
}
