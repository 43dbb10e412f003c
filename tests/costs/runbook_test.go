package costs

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// rows are those of the runbook's table that are one use case each.
var rows = map[string]string{
	"launch check of an own image, or with `ownerProjectId`": "launch check of an owner's image",
	"get an own image":                           "owner's image",
	"an image's shares":                          "an image's shares",
	"a page of 25 shared images of every status": "page of 25 of every status",
	"a page of 25 activities":                    "page of 25 activities",
	"the activities of one image":                "activity of one image",
	"share with one project":                     "share with one more",
	"share again, nothing new":                   "share again (unchanged)",
	"accept or decline":                          "accept",
	"accept or decline again":                    "accept again (unchanged)",
	"unshare":                                    "unshare",
	"end all shares":                             "end of all shares",
	"save":                                       "save",
	"save again, with the same key":              "save again (same key)",
	"save again, when the copy has failed":       "save again (its copy has failed)",
	"copy an own image":                          "copy of an own image",
	"… complete or fail it (no HTTP)":            "complete its copy",
	"register an image":                          "new image",
	"change an image":                            "put image (change)",
	"patch or suspend an image, or end that":     "patch image",
	"delete an image":                            "delete image",
	"register or change a project":               "new project",
	"set a sharing policy":                       "set a sharing policy",
	"close a project":                            "close project",
}

// TestRunbookHasTheCosts: what an operator reckons with is what is measured.
func TestRunbookHasTheCosts(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	said := make(map[string][2]string)
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 7 {
			said[strings.TrimSpace(cells[1])] = [2]string{strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])}
		}
	}
	measured := make(map[string][2]string)
	for _, u := range useCases {
		measured[u.name] = [2]string{span(u.none.read, u.many.read), span(u.none.write, u.many.write)}
	}
	for row, name := range rows {
		want, there := measured[name]
		if got := said[row]; !there || got != want {
			t.Errorf("%s is %q in the runbook, and costs %q", row, got, want)
		}
	}
}

// span is a cell of the table: with no other share on the image, and with many.
func span(none, many float64) string {
	switch {
	case many == 0:
		return ""
	case none == many:
		return fmt.Sprint(none)
	}
	return fmt.Sprint(none, " … ", many)
}
