package architecture

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest    = regexp.MustCompile("`(Test|Fuzz)[A-Za-z0-9_]+`")
	declaredTest = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestGuaranteesNameTestsThatExist holds docs/guarantees.md against the code.
func TestGuaranteesNameTestsThatExist(t *testing.T) {
	declared := map[string]bool{}
	err := fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, path)
		for _, m := range declaredTest.FindAllSubmatch(text, -1) {
			declared[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := namedTest.FindAllString(read(t, "docs/guarantees.md"), -1)
	if len(named) == 0 {
		t.Fatal("no test is named")
	}
	for _, name := range named {
		if name = strings.Trim(name, "`"); !declared[name] {
			t.Errorf("%s is named, and there is no such test", name)
		}
	}
}
