package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryMutationFitsTheCode fails when the code has moved on and a mutation
// would not break it any more.
func TestEveryMutationFitsTheCode(t *testing.T) {
	names := map[string]bool{}
	for _, m := range everyMutation {
		if names[m.name] {
			t.Errorf("two mutations have the name %q", m.name)
		}
		names[m.name] = true
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(m.file)))
		if err != nil {
			t.Fatal(err)
		}
		mutated, err := m.apply(string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if mutated == string(text) {
			t.Errorf("mutation %q changes nothing", m.name)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), m.file, mutated, 0); err != nil {
			t.Errorf("mutation %q: %v", m.name, err)
		}
		if len(m.suites) == 0 {
			t.Errorf("mutation %q asks no test", m.name)
		}
	}
}

// toy is a module with a rule and a test of it.
func toy(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module toy\n\ngo 1.26\n",
		"toy.go":          "package toy\n\nconst limit = 50\n\nfunc full(n int) bool { return n >= limit }\n\nfunc unused() int { return 1 }\n",
		"toy_test.go":     "package toy\n\nimport \"testing\"\n\nfunc TestFull(t *testing.T) {\n\tt.Run(\"edge\", func(t *testing.T) {\n\t\tif !full(50) || full(49) {\n\t\t\tt.Error(\"wrong\")\n\t\t}\n\t})\n}\n",
		"other/a.go":      "package other\n",
		"fails/a.go":      "package fails\n",
		"fails/a_test.go": "package fails\n\nimport \"testing\"\n\nfunc TestFails(t *testing.T) { t.Error(\"always\") }\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRun(t *testing.T) {
	own := []suite{{".", ".", ""}}
	off := mutation{"off by one", "toy.go", "n >= limit", "n > limit", own}
	for _, c := range []struct {
		name      string
		mutations []mutation
		survivors int
		written   []string
		err       string
	}{
		{"caught", []mutation{off}, 0, []string{"| off by one | `toy.go` | `.` TestFull/edge |", "1 mutations, 0 survived"}, ""},
		{"survived", []mutation{{"nobody asks", "toy.go", "return 1", "return 2", own}, off}, 1, []string{"| nobody asks | `toy.go` | **SURVIVED** |", "TestFull/edge", "2 mutations, 1 survived"}, ""},
		{"not there", []mutation{{"gone", "toy.go", "n <= limit", "", own}}, 0, nil, `mutation "gone": toy.go has this text 0 times, not once`},
		{"there twice", []mutation{{"twice", "toy.go", "limit", "", own}}, 0, nil, "2 times"},
		{"does not compile", []mutation{{"nonsense", "toy.go", "n >= limit", "n >= nothing", own}}, 0, nil, "undefined: nothing"},
		{"no tests", []mutation{{"untested", "toy.go", "n >= limit", "n > limit", []suite{{"./other", ".", ""}}}}, 0, nil, "has no tests"},
		{"fails anyway", []mutation{{"any", "toy.go", "n >= limit", "n > limit", []suite{{"./fails", ".", ""}}}}, 0, nil, "TestFails fails without any mutation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := toy(t)
			var written strings.Builder
			survivors, err := run(t.Context(), &written, root, t.TempDir(), c.mutations)
			if survivors != c.survivors || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%d survivors, %v", survivors, err)
			}
			for _, want := range c.written {
				if !strings.Contains(written.String(), want) {
					t.Errorf("%q is not in %q", want, written.String())
				}
			}
			text, err := os.ReadFile(filepath.Join(root, "toy.go"))
			if err != nil || !strings.Contains(string(text), "n >= limit") {
				t.Errorf("the source was changed: %s, %v", text, err)
			}
		})
	}
}
