package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// counts are the figures of a test: how often each thing happened.
type counts map[string]int

// add counts an answer by what it said.
func (c counts) add(a answer) {
	code, _ := a.body["code"].(string)
	c[strings.TrimSpace(fmt.Sprintf("%s %d %s", strings.Fields(a.what + " ?")[0], a.status, code))]++
}

func (c counts) String() string {
	var b strings.Builder
	total := 0
	for _, what := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, ", %s: %d", what, c[what])
		total += c[what]
	}
	return fmt.Sprintf("%d%s", total, b.String())
}
