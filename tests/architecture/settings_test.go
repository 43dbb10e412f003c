package architecture

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// makeOf runs make from the root, without the flags and variables of a make that runs
// this test.
func makeOf(args ...string) (string, error) {
	command := exec.Command("make", append([]string{"--no-print-directory", "-C", "../.."}, args...)...)
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=")
	})
	out, err := command.CombinedOutput()
	return string(out), err
}

// setting is a row of README's table of configuration; some have two names.
var setting = regexp.MustCompile("(?m)^\\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \\|")

// TestMakeNamesASlip: what nothing reads is refused before anything is done, and what
// the README has is not.
func TestMakeNamesASlip(t *testing.T) {
	for _, slip := range []string{"DATADIR=x", "PRT=9000", "FUNCION=share"} {
		name, _, _ := strings.Cut(slip, "=")
		if out, err := makeOf("help", slip); err == nil || !strings.Contains(out, name+": nothing reads that") || !strings.Contains(out, "DATA_DIR") {
			t.Errorf("%s: %v, %s", slip, err, out)
		}
	}
	rows := setting.FindAllStringSubmatch(read(t, "README.md"), -1)
	if len(rows) < 8 {
		t.Fatalf("README.md has %d settings", len(rows))
	}
	args := []string{"help", "FUNCTION=share", "EVENT=x", "ARGS=-x", "ARCH=amd64", "DURATION=1m", "GOFLAGS=-v", "CI=true",
		"SOURCE=tools/invoke/testdata"} // as the benchmark of cold starts
	for _, row := range rows {
		for name := range strings.SplitSeq(row[1], ", ") {
			args = append(args, strings.Trim(name, "`")+"=1")
		}
	}
	if out, err := makeOf(args...); err != nil {
		t.Errorf("with every setting: %v, %s", err, out)
	}
}
