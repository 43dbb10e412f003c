package architecture

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

var root = os.DirFS("../..")

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := fs.ReadFile(root, file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tree is the block of docs/design.md that draws the folders.
var tree = regexp.MustCompile("(?s)\n## The parts\n\n```\n(.*?)```")

// folderLine is a line of it: a folder inside another is indented.
var folderLine = regexp.MustCompile(`(?m)^( *)([A-Za-z0-9/-]+)/ `)

// TestTheDesignNamesEveryFolder compares the drawing with the folders that have
// Go code, as deep as it goes: two levels. The functions have a table.
func TestTheDesignNamesEveryFolder(t *testing.T) {
	block := tree.FindStringSubmatch(read(t, "docs/design.md"))
	if block == nil {
		t.Fatal("docs/design.md does not draw the folders")
	}
	drawn := map[string]bool{}
	parent := ""
	for _, m := range folderLine.FindAllStringSubmatch(block[1]+" ", -1) {
		folder := m[2]
		if m[1] == "" {
			parent = folder
		} else {
			folder = parent + "/" + folder
		}
		drawn[folder] = true
		if info, err := fs.Stat(root, folder); err != nil || !info.IsDir() {
			t.Errorf("docs/design.md draws %s/, which is not there", folder)
		}
	}
	for _, p := range packages(t) {
		parts := strings.SplitN(p.folder(), "/", 3)
		folder := strings.Join(parts[:min(len(parts), 2)], "/")
		if parts[0] == "functions" {
			folder = parts[0]
		}
		if !drawn[folder] {
			t.Errorf("docs/design.md does not draw %s/", folder)
			drawn[folder] = true // once is enough
		}
	}
}
