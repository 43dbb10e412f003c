package template

import (
	"regexp"
	"strings"
	"testing"
)

var sectionOfRunbook = regexp.MustCompile(`(?m)^##+ (.+)$`)

// TestRunbookSaysWhatWasRehearsed: each section that has commands ends with a line that
// says how far they were tried.
func TestRunbookSaysWhatWasRehearsed(t *testing.T) {
	text := operations()
	headings := sectionOfRunbook.FindAllStringSubmatchIndex(text, -1)
	if len(headings) < 20 {
		t.Fatalf("there are %d sections", len(headings))
	}
	for i, h := range headings {
		end := len(text)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		section := text[h[1]:end]
		if said := strings.LastIndex(section, "\n*Rehearsed: "); strings.Contains(section, "```sh") && (said < 0 || !strings.HasSuffix(strings.TrimSpace(section), "*")) {
			t.Errorf("%q does not end with how far it was rehearsed", text[h[2]:h[3]])
		}
	}
}
