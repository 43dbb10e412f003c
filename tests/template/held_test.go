package template

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"image-sharing/tests/kit/cfn"
)

// notHeld are the values that may be anything, or some other thing, by their
// place in the template: what is said to people, the counter, names within
// the stack; what a bound is for.
var notHeld = regexp.MustCompile(`^(AWSTemplateFormatVersion|Transform.*|Metadata.*|Parameters\.[A-Za-z]+\.Type|Rules\..*\.AssertDescription|(.*\.)?Description|.*\.Sid|` +
	`Globals\.Function\.Environment\.Variables\.CONFIGURATION|.*\.(Timeout|MaxAge|PolicyName|DashboardName)|.*LogGroup.*\.LogGroupName|` +
	`.*\.Metrics\[0\]\.Id|Resources.(Unreadable|LeftOver|CopyFailed|NotInspected).*\.MetricValue)$`)

// absent are those that nobody here misses: a default that is the usual one, and
// grants on the table, which fault injection holds against the calls.
var absent = regexp.MustCompile(`\.DefaultValue$|^Mappings\.|(Reads|Writes|Queries|Lists|Deletes|Scans)\.Properties\.PolicyDocument\.Statement(\[[01]\])?$`)

// place is where a value of the template stands; change puts another one there,
// or takes it away.
type place struct {
	path   string
	change func(to any)
	value  any
}

// nothing takes a value away.
type nothing struct{}

// places are those of all values, objects and lists among them.
func places(path string, v any) (all []place) {
	switch v := v.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			value := v[name]
			change := func(to any) {
				if v[name] = to; to == (nothing{}) {
					delete(v, name)
				}
			}
			all = append(all, place{strings.TrimPrefix(path+"."+name, "."), change, value})
			all = append(all, places(strings.TrimPrefix(path+"."+name, "."), value)...)
		}
	case []any:
		for i, value := range v {
			here := fmt.Sprintf("%s[%d]", path, i)
			change := func(to any) {
				if v[i] = to; to == (nothing{}) {
					v[i] = "!Ref AWS::NoValue"
				}
			}
			all = append(all, place{here, change, value})
			all = append(all, places(here, value)...)
		}
	}
	return all
}

var (
	numberInText = regexp.MustCompile(`[0-9]+`)
	quotedInText = regexp.MustCompile(`"[^"]+"`)
	firstOfAnd   = regexp.MustCompile(`^\{[^&]*&&`)
	lastOfAnd    = regexp.MustCompile(`&&[^&]*\}$`)
	// Parts of these are none, or are said to people, or are what is not compared:
	// a pattern's, a description's, the last number of IF.
	noParts   = regexp.MustCompile(`\.(AllowedPattern|AlarmDescription|DashboardBody\.!Sub\[0\])$`)
	otherwise = regexp.MustCompile(`, 0\)$`)
)

// others are what could stand at a place by mistake.
func others(p place) (all []any) {
	switch value := p.value.(type) {
	case bool:
		all = append(all, !value)
	case int:
		all = append(all, value+1, value-1)
	case string:
		if strings.HasPrefix(value, "!Ref ") || strings.HasPrefix(value, "!GetAtt ") {
			other := "!Ref AWS::StackName"
			if value == other {
				other = "!Ref AWS::Region"
			}
			all = append(all, other)
			break
		}
		all = append(all, value+"x")
		if noParts.MatchString(p.path) {
			break
		}
		for _, at := range numberInText.FindAllStringIndex(otherwise.ReplaceAllString(value, ""), -1) {
			n, _ := strconv.Atoi(value[at[0]:at[1]])
			all = append(all, fmt.Sprint(value[:at[0]], n+1, value[at[1]:]))
		}
		for _, at := range quotedInText.FindAllStringIndex(value, -1) {
			all = append(all, value[:at[1]-1]+`x"`+value[at[1]:])
		}
		for _, other := range []string{strings.Replace(value, ">=", ">", 1), firstOfAnd.ReplaceAllString(value, "{"), lastOfAnd.ReplaceAllString(value, " }")} {
			if other != value {
				all = append(all, other)
			}
		}
	}
	if !absent.MatchString(p.path) {
		all = append(all, nothing{})
	}
	return all
}

// byCost are the checks, the dearest last: those that deploy the template more
// than once.
var byCost = slices.SortedFunc(maps.Keys(checks), func(a, b string) int {
	dear := []string{"copies", "logs", "outputs", "environment", "dashboard", "cors", "domain", "deployment", "options", "names", "restore", "parameters", "alarms"}
	return cmp.Or(cmp.Compare(slices.Index(dear, a), slices.Index(dear, b)), cmp.Compare(a, b))
})

var (
	alarmOfPath = regexp.MustCompile(`^Resources\.(Fn::ForEach.*\$\{Name\})?([A-Za-z]+Alarm)\.`)
	ofFilter    = regexp.MustCompile(`(Faults|FaultsOfVersion|Throttled|Unreadable|LeftOver|CopyFailed|CopyAge|BrokenPromises|LeftInTable|NotInspected|TooManyRequests)\.Properties\.`)
)

// likely are the checks that could notice a change at a place, the likeliest
// first.
func likely(path string) []check {
	if ofFilter.MatchString(path) {
		return []check{checkAlarms}
	}
	if alarm := alarmOfPath.FindStringSubmatch(path); alarm != nil {
		id := alarm[2]
		if alarm[1] != "" { // of a loop: one of its functions is enough
			id = "Share" + id
		}
		return []check{checkAlarm(id), checkRestore, checkCopies}
	}
	var all []check
	if strings.HasPrefix(path, "Parameters.") {
		all = append(all, checkParameters)
	}
	for _, name := range byCost {
		all = append(all, checks[name])
	}
	return all
}

// noticed reports whether a check finds something wrong with the template, which
// was changed at a place.
func noticed(unexpanded object, path string) (is bool) {
	defer func() { is = is || recover() != nil }() // what is not even a template
	template, err := cfn.Expand(unexpanded)
	if err != nil || cfn.AttachPolicies(template) != nil {
		return true
	}
	return slices.ContainsFunc(likely(path), func(c check) bool { return len(c(template)) > 0 })
}

// longForm skips a test that tries everything, unless "make test" runs it. The
// race detector has nothing to find there and makes it ten times as long.
func longForm(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("the long form")
	}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("without the race detector")
	}
}

// TestEveryValueIsHeld changes each value of the template, and takes each
// away: some check must notice.
func TestEveryValueIsHeld(t *testing.T) {
	longForm(t)
	lines(t)
	template, err := cfn.Parse(source(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places("", template) {
		if p.value == "!Ref AWS::NoValue" || notHeld.MatchString(p.path) {
			continue
		}
		for _, other := range others(p) {
			if p.change(other); !noticed(template, p.path) {
				t.Errorf("%s is %v, and could be %v", p.path, p.value, other)
			}
			p.change(p.value)
		}
	}
}
