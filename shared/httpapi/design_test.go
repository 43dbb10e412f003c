package httpapi

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The rows of the tables in docs/design.md, "The contract in short".
var (
	routeRow  = regexp.MustCompile("(?m)^\\| (`[A-Z]+ /.*) \\|$")
	statusRow = regexp.MustCompile("(?m)^\\| ([0-9]{3}[0-9, ]*) \\| (`.*) \\|$")
	codeName  = regexp.MustCompile("`([A-Z][A-Za-z]+)`")
)

func TestTheDesignListsEveryRouteAndCode(t *testing.T) {
	const file = "docs/design.md"
	text, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	var listed, routes []string
	for _, row := range routeRow.FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, row[1])
	}
	for name, op := range openAPI().operations() {
		scope := "none"
		if s := textAt(op.object, "x-required-scope"); s != "" {
			scope = "`" + s + "`"
		}
		successes := slices.DeleteFunc(slices.Sorted(maps.Keys(objectAt(op.object, "responses"))), func(status string) bool { return status[0] != '2' })
		slices.Reverse(successes)
		routes = append(routes, fmt.Sprintf("`%s` | %s | %s", name, scope, strings.Join(successes, ", ")))
	}
	sameLines(t, file+", the table of routes", listed, routes)

	listed = nil
	for _, row := range statusRow.FindAllStringSubmatch(string(text), -1) {
		for _, code := range codeName.FindAllStringSubmatch(row[2], -1) {
			for _, status := range strings.Split(row[1], ", ") {
				listed = append(listed, code[1]+" "+status)
			}
		}
	}
	var codes []string
	for code, p := range problems {
		codes = append(codes, fmt.Sprint(code, " ", p.status))
	}
	// A row of two statuses has the codes of both.
	listed = slices.DeleteFunc(listed, func(line string) bool {
		code, status, _ := strings.Cut(line, " ")
		return strings.Contains("Throttled Busy OutcomeUnknown", code) && !slices.Contains(codes, code+" "+status)
	})
	sameLines(t, file+", the table of codes", listed, append(codes, "ProjectNotFound 404"))
}

func sameLines(t *testing.T, where string, got, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s lacks %s", where, line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s has %s, which is not so", where, line)
		}
	}
}
