package kit

import (
	"strings"
	"testing"
)

func TestLeaksAreFound(t *testing.T) {
	id, part := strings.Repeat("i", shortestPart-1), "begins-with_this-and-has"+strings.Repeat("aB3-_", 20)
	known := secretTexts{texts: []string{"a-mark"}}
	known.addTokens("Bearer " + id + "." + part)
	for line, leaks := range map[string]int{
		"":                                         0,
		`"image":"` + id + `"`:                     0,
		part[:beginning-1] + "." + part[1:]:        0,
		`"cause":"malformed: ` + part + `"`:        1,
		"prefix" + part[:beginning]:                1,
		"a\n" + part + "\nb\n" + part + "." + part: 2,
		`"name":"a-mark"`:                          1,
	} {
		if found := known.leaks(line); len(found) != leaks {
			t.Errorf("%q: found %q", line, found)
		}
	}
}
