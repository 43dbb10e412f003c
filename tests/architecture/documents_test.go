package architecture

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	fenced     = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	link       = regexp.MustCompile(`\[([^\]]*)\]\(([^) ]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notAnchor  = regexp.MustCompile(`[^\p{L}0-9 _-]`)
	ruleNumber = regexp.MustCompile(`\bR(1[0-2]|[1-9])\b`)
)

// documents are all of the project, without their blocks of code.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || file != "." && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(file, ".md") {
			return err
		}
		text, err := fs.ReadFile(root, file)
		texts[file] = fenced.ReplaceAllString(string(text), "")
		return err
	})
	if err != nil || len(texts) < 20 {
		t.Fatalf("%d documents, %v", len(texts), err)
	}
	return texts
}

// anchors are the headings of a document as links name them.
func anchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(text, -1) {
		title := link.ReplaceAllString(h[1], "$1")
		names[strings.ReplaceAll(notAnchor.ReplaceAllString(strings.ToLower(title), ""), " ", "-")] = true
	}
	return names
}

func TestLinksOfTheDocuments(t *testing.T) {
	texts := documents(t)
	for file, text := range texts {
		for _, l := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(l[2], "://") {
				continue
			}
			to, anchor, _ := strings.Cut(l[2], "#")
			target := path.Join(path.Dir(file), to)
			if to == "" {
				target = file
			}
			if _, err := fs.Stat(root, target); err != nil {
				t.Errorf("%s links to %s: %v", file, l[2], err)
			} else if anchor != "" && strings.HasSuffix(target, ".md") && !anchors(texts[target])[anchor] {
				t.Errorf("%s links to %s, where there is no such heading", file, l[2])
			}
		}
	}
}

// TestRuleNumbersAreLinks, where the reader has no table of them.
func TestRuleNumbersAreLinks(t *testing.T) {
	for file, text := range documents(t) {
		if file == "docs/design.md" {
			continue
		}
		if number := ruleNumber.FindString(link.ReplaceAllString(text, "")); number != "" {
			t.Errorf("%s says %s without a link to docs/design.md", file, number)
		}
	}
}

// TestTheChangelogHasEveryForm that is stored, so that an operator knows which version
// changes what is on disk.
func TestTheChangelogHasEveryForm(t *testing.T) {
	latest := func(pattern string) int {
		found, err := fs.Glob(root, pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		return len(found)
	}
	row := fmt.Sprintf("| %d | %d |", latest("tests/releases/testdata/v*"), latest("local/sqlite/schema/*.sql"))
	if _, table, _ := strings.Cut(read(t, "CHANGELOG.md"), "|---|"); !strings.Contains(table, row) {
		t.Errorf("CHANGELOG.md has no version with the stored form and the schema %q", row)
	}
}
