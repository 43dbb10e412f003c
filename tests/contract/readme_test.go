package contract

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
)

var (
	fence    = regexp.MustCompile("(?s)```(sh|json)\n(.*?)```")
	omission = regexp.MustCompile(`(?m)^ *…$`)
)

// volatile are the values that are new each time, and what stands for them.
var volatile = map[string]*regexp.Regexp{
	`"time"`:     regexp.MustCompile(`"20\d\d-[^"]*Z"`),
	`"activity"`: regexp.MustCompile(`"act-[a-z2-7]{26}"`),
	`"request"`:  regexp.MustCompile(`"[A-Z2-7]{26}"`),
}

// TestReadmeStory runs the README's commands and compares its responses with the
// real ones, times and ids of requests aside. An object with a line of "…" need not show every field.
func TestReadmeStory(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("this test runs the README's curl commands: install curl")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	e := kit.Start(t, runner.Config{CopyDisks: true})
	var script, want []string
	silent := func() { // until the README shows what is answered
		if n := len(script); n > 0 && !strings.HasSuffix(script[n-1], "echo =====\n") {
			script[n-1] = "{\n" + script[n-1] + "} >/dev/null\n"
		}
	}
	for _, block := range fence.FindAllStringSubmatch(string(readme), -1) {
		switch {
		case block[1] == "json":
			want = append(want, block[2])
			script[len(script)-1] += "\necho =====\n"
		case strings.Contains(block[2], "$URL"):
			silent()
			script = append(script, block[2])
		}
	}
	silent()
	if len(want) != 6 || len(script) != 10 {
		t.Fatalf("the README has %d commands and %d responses, not 10 and 6", len(script), len(want))
	}
	// bash -e does not end at what fails before &&, such as the comparison of the disks.
	text := strings.NewReplacer("http://127.0.0.1:8080", e.URL, " && echo the same", "").Replace(strings.Join(script, "\n"))
	command := exec.CommandContext(t.Context(), "bash", "-eu", "-c", text)
	command.Dir = t.TempDir()
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, got := range strings.Split(strings.TrimSuffix(string(out), "=====\n"), "=====\n") {
		if !shows(decodeAll(t, omission.ReplaceAllString(want[i], `"…": true,`)), decodeAll(t, got)) {
			t.Errorf("response %d is\n%s\nthe README says\n%s", i+1, got, want[i])
		}
	}
}

// shows reports whether a value of the README is the real one.
func shows(readme, real any) bool {
	if shown, isList := readme.([]any); isList {
		list, _ := real.([]any)
		return slices.EqualFunc(shown, list, shows)
	}
	excerpt, _ := readme.(map[string]any)
	object, isObject := real.(map[string]any)
	if excerpt["…"] == nil || !isObject {
		return reflect.DeepEqual(readme, real)
	}
	for name, value := range excerpt {
		if got, there := object[name]; name != "…" && !(there && shows(value, got)) {
			return false
		}
	}
	return true
}

// decodeAll decodes JSON values that follow each other.
func decodeAll(t *testing.T, text string) any {
	t.Helper()
	var all []any
	masked := text
	for mask, value := range volatile {
		masked = value.ReplaceAllString(masked, mask)
	}
	for d := json.NewDecoder(strings.NewReader(masked)); d.More(); {
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		all = append(all, v)
	}
	return all
}
