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
	routeRow = regexp.MustCompile("(?m)^\\| `[A-Z]+ /.*$")
	codeRow  = regexp.MustCompile("(?m)^\\| ([0-9]{3}.*?) \\| (`[A-Z].*)$")
	codeName = regexp.MustCompile("`([A-Z][A-Za-z]+)`")
)

func TestTheDesignListsEveryRouteAndCode(t *testing.T) {
	text, err := os.ReadFile("../../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := routeRow.FindAllString(string(text), -1)
	operations := openAPI().operations()
	for name, op := range operations {
		scope := "none"
		var scopes []string
		for _, extension := range []string{"x-required-scope", "x-platform-scope"} {
			if s := textAt(op.object, extension); s != "" {
				scopes = append(scopes, "`"+s+"`")
			}
		}
		if len(scopes) > 0 {
			scope = strings.Join(scopes, ", ")
		}
		statuses := slices.DeleteFunc(slices.Sorted(maps.Keys(objectAt(op.object, "responses"))), func(s string) bool { return s[0] != '2' })
		slices.Reverse(statuses)
		row := fmt.Sprintf("| `%s` | %s | %s |", name, scope, strings.Join(statuses, ", "))
		if !slices.Contains(rows, row) {
			t.Errorf("docs/design.md lacks the route %s", row)
		}
	}
	if len(rows) != len(operations) {
		t.Errorf("docs/design.md lists %d routes, there are %d", len(rows), len(operations))
	}

	statuses := make(map[string]string) // by code
	for _, row := range codeRow.FindAllStringSubmatch(string(text), -1) {
		for _, code := range codeName.FindAllStringSubmatch(row[2], -1) {
			statuses[code[1]] += " " + row[1]
		}
	}
	for code, p := range problems {
		if !strings.Contains(statuses[string(code)], fmt.Sprint(p.status)) {
			t.Errorf("docs/design.md lacks the code %s of status %d", code, p.status)
		}
		delete(statuses, string(code))
	}
	for code := range statuses {
		t.Errorf("docs/design.md lists %s, which is no code", code)
	}
}
