package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// filterMatches reports whether a log line matches a metric filter's pattern,
// for what this project uses of CloudWatch's syntax for JSON (CloudWatch Logs
// User Guide, "Filter pattern syntax for metric filters"): { $.a = "b" }, also
// != and wildcards, numbers, && and ||. A selector that finds nothing makes its
// comparison false.
func filterMatches(pattern, line string) (bool, error) {
	body, opened := strings.CutPrefix(strings.TrimSpace(pattern), "{")
	body, closed := strings.CutSuffix(body, "}")
	if !opened || !closed {
		return false, fmt.Errorf("%q is no pattern for JSON", pattern)
	}
	var fields object
	isJSON := json.Unmarshal([]byte(line), &fields) == nil
	any := false
	for alternative := range strings.SplitSeq(body, "||") {
		all := true
		for comparison := range strings.SplitSeq(alternative, "&&") {
			m := comparisonRegexp.FindStringSubmatch(comparison)
			if m == nil {
				return false, fmt.Errorf("this test does not know %q", comparison)
			}
			all = all && compares(at(fields, strings.Split(m[1], ".")...), m[2], m[3])
		}
		any = any || all
	}
	return any && isJSON, nil
}

var comparisonRegexp = regexp.MustCompile(`^\s*\$\.([A-Za-z0-9_.]+)\s*(!?=)\s*("[^"]*"|-?[0-9.]+)\s*$`)

func compares(value any, operator, operand string) bool {
	equal := false
	switch value := value.(type) {
	case string:
		text, isText := strings.CutPrefix(operand, `"`)
		wanted := regexp.QuoteMeta(strings.TrimSuffix(text, `"`))
		equal = isText && regexp.MustCompile("^"+strings.ReplaceAll(wanted, `\*`, ".*")+"$").MatchString(value)
	case float64:
		n, err := strconv.ParseFloat(operand, 64)
		equal = err == nil && n == value
	default:
		return false
	}
	return equal == (operator == "=")
}

func TestFilterMatches(t *testing.T) {
	const line = `{"level":"ERROR","outcome":"Busy","status":503,"in":{"a":"b"}}`
	for pattern, want := range map[string]bool{
		`{ $.level = "ERROR" }`:                        true,
		`{$.level="ERROR"}`:                            true,
		`{ $.level = "error" }`:                        false,
		`{ $.level = "ERR*" }`:                         true,
		`{ $.level != "INFO" }`:                        true,
		`{ $.level != "ERROR" }`:                       false,
		`{ $.none = "ERROR" }`:                         false,
		`{ $.none != "ERROR" }`:                        false,
		`{ $.status = 503 }`:                           true,
		`{ $.status != 503 }`:                          false,
		`{ $.status = "503" }`:                         false,
		`{ $.in.a = "b" }`:                             true,
		`{ $.level = "ERROR" && $.outcome = "Busy" }`:  true,
		`{ $.level = "ERROR" && $.outcome != "Busy" }`: false,
		`{ $.level = "INFO" || $.outcome = "Busy" }`:   true,
	} {
		got, err := filterMatches(pattern, line)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", pattern, got, err, want)
		}
		if got, err := filterMatches(pattern, "panic: no JSON"); got || err != nil {
			t.Errorf("%s matches what is no JSON: %v", pattern, err)
		}
	}
	for _, pattern := range []string{`ERROR`, `{ level = "ERROR" }`, `{ $.level == "ERROR" }`, `{ $.level IS NULL }`, `{ $.level = ERROR }`, `{ }`} {
		if _, err := filterMatches(pattern, line); err == nil {
			t.Errorf("%s is no error", pattern)
		}
	}
}
