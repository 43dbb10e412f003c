package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var (
	comparisonRegexp = regexp.MustCompile(`^\s*\$\.([A-Za-z]+)\s*(!?=)\s*"([^"*]*)"\s*$`)
	thereRegexp      = regexp.MustCompile(`^\s*\$\.([A-Za-z]+)\s*=\s*\*\s*$`)
)

// filterMatches reports whether a log line matches a metric filter's pattern,
// for what this project uses of CloudWatch's syntax for JSON (CloudWatch Logs
// User Guide, "Filter pattern syntax for metric filters"): { $.a = "b" }, also
// != and &&. A field that is not there, or is no text, makes its comparison false.
// { $.a = * } asks that the field is there.
func filterMatches(pattern, line string) (bool, error) {
	body, opened := strings.CutPrefix(strings.TrimSpace(pattern), "{")
	body, closed := strings.CutSuffix(body, "}")
	if !opened || !closed {
		return false, fmt.Errorf("%q is no pattern for JSON", pattern)
	}
	var fields object
	all := json.Unmarshal([]byte(line), &fields) == nil
	for comparison := range strings.SplitSeq(body, "&&") {
		if m := thereRegexp.FindStringSubmatch(comparison); m != nil {
			all = all && fields[m[1]] != nil
			continue
		}
		m := comparisonRegexp.FindStringSubmatch(comparison)
		if m == nil {
			return false, fmt.Errorf("this test does not know %q", comparison)
		}
		text, isText := fields[m[1]].(string)
		all = all && isText && (text == m[3]) == (m[2] == "=")
	}
	return all, nil
}

func TestFilterMatches(t *testing.T) {
	const line = `{"level":"ERROR","outcome":"Busy","status":503}`
	for pattern, want := range map[string]bool{
		`{$.level="ERROR"}`:                            true,
		`{ $.level = "error" }`:                        false,
		`{ $.level != "INFO" }`:                        true,
		`{ $.level != "ERROR" }`:                       false,
		`{ $.none != "ERROR" }`:                        false,
		`{ $.status = "503" }`:                         false,
		`{ $.status = * }`:                             true,
		`{ $.none = * }`:                               false,
		`{ $.level = "ERROR" && $.outcome = "Busy" }`:  true,
		`{ $.level = "ERROR" && $.outcome != "Busy" }`: false,
	} {
		got, err := filterMatches(pattern, line)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", pattern, got, err, want)
		}
		if got, err := filterMatches(pattern, "panic: no JSON"); got || err != nil {
			t.Errorf("%s matches what is no JSON: %v", pattern, err)
		}
	}
	for _, pattern := range []string{`ERROR`, `{ level = "ERROR" }`, `{ $.level == "ERROR" }`, `{ $.level = ERROR }`, `{ $.status = 503 }`, `{ $.level = "E*" }`, `{ $.level != * }`, `{ }`} {
		if _, err := filterMatches(pattern, line); err == nil {
			t.Errorf("%s is no error", pattern)
		}
	}
}
