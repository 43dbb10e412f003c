package sharing

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameOf is what a name is kept as, or what is wrong with it.
func nameOf(s string) (kept, fault string) {
	var v Violations
	if v.name("name", &s); len(v) > 0 {
		return "", v[0].Message
	}
	return s, ""
}

func TestNamesThatAreTaken(t *testing.T) {
	for what, name := range map[string]string{
		"spaces inside":                    "a b\u00a0c",
		"a family":                         "👨\u200d👩\u200d👧",
		"a heart on fire":                  "❤\ufe0f\u200d🔥",
		"an astronaut with a colour":       "👩🏽\u200d🚀",
		"Persian with a non-joiner":        "می\u200cخواهم",
		"Thai":                             "เซิร์ฟเวอร์",
		"Hindi with a joiner":              "क्\u200dष हिन्दी",
		"Bengali: a mark follows a joiner": "র\u200d\u09cdযাব",
		"Chinese, Korean and Japanese":     "镜像 이미지 イメージ",
		"a keycap and a flag":              "1\ufe0f⃣ 🇩🇪",
		"128 characters":                   strings.Repeat("é", 128),
	} {
		if kept, fault := nameOf(name); kept != name {
			t.Errorf("%s: %q is kept as %q: %s", what, name, kept, fault)
		}
	}
	if kept, fault := nameOf(strings.Repeat("e\u0301", 128)); kept != strings.Repeat("é", 128) {
		t.Errorf("decomposed letters are kept as %q: %s", kept, fault)
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	const length, visible = "must be a string of 1 to 128 characters", "must have at least one visible character"
	const between = "must hold the joiner U+200D only between two visible characters"
	for name, want := range map[string]string{
		"":                               length,
		strings.Repeat("a", 129):         length + ", not 129",
		strings.Repeat("\u0958", 65):     length + ", not 130", // two characters each when normalized
		" \u3000":                        visible,
		"\u115f\u1160\u3164\uffa0\u2800": visible,
		"\u0301\ufe0f":                   visible,
		"a\nb":                           "must not hold the control character U+000A",
		"a\tb":                           "must not hold the control character U+0009",
		"a\u202eb":                       "must not hold the format character U+202E",
		"\u200b":                         "must not hold the format character U+200B",
		"a\U000e0041":                    "must not hold the format character U+E0041",
		"a\u00adb":                       "must not hold the format character U+00AD",
		"a\u2028b":                       "must not hold the line separator U+2028",
		"a\u2029b":                       "must not hold the paragraph separator U+2029",
		"a\ue000":                        "must not hold the private-use character U+E000",
		"a\u0378":                        "must not hold the unassigned code point U+0378",
		"a\ufffe":                        "must not hold the unassigned code point U+FFFE",
		"a\xff":                          "must be in UTF-8",
		"\u200da":                        between,
		"a\u200d":                        between,
		"a \u200da":                      between,
		"a\u200d a":                      between,
		"a\u200d\u200da":                 between,
		"a\u200d\ufe0fa":                 between, // a mark that is not seen
		"\u0301\u200da":                  between, // a mark on nothing
		"a\u3164\u200da":                 between, // a letter that is not seen
		"a\u200c":                        strings.Replace(between, "D", "C", 1),
	} {
		if kept, fault := nameOf(name); fault != want {
			t.Errorf("%+q is kept as %+q, refused because it %q, not %q", name, kept, fault, want)
		}
	}
}

func TestProse(t *testing.T) {
	for text, want := range map[string]struct{ kept, fault string }{
		"":                   {},
		" \n":                {kept: " \n"},
		"one\ntwo\tthree":    {kept: "one\ntwo\tthree"},
		"one\r\n\r\ntwo":     {kept: "one\n\ntwo"},
		"one\rtwo":           {fault: "must not hold the control character U+000D"},
		"one\u2028two":       {fault: "must not hold the line separator U+2028"},
		"a\u200d\nb":         {fault: "must hold the joiner U+200D only between two visible characters"},
		"1234567890123456\n": {fault: "must be a string of 0 to 16 characters, not 17"},
	} {
		var v Violations
		if v.prose("f", &text, 0, 16); len(v) > 0 && v[0].Message != want.fault || len(v) == 0 && (want.fault != "" || text != want.kept) {
			t.Errorf("%+q: %v, want %+q", text, v, want)
		}
	}
}

// The sub of a token stays as the issuer wrote it.
func TestSubjects(t *testing.T) {
	for sub, valid := range map[string]bool{
		"alice": true, "auth0|5f7c": true, "a b": true, "中": true, "e\u0301": true, strings.Repeat("a", 255): true,
		"": false, " ": false, "\u200b": false, "a\nb": false, "a\x00": false, "a\u202eb": false, "a\xff": false, strings.Repeat("a", 256): false,
	} {
		var v Violations
		if v.CheckSubject("sub", sub); (len(v) == 0) != valid {
			t.Errorf("%+q: %v", sub, v)
		}
	}
}

// What has no place in the tables of both may be assigned in the other one.
func TestOneVersionOfUnicode(t *testing.T) {
	if norm.Version != unicode.Version {
		t.Errorf("texts are normalized by Unicode %s and checked by %s", norm.Version, unicode.Version)
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{
		"a", "e\u0301", "\u0958", "❤\ufe0f\u200d🔥", "\u200d", "a\u200d\u0301", "\u1100\u1161\u11a8", "\u212b", "a" + strings.Repeat("\u0316\u0301", 40), "\U0001d160", "\xff", "a\r\n\tb", "\u3164",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		kept := s
		var v Violations
		if v.prose("f", &kept, 1, 1<<20); len(v) > 0 {
			return
		}
		if !norm.NFC.IsNormalString(kept) {
			t.Errorf("%+q is kept as %+q, which is not in NFC", s, kept)
		}
		again := kept
		if v.prose("f", &again, 1, 1<<20); len(v) > 0 || again != kept {
			t.Errorf("%+q is kept as %+q, and that as %+q, %v", s, kept, again, v)
		}
		seen := func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
		if !strings.ContainsFunc(kept, seen) {
			t.Errorf("there is nothing to see of %+q", kept)
		}
		for i, r := range []rune(kept) {
			if !unicode.IsGraphic(r) && !strings.ContainsRune("\n\t", r) && (i == 0 || r != '\u200c' && r != '\u200d') {
				t.Errorf("%+q holds %U", kept, r)
			}
		}
	})
}
