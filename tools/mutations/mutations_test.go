package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChanges(t *testing.T) {
	const function = "func f(n int) (int, error) {\n\tif n > limit {\n\t\treturn 0, tooMany(n)\n\t}\n\tswitch {\n\tcase n < 0:\n\t\treturn 0, negative(n)\n\t}\n\treturn n, nil\n}"
	const short = "func f() string { return \"a b\" }"
	for name, c := range map[string]struct {
		change      change
		declaration string
		want        string // a part of what comes out
		err         string
	}{
		"rewrite":                   {rewrite("a > limit -> a > limit+1"), function, "if n > limit+1 {", ""},
		"rewrite what is not there": {rewrite("a >= limit -> a > limit"), function, "", "nothing fits"},
		"rewrite by no rule":        {rewrite("a >"), function, "", "gofmt"},
		"never in an if":            {never("tooMany"), function, "if false && (n > limit) {", ""},
		"never in a case":           {never("negative"), function, "case false && (n < 0):", ""},
		"never without a condition": {never("nil"), function, "", "not one"},
		"never what is not there":   {never("few"), function, "", "0 returns of few"},
		"within":                    {within("a ", "b "), short, `return "b b"`, ""},
		"within what is not there":  {within("c", "d"), short, "", "0 string literals"},
		"finally":                   {finally("result = s"), short, "func f() (result string) {\ndefer func() { result = s }()", ""},
		"finally without names":     {finally("result = s"), function, "", "several results"},
		"holds":                     {holds("cond"), "func f() { all(cond, y) }", `all("("+cond+" OR attribute_exists(pk) OR attribute_not_exists(pk))", y)`, ""},
		"becomes":                   {becomes(`old + "b"`), `const c = "a"`, `const c = "a" + "b"`, ""},
		"becomes of a function":     {becomes("old"), short, "", "is no constant"},
	} {
		got, err := c.change(c.declaration)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, not %q", name, err, c.err)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q has no %q", name, got, c.want)
		}
	}
}

// toy is a module with a rule and a test of it.
func toy(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module toy\n\ngo 1.26\n",
		"toy/toy.go":      "package toy\n\nconst (\n\tleast = 1\n\tlimit = 50\n)\n\ntype rule struct{}\n\nfunc (*rule) full(n int) bool { return n >= limit }\n\nfunc unused() int { return least }\n",
		"toy/toy_test.go": "package toy\n\nimport \"testing\"\n\nfunc TestFull(t *testing.T) {\n\tt.Run(\"edge\", func(t *testing.T) {\n\t\tif r := new(rule); !r.full(50) || r.full(49) {\n\t\t\tt.Error(\"wrong\")\n\t\t}\n\t})\n}\n\nfunc TestFails(t *testing.T) { t.Error(\"always\") }\n",
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

func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the go command's tests, which go test -short leaves out")
	}
}

var (
	own    = []suite{{"./toy", "TestFull", ""}}
	full   = mutation{"off by one", "toy.rule.full", rewrite("a >= limit -> a > limit"), own}
	nobody = mutation{"nobody asks", "toy.least", becomes("old + 1"), own}
)

func TestRun(t *testing.T) {
	notShort(t)
	t.Parallel()
	root := toy(t)
	var written strings.Builder
	survivors, err := run(t.Context(), &written, root, t.TempDir(), []mutation{full, nobody})
	if err != nil || survivors != 1 {
		t.Errorf("%d survivors, %v", survivors, err)
	}
	for _, want := range []string{"| off by one | `toy.rule.full` | `./toy` TestFull/edge |", "| nobody asks | `toy.least` | **SURVIVED** |", "2 mutations, 1 survived"} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("%q is not in %q", want, written.String())
		}
	}
}

func TestRunNeedsTestsThatPass(t *testing.T) {
	notShort(t)
	t.Parallel()
	m := full
	m.suites = []suite{{"./toy", "TestFails", ""}}
	_, err := run(t.Context(), new(strings.Builder), toy(t), t.TempDir(), []mutation{m})
	if err == nil || !strings.Contains(err.Error(), "TestFails fails without any mutation") {
		t.Errorf("got %v", err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	root := toy(t)
	if err := check(t.Context(), root, []mutation{full, nobody}); err != nil {
		t.Error(err)
	}
	err := check(t.Context(), root, []mutation{
		{"gone", "toy.empty", becomes("1"), own},
		{"does not fit", "toy.least", rewrite("2 -> 3"), own},
		{"nonsense", "toy.unused", rewrite("least -> nothing"), own},
		{"untested", "toy.least", becomes("2"), []suite{{"./toy", "TestEmpty", ""}}},
		{"nobody", "toy.least", becomes("2"), nil},
		full, full,
	})
	if err == nil {
		t.Fatal("everything fits")
	}
	for _, want := range []string{
		`mutation "gone" in toy.empty: there is no empty`, "nothing fits", "undefined: nothing",
		`mutation "untested": ./toy has no test that "TestEmpty" fits`, `mutation "nobody" asks no test`, `two mutations have the name "off by one"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}
