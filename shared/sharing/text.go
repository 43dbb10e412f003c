package sharing

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths in characters.
const (
	maxNameLength        = 128
	maxDescriptionLength = 1024
	maxSubjectLength     = 255 // OpenID Connect Core 1.0, section 2
)

// name is a text that is never empty.
func (v *Violations) name(field string, s *string) { v.text(field, s, 1, maxNameLength) }

// text brings a text of one line that other tenants read to its normal form, NFC,
// and adds a violation if they must not be shown it: it could look like another
// one, or like nothing. One that must not be empty has something to see.
func (v *Violations) text(field string, s *string, least, most int) {
	if v.normalise(field, s) {
		v.shown(field, *s, least, most, "")
	}
}

// prose is text that may have several lines. It is kept with line feeds.
func (v *Violations) prose(field string, s *string, least, most int) {
	*s = strings.ReplaceAll(*s, "\r\n", "\n")
	if v.normalise(field, s) {
		v.shown(field, *s, least, most, "\n\t")
	}
}

// normalise brings a text to NFC. It refuses one that has so many marks in a row that
// x/text would put a character between them that nobody has sent: no script needs
// them (Unicode Standard Annex 15, section 13).
func (v *Violations) normalise(field string, s *string) bool {
	normal := norm.NFC.String(*s)
	if strings.Count(normal, joinsGraphemes) > strings.Count(*s, joinsGraphemes) {
		v.Add(field, "must not have more than 30 marks on one character")
		return false
	}
	*s = normal
	return true
}

// joinsGraphemes is the combining grapheme joiner.
const joinsGraphemes = "\u034f"

// CheckSubject adds a violation unless s, the sub of a token, can be kept and
// shown to people. It stays as the issuer wrote it: in another form it could be
// somebody else's.
func (v *Violations) CheckSubject(field, s string) { v.shown(field, s, 1, maxSubjectLength, "") }

func (v *Violations) shown(field, s string, least, most int, controls string) {
	length := fmt.Sprintf("must be a string of %d to %d characters", least, most)
	switch n, fault := utf8.RuneCountInString(s), faultIn(s, controls); {
	case n < least:
		v.Add(field, length)
	case n > most:
		v.Add(field, fmt.Sprintf("%s, not %d", length, n))
	case fault != "":
		v.Add(field, fault)
	case least > 0 && !strings.ContainsFunc(s, isVisible):
		v.Add(field, "must have at least one visible character")
	}
}

// refusedClasses are of code points that people do not see, or not alike
// everywhere. A surrogate is not among them: it is no UTF-8. An unassigned one may
// have another normal form one day.
var refusedClasses = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"control character", unicode.Cc},
	{"format character", unicode.Cf},
	{"private-use character", unicode.Co},
	{"unassigned code point", unicode.Cn},
	{"line separator", unicode.Zl},
	{"paragraph separator", unicode.Zp},
}

// faultIn says what is wrong with the characters of a text, "" for nothing. A
// joiner, which emoji and many scripts need, follows a visible character with its
// marks, and is followed by what is seen too.
func faultIn(s, controls string) string {
	if !utf8.ValidString(s) {
		return "must be in UTF-8"
	}
	var seen bool   // the character before, apart from marks and joiners
	var joiner rune // that nothing has followed yet
	for _, r := range s {
		mark := unicode.Is(unicode.M, r)
		switch {
		case joiner != 0 && !isVisible(r) && (!mark || isIgnorable(r)):
			return misplaced(joiner)
		case isJoiner(r) && !seen:
			return misplaced(r)
		case isJoiner(r):
			joiner = r
			continue
		case strings.ContainsRune(controls, r):
		default:
			if class := refusedClass(r); class != "" {
				return fmt.Sprintf("must not hold the %s %U", class, r)
			}
		}
		joiner = 0
		seen = seen && mark || isVisible(r)
	}
	if joiner != 0 {
		return misplaced(joiner)
	}
	return ""
}

func refusedClass(r rune) string {
	for _, c := range refusedClasses {
		if unicode.Is(c.table, r) {
			return c.name
		}
	}
	return ""
}

func misplaced(joiner rune) string {
	return fmt.Sprintf("must hold the joiner %U only between two visible characters", joiner)
}

func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// isVisible is false of a mark, which needs a character that it is on.
func isVisible(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !isIgnorable(r) && r != brailleBlank
}

const brailleBlank = '\u2800' // a symbol by its class

// isIgnorable is true of letters and marks that nothing is drawn for.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
